"""More files made to harm: dressed up, doubled, folded into each other, with names that mean something to a system."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest
from PIL import Image
from tests.files.test_hostile import (
    CASES,
    HTML,
    SVG,
    Case,
    csv_harmless,
    jpeg,
    knock,
    named,
    pdf,
    pdf_stream,
    png,
    png_chunk,
    png_claiming,
    rewritten,
    rezipped,
    sheet_xml,
    text_of,
    with_sheet,
    workbook,
    zipped,
)

from kaohe.files.content import Checked
from kaohe.files.refusals import FileRefusal


def tiff_bomb() -> bytes:
    target = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(target, "TIFF", compression="group4")
    return target.getvalue()


def webp(size: tuple[int, int]) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, "WEBP", lossless=True, quality=0, method=0)
    return target.getvalue()


def webp_claiming(width: int, height: int) -> bytes:
    """A lossless WebP whose head claims that many pixels."""
    bits = (width - 1) | (height - 1) << 14
    body = b"\x2f" + struct.pack("<I", bits) + b"\0" * 40
    chunk = b"VP8L" + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def png_with(kind: bytes, data: bytes, times: int = 1) -> bytes:
    plain = png()
    return plain[:33] + png_chunk(kind, data) * times + plain[33:]


def png_wrong_sum() -> bytes:
    data = bytearray(png((200, 200)))
    data[29] ^= 0xFF
    return bytes(data)


def turned_photo() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return jpeg((80, 40), exif=exif)


def upright(checked: object) -> bool:
    assert isinstance(checked, Checked)
    with Image.open(io.BytesIO(checked.data)) as seen:
        return seen.size == (40, 80) and not seen.getexif()


def xmp_photo() -> bytes:
    text = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:secret>bed 12</rdf:secret></x:xmpmeta>"
    plain = jpeg()
    return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(text) + 2) + text + plain[2:]


def incremental() -> bytes:
    """A harmless PDF to which a later edition adds a script."""
    more = b"9 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj\n"
    return (
        pdf()
        + more
        + b"xref\n9 1\n0000000500 00000 n \ntrailer\n<< /Size 10 /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
    )


def doubly_packed() -> bytes:
    bomb = zlib.compress(zlib.compress(b"\0" * 400_000_000, 9), 9)
    return pdf(pdf_stream(bomb, b"/Filter [/FlateDecode /FlateDecode]"))


def ole_circle() -> bytes:
    """An OLE file whose allocation table points at itself for ever."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", head, 44, 1, 1, 0, 4096, 0, 0, 0, 0, 0)
    struct.pack_into("<I", head, 76, 0)
    sector = struct.pack("<128I", *([0] * 128))
    return bytes(head) + sector * 8


def external_links() -> bytes:
    link = (
        b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<externalBook xmlns:r="x" r:id="rId1"/></externalLink>'
    )
    target = b'<Relationships><Relationship Id="rId1" TargetMode="External" Target="file:///etc/passwd"/></Relationships>'
    return rezipped(
        add={
            "xl/externalLinks/externalLink1.xml": link,
            "xl/externalLinks/_rels/externalLink1.xml.rels": target,
        }
    )


def late_doctype() -> bytes:
    """The declaration stands across the border between two pieces that are read."""
    for before in range(256 * 1024 - 40, 256 * 1024 + 8, 5):
        xml = b'<?xml version="1.0"?>' + b" " * (before - 21) + b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'
        yield_ = rezipped({"xl/worksheets/sheet1.xml": xml})
        with pytest.raises(FileRefusal) as refused:
            knock(Case("", "table", "a.xlsx", bytes), yield_)
        assert refused.value.code == "odd_archive"
    return yield_


