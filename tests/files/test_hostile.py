"""Files made to harm: each is refused in words or comes out harmless, quickly and within bounded memory."""

from __future__ import annotations

import contextlib
import io
import struct
import subprocess
import time
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import xlsxwriter
from PIL import Image, PngImagePlugin

from kaohe.files import child, limits
from kaohe.files.content import Checked, check_evidence
from kaohe.files.refusals import BY_CODE, FileRefusal
from kaohe.files.tables import Table, read_tables

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"


@dataclass(frozen=True)
class Case:
    """A hostile file: the door it knocks at, its name, how its bytes are made, the refusals that may answer.

    An empty `codes` says that it is taken, and `harmless` proves that nothing of it remains.
    """

    title: str
    door: str
    name: str
    make: Callable[[], bytes]
    codes: tuple[str, ...] = ()
    harmless: Callable[[object], bool] | None = None


# Makers


def jpeg(size: tuple[int, int] = (64, 48), **how: object) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, "JPEG", **how)
    return target.getvalue()


def png(size: tuple[int, int] = (64, 48), mode: str = "RGB", **how: object) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size).save(target, "PNG", **how)
    return target.getvalue()


def frames(encoding: str) -> bytes:
    target = io.BytesIO()
    first, second = Image.new("RGB", (16, 16), "red"), Image.new("RGB", (16, 16), "blue")
    first.save(target, encoding, save_all=True, append_images=[second], duration=100)
    return target.getvalue()


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_claiming(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = png_chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + body + png_chunk(b"IEND", b"")


def png_text_bomb() -> bytes:
    text = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"A" * 300_000_000, 9))
    plain = png()
    return plain[:33] + text + plain[33:]


def png_with_text(text: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", text)
    return png(pnginfo=info)


def jpeg_with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "patient bed 12"
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (30.0, 12.0, 5.0)
    return jpeg(exif=exif)


def pdf(extra: bytes = b"", catalog: bytes = b"", trailer: bytes = b"", page: bytes = b"") -> bytes:
    objects = [
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>\nendobj\n",
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] " + page + b" >>\nendobj\n",
        extra,
    ]
    body = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for item in objects:
        places.append(len(body))
        body += item
    start = len(body)
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(
        b"%010d 00000 n \n" % place for place in places[:3]
    )
    return (
        body
        + table
        + b"trailer\n<< /Size 4 /Root 1 0 R "
        + trailer
        + b" >>\nstartxref\n%d\n%%%%EOF\n" % start
    )


def pdf_stream(content: bytes, head: bytes, number: int = 9) -> bytes:
    return b"%d 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (
        number,
        head,
        len(content),
        content,
    )


def object_stream(content: bytes) -> bytes:
    return pdf_stream(zlib.compress(content), b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")


def workbook(fill: Callable[[xlsxwriter.Workbook], None] | None = None) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    if fill:
        fill(book)
    else:
        page = book.add_worksheet("A")
        page.write_row(0, 0, ["name", "mark"])
        page.write_row(1, 0, ["Li", 90])
    book.close()
    return target.getvalue()


def rezipped(
    replace: dict[str, bytes] | None = None,
    add: dict[str, bytes] | None = None,
    method: int = zipfile.ZIP_DEFLATED,
    base: bytes | None = None,
) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base or workbook())) as old, zipfile.ZipFile(target, "w", method) as new:
        for member in old.infolist():
            new.writestr(member.filename, (replace or {}).get(member.filename, old.read(member)))
        for name, content in (add or {}).items():
            new.writestr(name, content)
    return target.getvalue()


def sheet_xml(cells: bytes, doctype: bytes = b"") -> bytes:
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>'
        + doctype
        + b'<worksheet xmlns="http://schemas.openxmlformats.org/'
        b'spreadsheetml/2006/main"><sheetData>' + cells + b"</sheetData></worksheet>"
    )


def with_sheet(cells: bytes, doctype: bytes = b"") -> bytes:
    return rezipped({"xl/worksheets/sheet1.xml": sheet_xml(cells, doctype)})


def bombed_member() -> bytes:
    return rezipped(add={"xl/media/image1.xml": b"\0" * 200_000_000})


def bombed_sheet() -> bytes:
    return with_sheet(b'<row r="1">' + b" " * 80_000_000 + b"</row>")


