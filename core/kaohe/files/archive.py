"""The ZIP of a workbook, counted and rewritten before anything parses it.

The declared sizes of a ZIP are no bound, so every member is inflated in chunks against caps. What passes is written
into a new, uncompressed ZIP of only the XML that a reader needs: the reader cannot see anything that was not
checked here. Refused are bombs, overlapping or hidden members, odd names, macros, encryption, entity declarations
and sheets whose cells span more than is read.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from posixpath import basename

from kaohe.files import limits
from kaohe.files.refusals import (
    TABLES,
    Encrypted,
    Expands,
    MacroWorkbook,
    NotAccepted,
    OddArchive,
    Polyglot,
    SheetTooLarge,
    Unreadable,
    Words,
)

WORKBOOK = Words("Excel 表格", "workbook")
_CHUNK = 256 * 1024
_SLACK = 64
_NEEDED = (".xml", ".rels")
_FILLED = re.compile(rb"""<(?:\w+:)?c\b[^<>]*?\br\s*=\s*["']([A-Za-z]{1,4})([0-9]{1,9})["'][^<>]*(?<!/)>""")
_OVERLAP = 1024


def checked_workbook(data: bytes) -> bytes:
    """The same workbook, repacked from checked members only."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_directory(archive, members, len(data))
            return _repacked(archive, members)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, KeyError):
        raise Unreadable(found=WORKBOOK, accepted=TABLES) from None
    except RuntimeError:
        raise Encrypted(found=WORKBOOK) from None


def _check_directory(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], size: int) -> None:
    names = [member.filename for member in members]
    if len(members) > limits.ZIP_MEMBERS:
        raise OddArchive(what=Words(f"内部文件多达 {len(members)} 个", f"{len(members)} inner files"))
    if len({name.lower() for name in names}) != len(names):
        raise OddArchive(what=Words("内部文件重名", "two inner files of one name"))
    for member in members:
        _check_member(member)
    if any(basename(name).lower() == "vbaproject.bin" for name in names):
        raise MacroWorkbook
    if "xl/workbook.xml" not in names:
        raise _other_zip(names)
    _check_places(archive, members, size)


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename
    if (
        len(name) > limits.ZIP_NAME
        or name.startswith(("/", "\\"))
        or "\\" in name
        or ":" in name
        or "\0" in member.orig_filename
        or any(ord(character) < 32 for character in name)
        or ".." in name.split("/")
    ):
        raise OddArchive(what=Words("内部文件的名称不正常", "an inner file with an odd name"))
    if member.flag_bits & 0x1:
        raise Encrypted(found=WORKBOOK)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise OddArchive(what=Words("压缩方式不常见", "an unusual compression"))
    if member.file_size > limits.ZIP_MEMBER:
        raise Expands(limit=limits.ZIP_MEMBER // limits.MB)


def _other_zip(names: list[str]) -> Exception:
    kinds = {
        "word/": Words("Word 文档", "Word document"),
        "ppt/": Words("PowerPoint 文稿", "PowerPoint presentation"),
        "content.xml": Words("OpenDocument 文件", "OpenDocument file"),
        "xl/workbook.bin": Words("xlsb 表格", "xlsb workbook"),
        "META-INF/MANIFEST.MF": Words("程序包", "program package"),
    }
    for start, words in kinds.items():
        if any(name.startswith(start) for name in names):
            return NotAccepted(found=words, accepted=TABLES)
    return NotAccepted(found=Words("压缩包", "ZIP archive"), accepted=TABLES)


def _check_places(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], size: int) -> None:
    """The members must fill the file one after the other, with nothing before, between or behind."""
    hidden = Polyglot(found=WORKBOOK, hidden=Words("别的数据", "other data"), accepted=TABLES)
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        gap = member.header_offset - end
        if gap < 0:
            raise OddArchive(what=Words("内部文件互相重叠", "inner files that overlap"))
        if gap > _SLACK:
            raise hidden
        lengths = _local_lengths(archive, member)
        end = member.header_offset + 30 + lengths + member.compress_size
    directory = archive.start_dir
    if directory < end:
        raise OddArchive(what=Words("内部文件互相重叠", "inner files that overlap"))
    if directory - end > _SLACK or len(archive.comment) > _SLACK or _behind(archive, directory, size):
        raise hidden


def _local_lengths(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    source = archive.fp
    assert source is not None
    source.seek(member.header_offset)
    header = source.read(30)
    if header[:4] != b"PK\x03\x04" or len(header) < 30:
        raise Unreadable(found=WORKBOOK, accepted=TABLES)
    return int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")


def _behind(archive: zipfile.ZipFile, directory: int, size: int) -> bool:
    """Whether the central directory does not reach to the end of the file."""
    source = archive.fp
    assert source is not None
    source.seek(directory)
    tail = source.read()
    found = tail.rfind(b"PK\x05\x06")
    return found < 0 or size - directory - found > 22 + _SLACK


def _repacked(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> bytes:
    total = 0
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as clean:
        for member in members:
            if member.is_dir():
                continue
            keep = member.filename.lower().endswith(_NEEDED) and not member.filename.startswith("docProps/")
            sheet = member.filename if member.filename.startswith("xl/worksheets/") and keep else None
            content, total = _content(archive, member, total, keep, sheet)
            if keep:
                clean.writestr(zipfile.ZipInfo(member.filename), content)
    return target.getvalue()


def _content(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, total: int, keep: bool, sheet: str | None
) -> tuple[bytes, int]:
    parts: list[bytes] = []
    span = _Span(basename(sheet)) if sheet else None
    size, tail = 0, b""
    with archive.open(member) as source:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            total += len(chunk)
            if size > limits.ZIP_MEMBER or total > limits.ZIP_TOTAL:
                raise Expands(limit=limits.ZIP_TOTAL // limits.MB)
            if not keep:
                continue
            parts.append(chunk)
            seen = tail + chunk
            _check_xml(seen)
            if span:
                span.look(seen)
            tail = seen[-_OVERLAP:]
    return b"".join(parts), total


def _check_xml(text: bytes) -> None:
    if b"\0" in text or text.startswith((b"\xfe\xff", b"\xff\xfe")):
        raise OddArchive(what=Words("内部文件的编码不正常", "an inner file in an odd encoding"))
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"<!doctype" in text:
        raise OddArchive(what=Words("内部文件含有实体声明", "entity declarations in an inner file"))


class _Span:
    """The rows and columns over which the filled cells of one sheet reach."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows = self.columns = 0

    def look(self, text: bytes) -> None:
        """Widen the span by the cells in `text`; a cell that only carries a format does not count."""
        cells = _FILLED.findall(text)
        if not cells:
            return
        letters, digits = zip(*cells, strict=True)
        self.columns = max(self.columns, *map(_column, set(letters)))
        self.rows = max(self.rows, *map(int, digits))
        if beyond(self.rows, self.columns):
            raise too_large(self.name, self.rows, self.columns)


def beyond(rows: int, columns: int) -> bool:
    """Whether a sheet of that span is larger than is read."""
    return rows > limits.TABLE_ROWS or columns > limits.TABLE_COLUMNS or rows * columns > limits.TABLE_CELLS


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def too_large(sheet: str, rows: int, columns: int) -> SheetTooLarge:
    """The refusal of a sheet of that span, with the caps named."""
    return SheetTooLarge(
        sheet=sheet,
        rows=rows,
        columns=columns,
        max_rows=limits.TABLE_ROWS,
        max_columns=limits.TABLE_COLUMNS,
        max_cells=limits.TABLE_CELLS,
    )