def symlink() -> bytes:
    target = io.BytesIO(workbook())
    with zipfile.ZipFile(target, "a") as archive:
        link = zipfile.ZipInfo("xl/media/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "../../../../etc/passwd")
    return target.getvalue()


def commented() -> bytes:
    target = io.BytesIO(workbook())
    with zipfile.ZipFile(target, "a") as archive:
        archive.comment = HTML * 4
    return target.getvalue()


def shared_strings() -> bytes:
    """A table of texts that claims two thousand million, and cells that point far behind its end."""
    table = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="2000000000" uniqueCount="2000000000"><si><t>a</t></si></sst>'
    sheet = sheet_xml(b'<row r="1"><c r="A1" t="s"><v>1999999999</v></c></row>')
    return rezipped({"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": table})


def sheet_named(name: str) -> Callable[[], bytes]:
    def make() -> bytes:
        with zipfile.ZipFile(io.BytesIO(workbook())) as old:
            text = old.read("xl/workbook.xml")
        return rezipped({"xl/workbook.xml": text.replace(b'name="A"', f'name="{name}"'.encode())})

    return make


def alone(text: str) -> Callable[[object], bool]:
    return lambda tables: text not in str(text_of(tables))


MORE = [
    Case("one byte", "evidence", "a.jpg", lambda: b"\xff", ("not_accepted",)),
    Case("a TIFF bomb", "evidence", "a.tif", tiff_bomb, ("not_accepted",)),
    Case("a TIFF bomb called JPG", "evidence", "a.jpg", tiff_bomb, ("not_accepted",)),
    Case("a WebP of many pixels", "evidence", "a.webp", lambda: webp((6000, 5000)), ("too_many_pixels",)),
    Case("a WebP claiming 16383 by 16383", "evidence", "a.webp", lambda: webp_claiming(16_383, 16_383),
         ("too_many_pixels", "unreadable")),
    Case("a WebP claiming little and holding nothing", "evidence", "a.webp", lambda: webp_claiming(64, 64), ("unreadable",)),
    Case("a PNG just beyond the pixels", "evidence", "a.png", lambda: png_claiming(5001, 5000), ("too_many_pixels",)),
    Case("AVIF", "evidence", "a.avif", lambda: b"\0\0\0\x1cftypavif" + b"\0" * 100, ("not_accepted",)),
    Case("JPEG XL", "evidence", "a.jpg", lambda: b"\xff\x0a" + b"\x20" * 200, ("not_accepted",)),
    Case("an icon", "evidence", "a.ico", lambda: b"\0\0\1\0\1\0" + b"\0" * 90, ("not_accepted",)),
    Case("SVG packed with gzip", "evidence", "a.svgz", lambda: gzip.compress(SVG), ("not_accepted",)),
    Case("SVG behind blanks and a mark", "evidence", "a.png", lambda: b"\xef\xbb\xbf \n\t" + SVG, ("not_accepted",)),
    Case("SVG with a doctype", "evidence", "a.svg", lambda: b"<!DOCTYPE svg>" + SVG, ("not_accepted",)),
    Case("a Windows shortcut", "evidence", "a.jpg", lambda: b"L\0\0\0\1\x14\2\0" + b"\0" * 100, ("not_accepted",)),
    Case("a mail with a page", "evidence", "a.jpg", lambda: b"MIME-Version: 1.0\r\n\r\n" + HTML, ("not_accepted",)),
    Case("a Java class", "evidence", "a.png", lambda: b"\xca\xfe\xba\xbe" + b"\0" * 90, ("not_accepted",)),
    Case("a RAR", "evidence", "a.jpg", lambda: b"Rar!\x1a\x07\0" + b"\0" * 90, ("not_accepted",)),
    Case("PHP called JPG", "evidence", "a.jpg", lambda: b"<?php system($_GET[0]); ?>", ("not_accepted",)),
    Case("a PNG with a wrong checksum", "evidence", "a.png", png_wrong_sum, ("unreadable",)),
    Case("a PNG with a bomb for a colour profile", "evidence", "a.png",
         lambda: png_with(b"iCCP", b"x\0\0" + zlib.compress(b"\0" * 200_000_000, 9)), ("unreadable",)),
    Case("a PNG of forty thousand notes", "evidence", "a.png", lambda: png_with(b"tEXt", b"a\0b", 40_000),
         harmless=rewritten(b"tEXt")),
    Case("a PNG with a ZIP behind", "evidence", "a.png", lambda: png() + rezipped(), ("polyglot",)),
    Case("a PNG with a PDF behind", "evidence", "a.png", lambda: png() + pdf(), ("polyglot",)),
    Case("a WebP with a page behind", "evidence", "a.webp", lambda: webp((32, 32)) + HTML, ("polyglot",)),
    Case("a JPEG with a program behind", "evidence", "a.jpg", lambda: jpeg() + b"MZ\x90\0" + b"\1" * 600,
         harmless=rewritten(b"MZ\x90\0")),
    Case("a JPEG with another JPEG behind", "evidence", "a.jpg", lambda: jpeg() + jpeg((30, 30), comment=b"S3CRET"),
         harmless=rewritten(b"S3CRET")),
    Case("a photo that lies on its side", "evidence", "a.jpg", turned_photo, harmless=upright),
    Case("what an editor wrote into a photo", "evidence", "a.jpg", xmp_photo, harmless=rewritten(b"bed 12", b"xmpmeta")),
    Case("a comment in a photo", "evidence", "a.jpg", lambda: jpeg(comment=b"patient bed 12"), harmless=rewritten(b"bed 12")),
    Case("a broken colour profile", "evidence", "a.jpg", lambda: jpeg(icc_profile=b"\xff" * 5000),
         harmless=rewritten(b"\xff" * 100)),
    Case("two endings, the first a program's", "evidence", "a.php.jpg", jpeg, harmless=named("a_php.jpg")),
    Case("three endings", "evidence", "a.jsp.exe.JPEG", jpeg, harmless=named("a_jsp_exe.jpg")),
    Case("two endings, the last a program's", "evidence", "invoice.jpg.exe", jpeg, ("lying_name",)),
    Case("two endings, the last a page's", "evidence", "a.jpg.html", jpeg, ("lying_name",)),
    Case("a stream beside the file", "evidence", "a.jpg:evil.exe", jpeg, ("lying_name",)),
    Case("the name of a port", "evidence", "com1.jpg", jpeg, harmless=named("_com1.jpg")),
    Case("the name of a device with endings", "evidence", "aux.tar.jpg", jpeg, harmless=named("_aux.tar.jpg")),
    Case("dots and blanks at the end", "evidence", "a.jpg . . .", jpeg, harmless=named("a.jpg.jpg")),
    Case("only an ending", "evidence", ".jpg", jpeg, harmless=named("文件.jpg")),
    Case("a name of invisible characters", "evidence", "\u200b\u200e\u2066\ufeff.jpg", jpeg, harmless=named("文件.jpg")),
    Case("a path on a share", "evidence", "\\\\host\\share\\..\\x.jpg", jpeg, harmless=named("x.jpg")),
    Case("a name with signs of a shell", "evidence", 'a|b<c>"d*?.jpg', jpeg, harmless=named("a_b_c__d__.jpg")),
    Case("a name with half a character", "evidence", "a\ud800.jpg", jpeg, harmless=named("a.jpg")),
    Case("no name at all", "evidence", "", jpeg, harmless=named("文件.jpg")),
    Case("a page called PDF", "evidence", "a.pdf", lambda: HTML, ("not_accepted",)),
    Case("a text called PDF", "evidence", "a.pdf", lambda: b"hello " * 99, ("not_accepted",)),
    Case("a PDF behind a thousand bytes", "evidence", "a.pdf", lambda: b"\1" * 1000 + pdf(), ("not_accepted",)),
    Case("a PDF with blanks before it", "evidence", "a.pdf", lambda: b"\n\n  " + pdf(), ("not_accepted",)),
    Case("a script that a later edition adds", "evidence", "a.pdf", incremental, ("active_content",)),
    Case("a PDF that opens another file", "evidence", "a.pdf",
         lambda: pdf(page=b"/Annots [<< /A << /S /GoToR /F (\\\\\\\\host\\\\share\\\\x) >> >>]"), ("active_content",)),
    Case("a PDF that goes into an attachment", "evidence", "a.pdf",
         lambda: pdf(page=b"/Annots [<< /A << /S /GoToE /T << >> >> >>]"), ("active_content",)),
    Case("a PDF that imports data", "evidence", "a.pdf", lambda: pdf(page=b"/A << /S /ImportData /F (x) >>"), ("active_content",)),
    Case("a PDF with an old film", "evidence", "a.pdf", lambda: pdf(page=b"/Annots [<< /Subtype /Movie >>]"), ("active_content",)),
    Case("a PDF that plays", "evidence", "a.pdf", lambda: pdf(page=b"/Annots [<< /A << /S /Rendition >> >>]"), ("active_content",)),
    Case("a file in a PDF", "evidence", "a.pdf",
         lambda: pdf(b"4 0 obj\n<< /Type /Filespec /EF << /F 5 0 R >> >>\nendobj\n"), ("active_content",)),
    Case("a launch with an escaped name", "evidence", "a.pdf",
         lambda: pdf(page=b"/Annots [<< /A << /S /#4caunch >> >>]"), ("active_content",)),
    Case("a script in two lines", "evidence", "a.pdf",
         lambda: pdf(b"4 0 obj\n<< /S\n/JavaScript\n/JS\n(app.alert(1))\n>>\nendobj\n"), ("active_content",)),
    Case("a bomb in a bomb", "evidence", "a.pdf", doubly_packed, ("expands",)),
    Case("brackets a million deep", "evidence", "a.pdf", lambda: pdf(b"4 0 obj\n" + b"[" * 1_000_000 + b"\nendobj\n"),
         harmless=lambda checked: checked.pages == 1),  # type: ignore[attr-defined]
    Case("a PDF called PHP", "evidence", "a.php", pdf, ("lying_name",)),
    Case("a PDF with a name of two endings", "evidence", "a.html.pdf", pdf, harmless=named("a_html.pdf")),
    Case("links to other workbooks", "table", "a.xlsx", external_links, harmless=csv_harmless("name")),
    Case("entities in the relations", "table", "a.xlsx",
         lambda: rezipped({"xl/_rels/workbook.xml.rels": b'<!DOCTYPE x [<!ENTITY a "b">]><Relationships/>'}), ("odd_archive",)),
    Case("a declaration in small letters", "table", "a.xlsx",
         lambda: with_sheet(b"<row/>", b'<!doctype x [<!entity a "b">]>'), ("odd_archive",)),
    Case("a declaration between two pieces", "table", "a.xlsx", late_doctype, ("odd_archive",)),
    Case("a link in the archive", "table", "a.xlsx", symlink, harmless=alone("root")),
    Case("a page for a comment of the archive", "table", "a.xlsx", commented, ("polyglot",)),
    Case("two thousand million texts", "table", "a.xlsx", shared_strings, ("unreadable", "no_table", "too_much_memory")),
    Case("a sheet called like a path", "table", "a.xlsx", sheet_named("../../etc/passwd"), harmless=csv_harmless("name")),
    Case("programs in a sheet of macros", "table", "a.xlsx",
         lambda: rezipped(add={"xl/macrosheets/sheet1.xml": b"<xm:macrosheet/>"}), harmless=csv_harmless("name")),
    Case("an OpenDocument table", "table", "a.ods",
         lambda: zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"}), ("not_accepted",)),
    Case("an OpenDocument table called XLSX", "table", "a.xlsx",
         lambda: zipped({"mimetype": b"x", "content.xml": b"<a/>"}), ("not_accepted",)),
    Case("a binary workbook", "table", "a.xlsb", lambda: zipped({"xl/workbook.bin": b"x"}), ("not_accepted",)),
    Case("sectors in a circle", "table", "a.xls", ole_circle, ("unreadable", "too_slow", "too_much_memory")),
    Case("an Excel 3 sheet", "table", "a.xls", lambda: b"\x09\x02\x06\x00" + b"\0" * 200, ("not_accepted",)),
    Case("a gzip called XLSX", "table", "a.xlsx", lambda: gzip.compress(workbook()), ("not_accepted",)),
    Case("a DDE formula in a CSV", "table", "a.csv", lambda: b"=cmd|'/C calc'!A0,1\n2,3\n", harmless=csv_harmless("=cmd|'/C calc'!A0")),
    Case("signs for a terminal in a CSV", "table", "a.csv", lambda: b"a,b\n\x1b[31mred,1\n", ("not_accepted", "not_text")),
    Case("a table called TAR.GZ", "table", "a.tar.gz", lambda: b"a,b\n1,2\n", ("lying_name",)),
]  # fmt: skip


def test_how_many_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    titles = [case.title for case in CASES + MORE]
    assert len(set(titles)) == len(titles) >= 200
    with capsys.disabled():
        print(f" {len(titles)} hostile files", end="")


@pytest.mark.parametrize("case", MORE, ids=lambda case: case.title)
def test_refused_or_harmless(case: Case) -> None:
    data = case.make()
    if case.harmless:
        assert case.harmless(knock(case, data))
        return
    with pytest.raises(FileRefusal) as caught:
        knock(case, data)
    assert caught.value.code in case.codes
    assert "{" not in caught.value.say("zh") + caught.value.say("en")
