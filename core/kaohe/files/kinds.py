"""What a file is, by its first bytes alone, and whether its name agrees.

The declared media type is never asked; the name only when it plainly says another kind.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from kaohe.files import limits
from kaohe.files.refusals import (
    EmptyFile,
    FileRefusal,
    HeicPicture,
    LyingName,
    NotAccepted,
    TooBig,
    WebPageTable,
    Words,
)


@dataclass(frozen=True)
class Kind:
    """A kind of content: its code, how it is called, and the name endings that belong to it."""

    code: str
    words: Words
    extensions: tuple[str, ...] = ()
    media_type: str = "application/octet-stream"


JPEG = Kind("jpeg", Words("JPG 图片", "JPG picture"), ("jpg", "jpeg", "jpe", "jfif"), "image/jpeg")
PNG = Kind("png", Words("PNG 图片", "PNG picture"), ("png",), "image/png")
WEBP = Kind("webp", Words("WebP 图片", "WebP picture"), ("webp",), "image/webp")
HEIC = Kind("heic", Words("HEIC 照片", "HEIC photo"), ("heic", "heif"))
PDF = Kind("pdf", Words("PDF 文件", "PDF file"), ("pdf",), "application/pdf")
ZIP = Kind("xlsx", Words("xlsx 表格", "xlsx workbook"), ("xlsx",))
OLE = Kind("xls", Words("xls 表格", "xls workbook"), ("xls", "et"))
TEXT = Kind("text", Words("文本文件", "text file"), ("csv", "txt", "tsv"), "text/csv")
HTML = Kind("html", Words("网页", "web page"), ("html", "htm", "xhtml"))
XML = Kind("xml", Words("XML 文件", "XML file"), ("xml", "svg"))
SVG = Kind("svg", Words("SVG 图形", "SVG drawing"), ("svg",))
UNKNOWN = Kind("unknown", Words("无法识别的文件", "unknown kind"))
NOTHING = Kind("nothing", Words("空文件", "empty file"))

PICTURE_KINDS = (JPEG, PNG, WEBP)
EVIDENCE_KINDS = (*PICTURE_KINDS, PDF)
TABLE_KINDS = (ZIP, OLE, TEXT)

_STARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"%PDF-", PDF),
    (b"PK\x03\x04", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"PK\x05\x06", Kind("zip", Words("空压缩包", "empty ZIP archive"))),
    (b"PK\x07\x08", Kind("zip", Words("分卷压缩包", "part of a ZIP archive"))),
    (b"GIF8", Kind("gif", Words("GIF 图片", "GIF picture"))),
    (b"BM", Kind("bmp", Words("BMP 图片", "BMP picture"))),
    (b"II*\0", Kind("tiff", Words("TIFF 图片", "TIFF picture"))),
    (b"MM\0*", Kind("tiff", Words("TIFF 图片", "TIFF picture"))),
    (b"8BPS", Kind("psd", Words("Photoshop 文件", "Photoshop file"))),
    (b"%!PS", Kind("ps", Words("PostScript 文件", "PostScript file"))),
    (b"{\\rtf", Kind("rtf", Words("RTF 文档", "RTF document"))),
    (b"MZ", Kind("exe", Words("程序文件", "program"))),
    (b"\x7fELF", Kind("exe", Words("程序文件", "program"))),
    (b"\xca\xfe\xba\xbe", Kind("exe", Words("程序文件", "program"))),
    (b"#!", Kind("script", Words("脚本程序", "script"))),
    (b"Rar!", Kind("rar", Words("压缩包", "RAR archive"))),
    (b"7z\xbc\xaf\x27\x1c", Kind("7z", Words("压缩包", "7z archive"))),
    (b"\x1f\x8b", Kind("gzip", Words("压缩包", "gzip archive"))),
    (b"ID3", Kind("audio", Words("音频文件", "sound file"))),
)
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_MARKUP = re.compile(
    rb"^\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*|<!doctype[^>]*>\s*)*<([a-z!?][\w:-]*)", re.I | re.S
)
_FOREIGN = re.compile(
    "exe|com|bat|cmd|msi|scr|dll|js|mjs|vbs|ps1|sh|py|php|jsp|asp|aspx|jar|apk|html|htm|xhtml|shtml|mht|svg|xml|"
    "zip|rar|7z|gz|tar|iso|docx?|docm|pptx?|pptm|xlsm|xlsb|xltm|ods|odt|gif|bmp|tiff?|psd|ico|avif|mp3|mp4|mov|"
    "avi|wmv|mkv|swf|rtf|hta|lnk|url"
)
_ZIPPED = {
    "ods": Words("OpenDocument 表格", "OpenDocument table"),
    "odt": Words("OpenDocument 文件", "OpenDocument file"),
    "xlsb": Words("xlsb 表格", "xlsb workbook"),
    "docx": Words("Word 文档", "Word document"),
    "pptx": Words("PowerPoint 文稿", "PowerPoint presentation"),
    "zip": Words("压缩包", "ZIP archive"),
}
"""Endings of other things that begin as a workbook does: they are called by their own name."""
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,8})$")


def look(data: bytes) -> Kind:
    """The kind of `data` by its content; `TEXT` when nothing binary stands at its beginning."""
    if not data:
        return NOTHING
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp":
        return (
            HEIC
            if data[8:12] in _HEIC_BRANDS
            else Kind("media", Words("视频或其他媒体", "film or other media"))
        )
    for start, kind in _STARTS:
        if data.startswith(start):
            if start in (b"BM", b"MZ", b"ID3") and _plain(data):
                continue
            return kind
    return _markup(data) or (TEXT if _plain(data) else UNKNOWN)


def _markup(data: bytes) -> Kind | None:
    head = data[:4096].removeprefix(b"\xef\xbb\xbf")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "ignore").encode("utf-8", "ignore")
    head = head.replace(b"\0", b"").lstrip()
    match = _MARKUP.match(head)
    if match is None:
        return HTML if head[:9].lower() == b"<!doctype" else XML if head[:5].lower() == b"<?xml" else None
    tag = match.group(1).lower()
    if tag == b"svg" or tag.endswith(b":svg"):
        return SVG
    return XML if b"<?xml" in head[:200].lower() and tag != b"html" else HTML


def _plain(data: bytes) -> bool:
    """Whether the beginning may be text in one of the encodings read: no control characters, or UTF-16."""
    head = data[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or wide_order(head):
        return True
    return not any(byte < 32 and byte not in (9, 10, 13, 26) for byte in head)


def wide_order(head: bytes) -> str:
    """ "utf-16-le" or "utf-16-be" when the zeros among the bytes stand as in UTF-16 without its mark; else ""."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    most = len(head) // 8
    if odd > most and even * 20 < odd:
        return "utf-16-le"
    return "utf-16-be" if even > most and odd * 20 < even else ""