def lying_size() -> bytes:
    """A member whose header declares 100 bytes while the data inflate to fifty million."""
    data = bytearray(rezipped(add={"xl/big.xml": b" " * 50_000_000}))
    real = struct.pack("<I", 50_000_000)
    while (place := data.find(real)) >= 0:
        data[place : place + 4] = struct.pack("<I", 100)
    return bytes(data)


def overlapping() -> bytes:
    """Two directory entries for the same bytes."""
    data = bytearray(rezipped(add={"xl/x1.xml": b"<a/>" * 50, "xl/x2.xml": b"<a/>" * 50}))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        first = archive.getinfo("xl/x1.xml").header_offset
        second = archive.getinfo("xl/x2.xml").header_offset
    directory = data.rfind(struct.pack("<I", second), data.rfind(b"PK\x01\x02"))
    data[directory : directory + 4] = struct.pack("<I", first)
    return bytes(data)


def encrypted_flag() -> bytes:
    data = bytearray(workbook())
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(magic)
        while start >= 0:
            data[start + place] |= 1
            start = data.find(magic, start + 4)
    return bytes(data)


def many_members() -> bytes:
    return rezipped(add={f"xl/x{number}.xml": b"<a/>" for number in range(1500)})


def many_sheets() -> bytes:
    return workbook(lambda book: [book.add_worksheet(f"s{number}") for number in range(80)] and None)


def wide_unplaced() -> bytes:
    """Cells without addresses: one row of many, and another far below."""
    wide = b"<row>" + b"<c><v>1</v></c>" * 60_000 + b"</row>"
    return with_sheet(wide + b'<row r="1048576"><c><v>1</v></c></row>')


def long_cell() -> bytes:
    text = b"A" * 1_000_000
    return with_sheet(b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + text + b"</t></is></c></row>")


def billion_laughs() -> bytes:
    levels = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    doctype = b'<!DOCTYPE x [<!ENTITY l0 "lol">' + levels + b"]>"
    return with_sheet(b'<row r="1"><c r="A1" t="str"><v>&l9;</v></c></row>', doctype)


def external_entity() -> bytes:
    return with_sheet(
        b'<row r="1"><c r="A1" t="str"><v>&file;</v></c></row>',
        b'<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>',
    )


def deep_xml() -> bytes:
    return with_sheet(b"<row>" + b"<a>" * 200_000 + b"</a>" * 200_000 + b"</row>")


def utf16_sheet() -> bytes:
    text = sheet_xml(b"<row/>", b"<!DOCTYPE x>").decode().replace("UTF-8", "UTF-16")
    return rezipped({"xl/worksheets/sheet1.xml": text.encode("utf-16")})


def formulas() -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("A")
        page.write_string(0, 0, "=cmd|' /C calc'!A0")
        page.write_formula(1, 0, '=HYPERLINK("http://example.org","x")', None, "x")

    return workbook(fill)


def text_of(tables: object) -> list[object]:
    assert isinstance(tables, list)
    return [cell for table in tables for row in table.rows for cell in row]


def rewritten(*gone: bytes) -> Callable[[object], bool]:
    def proof(checked: object) -> bool:
        assert isinstance(checked, Checked)
        kept = checked.data + (checked.thumbnail or b"")
        return checked.kind == "picture" and not any(piece in kept for piece in gone)

    return proof


def named(name: str) -> Callable[[object], bool]:
    return lambda checked: isinstance(checked, Checked) and checked.name == name