def check_size(data: bytes) -> None:
    """Refuse an empty file and one beyond `limits.MAX_FILE`."""
    if not data:
        raise EmptyFile
    if len(data) > limits.MAX_FILE:
        raise TooBig(size=f"{len(data) / limits.MB:.1f}", limit=limits.MAX_FILE // limits.MB)


def expect(kind: Kind, allowed: Collection[Kind], accepted: Words) -> Kind:
    """`kind` when it is among the allowed; else the refusal that says what it is."""
    if kind in allowed:
        return kind
    if kind is HEIC and JPEG in allowed:
        raise HeicPicture(accepted=accepted)
    if kind in (HTML, XML) and ZIP in allowed:
        raise WebPageTable(found=kind.words)
    raise NotAccepted(found=kind.words, accepted=accepted)


def extension_of(name: str) -> str:
    """The ending of a name in lower case, without its dot; "" when there is none."""
    match = _EXTENSION.search(name.strip())
    return match.group(1).lower() if match else ""


def check_name(name: str, kind: Kind, accepted: Words) -> None:
    """Refuse a name that says a kind of another family than the content is."""
    extension = extension_of(name)
    if not extension or extension in kind.extensions:
        return
    if kind is ZIP and extension in _ZIPPED:
        raise NotAccepted(found=_ZIPPED[extension], accepted=accepted)
    families: tuple[tuple[Kind, ...], ...] = ((*PICTURE_KINDS, HEIC), (PDF,), TABLE_KINDS)
    for family in families:
        if any(extension in member.extensions for member in family):
            if kind in family:
                return
            raise _lie(extension, kind, accepted)
    if _FOREIGN.fullmatch(extension):
        raise _lie(extension, kind, accepted)


def _lie(extension: str, kind: Kind, accepted: Words) -> FileRefusal:
    return LyingName(extension=extension, found=kind.words, accepted=accepted)