PICTURES = [
    Case("nothing at all", "evidence", "a.jpg", lambda: b"", ("empty",)),
    Case("eleven megabytes", "evidence", "a.jpg", lambda: jpeg() + b"\0" * 11 * limits.MB, ("too_big",)),
    Case("SVG renamed to PNG", "evidence", "a.png", lambda: SVG, ("not_accepted",)),
    Case("SVG behind a comment and a declaration", "evidence", "a.svg",
         lambda: b"<?xml version='1.0'?>\n<!-- x -->\n" + SVG, ("not_accepted",)),
    Case("HTML renamed to JPG", "evidence", "a.jpg", lambda: HTML, ("not_accepted",)),
    Case("HTML in UTF-16", "evidence", "a.jpg", lambda: HTML.decode().encode("utf-16"), ("not_accepted",)),
    Case("a program", "evidence", "a.jpg", lambda: b"MZ\x90\0" + b"\0" * 500, ("not_accepted",)),
    Case("an ELF program", "evidence", "a.png", lambda: b"\x7fELF\x02\x01\x01" + b"\0" * 500, ("not_accepted",)),
    Case("a shell script", "evidence", "a.jpg", lambda: b"#!/bin/sh\nrm -rf /\n", ("not_accepted",)),
    Case("GIF", "evidence", "a.gif", lambda: frames("GIF"), ("not_accepted",)),
    Case("GIF that is a script", "evidence", "a.jpg", lambda: b"GIF89a/*" + b"*/=1;alert(1)//", ("not_accepted",)),
    Case("BMP", "evidence", "a.bmp", lambda: b"BM" + b"\0" * 100, ("not_accepted",)),
    Case("TIFF", "evidence", "a.jpg", lambda: b"II*\0" + b"\0" * 100, ("not_accepted",)),
    Case("PostScript", "evidence", "a.pdf", lambda: b"%!PS-Adobe-3.0\n", ("not_accepted",)),
    Case("HEIC", "evidence", "a.heic", lambda: b"\0\0\0\x18ftypheic" + b"\0" * 100, ("heic",)),
    Case("HEIC called JPG", "evidence", "a.jpg", lambda: b"\0\0\0\x18ftypmif1" + b"\0" * 100, ("heic",)),
    Case("a film", "evidence", "a.jpg", lambda: b"\0\0\0\x18ftypisom" + b"\0" * 100, ("not_accepted",)),
    Case("zeros", "evidence", "a.jpg", lambda: b"\0" * 5000, ("not_accepted",)),
    Case("only the mark of a JPEG", "evidence", "a.jpg", lambda: b"\xff\xd8\xff", ("unreadable",)),
    Case("a JPEG cut off", "evidence", "a.jpg", lambda: jpeg((900, 900), quality=95)[:2500], ("unreadable",)),
    Case("a PNG cut off", "evidence", "a.png", lambda: png((900, 900))[:200], ("unreadable",)),
    Case("a WebP that is none", "evidence", "a.webp", lambda: b"RIFF\xff\xff\xff\xffWEBP" + b"A" * 999, ("unreadable",)),
    Case("a JPEG of noise", "evidence", "a.jpg", lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)) * 400, ("unreadable",)),
    Case("a PNG claiming 60000 by 60000", "evidence", "a.png", lambda: png_claiming(60_000, 60_000), ("too_many_pixels",)),
    Case("a PNG claiming 2 by two thousand million", "evidence", "a.png", lambda: png_claiming(2, 2**31 - 1),
         ("too_many_pixels",)),
    Case("a PNG claiming no pixel", "evidence", "a.png", lambda: png_claiming(0, 0), ("unreadable",)),
    Case("a bomb of one colour", "evidence", "a.png", lambda: png((12_000, 12_000), "1"), ("too_many_pixels",)),
    Case("a bomb in a PNG comment", "evidence", "a.png", png_text_bomb, ("unreadable",)),
    Case("an animated PNG", "evidence", "a.png", lambda: frames("PNG"), ("moving_picture",)),
    Case("an animated WebP", "evidence", "a.webp", lambda: frames("WEBP"), ("moving_picture",)),
    Case("JPEG with a ZIP behind", "evidence", "a.jpg", lambda: jpeg() + rezipped(), ("polyglot",)),
    Case("JPEG with a PDF in its comment", "evidence", "a.jpg", lambda: jpeg(comment=b"%PDF-1.4 x"), ("polyglot",)),
    Case("JPEG with a page in its comment", "evidence", "a.jpg", lambda: jpeg(comment=HTML), ("polyglot",)),
    Case("JPEG with PHP behind", "evidence", "a.jpg", lambda: jpeg() + b"<?php system($_GET[0]); ?>", ("polyglot",)),
    Case("PNG with a script in its text", "evidence", "a.png", lambda: png_with_text("<script>x</script>"), ("polyglot",)),
    Case("PNG called PDF", "evidence", "a.pdf", png, ("lying_name",)),
    Case("JPEG called HTML", "evidence", "a.html", jpeg, ("lying_name",)),
    Case("JPEG called EXE", "evidence", "a.exe", jpeg, ("lying_name",)),
    Case("JPEG called XLSX", "evidence", "a.xlsx", jpeg, ("lying_name",)),
    Case("place and caption in a photo", "evidence", "a.jpg", jpeg_with_place,
         harmless=rewritten(b"patient bed", b"Exif", b"GPS")),
    Case("a secret behind the photo", "evidence", "a.jpg", lambda: jpeg() + b"S3CRET" * 999, harmless=rewritten(b"S3CRET")),
    Case("a PNG called JPG", "evidence", "a.jpg", png, harmless=named("a.png")),
    Case("a name that climbs", "evidence", "../../etc/cron.d/x.jpg", jpeg, harmless=named("x.jpg")),
    Case("a name that climbs on Windows", "evidence", "C:\\windows\\x.jpg", jpeg, harmless=named("x.jpg")),
    Case("a name that turns around", "evidence", "photo\u202egpj.exe\u202c.jpg", jpeg,
         harmless=named("photogpj_exe.jpg")),
    Case("a name with NUL and lines", "evidence", "a\0b\r\nSet-Cookie: x.jpg", jpeg, harmless=named("ab Set-Cookie_ x.jpg")),
    Case("a name without end", "evidence", "好" * 5000 + ".jpg", jpeg,
         harmless=lambda checked: len(checked.name.encode()) <= limits.NAME_BYTES),  # type: ignore[attr-defined]
    Case("a name of nothing", "evidence", "...", jpeg, harmless=named("文件.jpg")),
    Case("a device's name", "evidence", "NUL.jpg", jpeg, harmless=named("_NUL.jpg")),
]  # fmt: skip

PDFS = [
    Case("PDF with a script", "evidence", "a.pdf",
         lambda: pdf(b"4 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj\n"), ("active_content",)),
    Case("script with an escaped name", "evidence", "a.pdf",
         lambda: pdf(b"4 0 obj\n<< /S /J#61v#61Script /J#53 (x) >>\nendobj\n"), ("active_content",)),
    Case("script in an object stream", "evidence", "a.pdf",
         lambda: pdf(object_stream(b"4 0 << /S /JavaScript /JS (x) >>")), ("active_content",)),
    Case("script behind two filters", "evidence", "a.pdf",
         lambda: pdf(pdf_stream(zlib.compress(b"4 0 << /JS (x) >>").hex().encode() + b">",
                                b"/Type /ObjStm /N 1 /First 4 /Filter [/ASCIIHexDecode /FlateDecode]")),
         ("active_content",)),
    Case("script whose stream seems to end early", "evidence", "a.pdf",
         lambda: pdf(pdf_stream(b"\x78\x01" + stored(b"4 0 << >> endstream << /S /JavaScript >>"),
                                b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")), ("active_content",)),
    Case("object stream in an unknown coding", "evidence", "a.pdf",
         lambda: pdf(pdf_stream(b"xx", b"/Type /ObjStm /N 1 /First 4 /Filter /LZWDecode")), ("uncheckable",)),
    Case("object stream with a predictor", "evidence", "a.pdf",
         lambda: pdf(pdf_stream(zlib.compress(b"x"), b"/Type /ObjStm /Filter /FlateDecode "
                                b"/DecodeParms << /Predictor 12 >>")), ("uncheckable",)),
    Case("filter said elsewhere", "evidence", "a.pdf",
         lambda: pdf(pdf_stream(zlib.compress(b"/JavaScript"), b"/Type /ObjStm /Filter 8 0 R")), ("uncheckable",)),
    Case("damaged object stream", "evidence", "a.pdf",
         lambda: pdf(pdf_stream(b"garbage", b"/Type /ObjStm /Filter /FlateDecode")), ("uncheckable",)),
    Case("PDF that launches", "evidence", "a.pdf",
         lambda: pdf(page=b"/Annots [<< /A << /S /Launch /F (cmd.exe) >> >>]"), ("active_content",)),
    Case("PDF that acts on opening", "evidence", "a.pdf", lambda: pdf(catalog=b"/OpenAction 4 0 R"), ("active_content",)),
    Case("PDF with automatic actions", "evidence", "a.pdf", lambda: pdf(page=b"/AA << /O 5 0 R >>"), ("active_content",)),
    Case("PDF with an attachment", "evidence", "a.pdf",
         lambda: pdf(catalog=b"/Names << /EmbeddedFiles 5 0 R >>"), ("active_content",)),
    Case("PDF with an XFA form", "evidence", "a.pdf", lambda: pdf(catalog=b"/AcroForm << /XFA 5 0 R >>"), ("active_content",)),
    Case("PDF with a film", "evidence", "a.pdf", lambda: pdf(page=b"/Annots [<< /Subtype /RichMedia >>]"), ("active_content",)),
    Case("PDF that submits", "evidence", "a.pdf",
         lambda: pdf(page=b"/Annots [<< /A << /S /SubmitForm >> >>]"), ("active_content",)),
    Case("PDF with a password", "evidence", "a.pdf", lambda: pdf(trailer=b"/Encrypt 7 0 R"), ("encrypted",)),
    Case("PDF cut off", "evidence", "a.pdf", lambda: pdf()[:-60], ("unreadable",)),
    Case("PDF without a page", "evidence", "a.pdf", lambda: b"%PDF-1.7\nstartxref\n0\n%%EOF\n", ("unreadable",)),
    Case("PDF of an unknown edition", "evidence", "a.pdf", lambda: pdf().replace(b"%PDF-1.7", b"%PDF-9.9"), ("unreadable",)),
    Case("PDF with a ZIP behind", "evidence", "a.pdf", lambda: pdf() + rezipped(), ("polyglot",)),
    Case("PDF with a program behind", "evidence", "a.pdf", lambda: pdf() + b"MZ" + b"\1" * 4000, ("polyglot",)),
    Case("PDF that begins as a page", "evidence", "a.pdf",
         lambda: pdf().replace(b"%\xe2\xe3\xcf\xd3", b"%<script>alert(1)</script>"), ("polyglot",)),
    Case("page that begins before the PDF", "evidence", "a.pdf", lambda: HTML + pdf(), ("not_accepted",)),
    Case("PDF called JPG", "evidence", "a.jpg", pdf, ("lying_name",)),
    Case("PDF bomb", "evidence", "a.pdf",
         lambda: pdf(pdf_stream(zlib.compress(b"\0" * 200_000_000, 9), b"/Filter /FlateDecode")), ("expands",)),
    Case("PDF of bombs", "evidence", "a.pdf",
         lambda: pdf(b"".join(pdf_stream(zlib.compress(b"\0" * 30_000_000, 9), b"/Filter /FlateDecode", n)
                              for n in range(10, 16))), ("expands",)),
    Case("PDF of endless streams", "evidence", "a.pdf",
         lambda: pdf(b"".join(pdf_stream(b"x", b"", n) for n in range(10, 30_000))), ("uncheckable",)),
]  # fmt: skip


def stored(data: bytes) -> bytes:
    """Deflate data that are only stored, so that they stand in the file as they are, and the checksum."""
    block = b"\x01" + struct.pack("<HH", len(data), len(data) ^ 0xFFFF) + data
    return block + struct.pack(">I", zlib.adler32(data))


def csv_harmless(first: object) -> Callable[[object], bool]:
    return lambda tables: text_of(tables)[0] == first


TABLES = [
    Case("ZIP bomb beside the sheets", "table", "a.xlsx", bombed_member, ("expands",)),
    Case("a sheet that is a bomb", "table", "a.xlsx", bombed_sheet, ("expands",)),
    Case("a member that lies about its size", "table", "a.xlsx", lying_size, ("unreadable",)),
    Case("members that overlap", "table", "a.xlsx", overlapping, ("odd_archive",)),
    Case("fifteen hundred members", "table", "a.xlsx", many_members, ("odd_archive",)),
    Case("a member that climbs", "table", "a.xlsx", lambda: rezipped(add={"../../x.xml": b"<a/>"}), ("odd_archive",)),
    Case("a member from the root", "table", "a.xlsx", lambda: rezipped(add={"/etc/passwd": b"x"}), ("odd_archive",)),
    Case("a member on a drive", "table", "a.xlsx", lambda: rezipped(add={"C:/x.xml": b"x"}), ("odd_archive",)),
    Case("a member with a backslash", "table", "a.xlsx", lambda: rezipped(add={"xl\\..\\x.xml": b"x"}), ("odd_archive",)),
    Case("a member with a line break", "table", "a.xlsx", lambda: rezipped(add={"xl/a\nb.xml": b"x"}), ("odd_archive",)),
    Case("members that differ in case only", "table", "a.xlsx", lambda: rezipped(add={"XL/WORKBOOK.XML": b"x"}), ("odd_archive",)),
    Case("a name without end inside", "table", "a.xlsx", lambda: rezipped(add={"xl/" + "a" * 4000: b"x"}), ("odd_archive",)),
    Case("macros", "table", "a.xlsx", lambda: rezipped(add={"xl/vbaProject.bin": b"x"}), ("macros",)),
    Case("locked members", "table", "a.xlsx", encrypted_flag, ("encrypted",)),
    Case("an unusual compression", "table", "a.xlsx", lambda: rezipped(method=zipfile.ZIP_BZIP2), ("odd_archive",)),
    Case("a program before the ZIP", "table", "a.xlsx", lambda: b"MZ\x90\0" + b"\0" * 200 + workbook(), ("not_accepted",)),
    Case("a ZIP before the workbook", "table", "a.xlsx", lambda: rezipped(add={"x": b"y" * 300}) + workbook(), ("polyglot",)),
    Case("a page behind the ZIP", "table", "a.xlsx", lambda: workbook() + HTML, ("polyglot",)),
    Case("an archive of archives", "table", "a.xlsx",
         lambda: rezipped(add={"xl/embeddings/b.xlsx": bombed_sheet()}), harmless=csv_harmless("name")),
    Case("a billion laughs", "table", "a.xlsx", billion_laughs, ("odd_archive",)),
    Case("an entity that reads a file", "table", "a.xlsx", external_entity, ("odd_archive",)),
    Case("a sheet in UTF-16", "table", "a.xlsx", utf16_sheet, ("odd_archive",)),
    Case("XML two hundred thousand deep", "table", "a.xlsx", deep_xml, ("no_table",)),
    Case("a cell at XFD1048576", "table", "a.xlsx",
         lambda: with_sheet(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
         ("sheet_too_large",)),
    Case("a cell at ZZZZ999999999", "table", "a.xlsx",
         lambda: with_sheet(b"<row r='999999999'><c r='ZZZZ999999999'><v>1</v></c></row>"), ("sheet_too_large",)),
    Case("cells without addresses, far apart", "table", "a.xlsx", wide_unplaced,
         ("sheet_too_large", "too_much_memory")),
    Case("a row number below nought", "table", "a.xlsx",
         lambda: with_sheet(b'<row r="-5"><c r="A-5"><v>1</v></c></row>'), ("unreadable",)),
    Case("a cell of a megabyte", "table", "a.xlsx", long_cell, ("cell_too_long",)),
    Case("eighty sheets", "table", "a.xlsx", many_sheets, ("too_many_sheets",)),
    Case("a workbook cut off", "table", "a.xlsx", lambda: workbook()[:-200], ("unreadable",)),
    Case("a workbook with a torn member", "table", "a.xlsx", lambda: workbook().replace(b"PK\x03\x04", b"PK\x03\x05", 3), ("not_accepted",)),
    Case("a ZIP that is no workbook", "table", "a.xlsx", lambda: zipped({"a.txt": b"x"}), ("not_accepted",)),
    Case("a Word document", "table", "a.xlsx", lambda: zipped({"word/document.xml": b"<a/>"}), ("not_accepted",)),
    Case("a JAR", "table", "a.xlsx", lambda: zipped({"META-INF/MANIFEST.MF": b"x"}), ("not_accepted",)),
    Case("an empty ZIP", "table", "a.xlsx", lambda: zipped({}), ("not_accepted",)),
    Case("an old workbook cut off", "table", "a.xls",
         lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 3000, ("unreadable",)),
    Case("an old workbook of noise", "table", "a.xls",
         lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 100, ("unreadable", "too_much_memory")),
    Case("an old workbook with macros", "table", "a.xls",
         lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "_VBA_PROJECT".encode("utf-16-le"), ("macros",)),
    Case("a page called XLS", "table", "a.xls", lambda: b"<html><table><tr><td>1</td></tr></table></html>", ("web_page_table",)),
    Case("an XML workbook called XLS", "table", "a.xls",
         lambda: b"<?xml version='1.0'?><Workbook><Worksheet/></Workbook>", ("web_page_table",)),
    Case("SVG called CSV", "table", "a.csv", lambda: SVG, ("not_accepted",)),
    Case("JPEG called CSV", "table", "a.csv", jpeg, ("not_accepted",)),
    Case("PDF called XLSX", "table", "a.xlsx", pdf, ("not_accepted",)),
    Case("workbook called JPG", "table", "a.jpg", workbook, ("lying_name",)),
    Case("workbook called XLSM", "table", "a.xlsm", workbook, ("lying_name",)),
    Case("CSV called HTML", "table", "a.html", lambda: b"a,b\n1,2\n", ("lying_name",)),
    Case("NUL bytes in a CSV", "table", "a.csv", lambda: b"a,b\n1\0,2\n", ("not_accepted",)),
    Case("NUL bytes far inside a CSV", "table", "a.csv", lambda: b"a,b\n" * 3000 + b"1\0,2\n", ("not_text",)),
    Case("a CSV of noise", "table", "a.csv", lambda: bytes(range(128, 256)) * 50, ("not_text",)),
    Case("half a UTF-16 character", "table", "a.csv", lambda: b"\xff\xfea\0b", ("not_text",)),
    Case("a cell of a megabyte in a CSV", "table", "a.csv", lambda: b"a,b\n" + b"x" * 1_000_000 + b",2\n", ("cell_too_long",)),
    Case("a quote never closed", "table", "a.csv", lambda: b'a,b\n"' + b"x,\n" * 200_000, ("cell_too_long",)),
    Case("a row of a hundred thousand cells", "table", "a.csv", lambda: b"1," * 100_000, ("sheet_too_large",)),
    Case("three hundred thousand lines", "table", "a.csv", lambda: b"1,2\n" * 300_000, ("sheet_too_large",)),
    Case("only blanks", "table", "a.csv", lambda: b" \n ,\n\t\n", ("no_table",)),
    Case("an empty workbook", "table", "a.xlsx", lambda: workbook(lambda book: book.add_worksheet("A") and None), ("no_table",)),
    Case("formulas as text", "table", "a.xlsx", formulas, harmless=csv_harmless("=cmd|' /C calc'!A0")),
    Case("formulas in a CSV", "table", "a.csv", lambda: b"=1+1,@SUM(A1)\n-2,+3\n", harmless=csv_harmless("=1+1")),
    Case("infinite figures", "table", "a.xlsx",
         lambda: with_sheet(b'<row r="1"><c r="A1"><v>1e999</v></c><c r="B1"><v>NaN</v></c></row>'),
         harmless=lambda tables: all(cell is None or isinstance(cell, str) for cell in text_of(tables))),
    Case("formats out to the last column", "table", "a.xlsx",
         lambda: with_sheet(b'<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row><row r="1048576"><c r="A1048576"/></row>'),
         harmless=lambda tables: len(text_of(tables)) == 1),
]  # fmt: skip


def zipped(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


CASES = PICTURES + PDFS + TABLES


def knock(case: Case, data: bytes) -> Checked | list[Table]:
    return check_evidence(data, case.name) if case.door == "evidence" else read_tables(data, case.name)


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 60
    assert len({case.title for case in CASES}) == len(CASES)
    assert all(bool(case.codes) != bool(case.harmless) for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_refused_or_harmless(case: Case) -> None:
    data = case.make()
    start = time.perf_counter()
    if case.harmless:
        assert case.harmless(knock(case, data))
    else:
        with pytest.raises(FileRefusal) as caught:
            knock(case, data)
        refusal = caught.value
        assert refusal.code in case.codes
        assert BY_CODE[refusal.code] is type(refusal)
        for words in (refusal.say("zh"), refusal.say("en")):
            assert len(words) > 10
            assert "{" not in words
    assert time.perf_counter() - start < 20


HUNGRY = (
    "a bomb in a PNG comment",
    "a JPEG of noise",
    "place and caption in a photo",
    "PDF bomb",
    "PDF of bombs",
    "ZIP bomb beside the sheets",
    "a sheet that is a bomb",
    "cells without addresses, far apart",
    "XML two hundred thousand deep",
    "a row of a hundred thousand cells",
    "three hundred thousand lines",
    "an archive of archives",
)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory from /proc")
def test_no_child_takes_more_memory_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest resident memory of each child, read while it runs."""
    peaks: list[int] = []

    def watch(process: subprocess.Popen[bytes], seconds: float) -> None:
        peak = 0
        while process.poll() is None:
            try:
                status = Path(f"/proc/{process.pid}/status").read_text()
            except (FileNotFoundError, ProcessLookupError):
                break
            peak = max(
                [peak, *(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))]
            )
            time.sleep(0.002)
        peaks.append(peak * 1024)

    monkeypatch.setattr(child, "_wait", watch)
    for case in CASES:
        if case.title in HUNGRY:
            with contextlib.suppress(FileRefusal):
                knock(case, case.make())
    assert len(peaks) == len(HUNGRY)
    assert min(peaks) > 0
    assert max(peaks) < 450 * limits.MB
