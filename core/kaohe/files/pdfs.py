"""PDFs as evidence: looked through for anything that would act, and kept unchanged.

Runs in the child process. The PDF is not rendered or rewritten (a signed one must stay as it is). Refused are
locked and damaged files, files with something before or behind, and every kind of active content: scripts,
programs to launch, attachments, actions on opening, forms of the XFA kind, films. Names are compared after undoing
their escapes, in the file as it stands and inside its compressed streams, which are inflated under caps; an object
stream that cannot be opened is refused. An /OpenAction that only names a page to show is let through.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from base64 import a85decode
from collections.abc import Iterator
from typing import Any

from kaohe.files import limits
from kaohe.files.kinds import PDF
from kaohe.files.refusals import (
    PICTURES_AND_PDF,
    ActiveContent,
    Encrypted,
    Expands,
    Polyglot,
    Uncheckable,
    Unreadable,
    Words,
)

_VALUE = rb"\s*(?:<<|\(|<|\d+\s+\d+\s+R|\[)"
_END = rb"(?![A-Za-z0-9_.-])"
_LONG: tuple[tuple[re.Pattern[bytes], Words], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (rb"/JavaScript" + _END, Words("脚本（JavaScript）", "a script (JavaScript)")),
        (rb"/Launch" + _END, Words("启动程序的动作（Launch）", "an action that starts a program (Launch)")),
        (rb"/EmbeddedFiles?" + _END, Words("附件（EmbeddedFile）", "an attached file (EmbeddedFile)")),
        (rb"/RichMedia", Words("多媒体（RichMedia）", "rich media (RichMedia)")),
        (
            rb"/OpenAction" + _END + rb"(?!\s*\[)",
            Words("打开时的动作（OpenAction）", "an action on opening (OpenAction)"),
        ),
        (rb"/SubmitForm" + _END, Words("向外提交的表单（SubmitForm）", "a form that submits (SubmitForm)")),
        (
            rb"/ImportData" + _END,
            Words("导入数据的动作（ImportData）", "an action that imports data (ImportData)"),
        ),
        (
            rb"/GoToR" + _END,
            Words("打开别的文件的动作（GoToR）", "an action that opens another file (GoToR)"),
        ),
        (rb"/Subtype\s*/Movie" + _END, Words("影片（Movie）", "a film (Movie)")),
        (rb"/Rendition" + _END, Words("影音动作（Rendition）", "a film or sound action (Rendition)")),
    )
)
_SHORT: tuple[tuple[re.Pattern[bytes], Words], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (rb"/JS" + _END + _VALUE, Words("脚本（JS）", "a script (JS)")),
        (rb"/AA" + _END + rb"\s*(?:<<|\d+\s+\d+\s+R)", Words("自动动作（AA）", "automatic actions (AA)")),
        (rb"/XFA" + _END, Words("XFA 表单", "an XFA form")),
        (rb"/GoToE" + _END, Words("指向附件的动作（GoToE）", "an action into an attachment (GoToE)")),
        (rb"/EF" + _END + rb"\s*(?:<<|\d+\s+\d+\s+R)", Words("附件（EF）", "an attached file (EF)")),
    )
)
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)")
_FILTER = re.compile(
    rb"/(FlateDecode|Fl|ASCIIHexDecode|AHx|ASCII85Decode|A85|LZWDecode|LZW|RunLengthDecode|RL|"
    rb"DCTDecode|DCT|JPXDecode|CCITTFaxDecode|CCF|JBIG2Decode|Crypt)" + _END
)
_PAGE = re.compile(rb"/Type\s*/Page" + _END)
_LOCK = re.compile(rb"/Encrypt" + _END + rb"\s*(?:<<|\d+\s+\d+\s+R)")
_HEADER = re.compile(rb"%PDF-(?:1\.[0-7]|2\.0)")
_BEHIND = re.compile(rb"%%EOF[\s\0]*$")
_WEB = re.compile(rb"<(?:script|html|svg)[\s>]", re.I)
_DICTIONARY = 64 * 1024
_HIDDEN_FILTER = re.compile(rb"/Filter\s+\d+\s+\d+\s+R")
_PREDICTOR = re.compile(rb"/Predictor\s+(?!1\b)\d")


def check_here(data: bytes, options: dict[str, Any]) -> bytes:
    """The child's part of `check_evidence` for PDFs: `{"pages": n}`, or a refusal."""
    _check_frame(data)
    outside: list[bytes] = []
    pages = end = 0
    for dictionary, start, stop, content in _streams(data):
        outside.append(data[end:start])
        end = max(end, stop)
        image = re.search(rb"/Subtype\s*/Image", dictionary) is not None
        _refuse(content, _LONG if image else _LONG + _SHORT)
        pages += len(_PAGE.findall(_named(content))) if not image else 0
    outside.append(data[end:])
    plain = _named(b"\n".join(outside))
    if _LOCK.search(plain):
        raise Encrypted(found=PDF.words)
    _refuse(plain, _LONG + _SHORT)
    _refuse(data, _LONG)
    pages += len(_PAGE.findall(plain))
    if not pages:
        raise Unreadable(found=PDF.words, accepted=PICTURES_AND_PDF)
    return json.dumps({"pages": pages}).encode()


def _check_frame(data: bytes) -> None:
    damaged = Unreadable(found=PDF.words, accepted=PICTURES_AND_PDF)
    if not _HEADER.match(data) or b"startxref" not in data:
        raise damaged
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise Polyglot(found=PDF.words, hidden=Words("压缩包", "a ZIP archive"), accepted=PICTURES_AND_PDF)
    if _WEB.search(data[:1024]):
        raise Polyglot(found=PDF.words, hidden=Words("网页代码", "web page code"), accepted=PICTURES_AND_PDF)
    if not _BEHIND.search(data[-1024:]):
        if b"%%EOF" in data:
            raise Polyglot(found=PDF.words, hidden=Words("别的数据", "other data"), accepted=PICTURES_AND_PDF)
        raise damaged


def _named(text: bytes) -> bytes:
    """The text with the escapes of names undone: /J#61vaScript is /JavaScript."""
    return _ESCAPE.sub(lambda match: bytes([int(match.group(1), 16)]), text)


def _refuse(text: bytes, patterns: tuple[tuple[re.Pattern[bytes], Words], ...]) -> None:
    text = _named(text)
    for pattern, words in patterns:
        if pattern.search(text):
            raise ActiveContent(what=words)


def _streams(data: bytes) -> Iterator[tuple[bytes, int, int, bytes]]:
    """Each stream's dictionary, its start and end in the file, and its content, inflated if it can be."""
    total = end = 0
    for count, match in enumerate(_STREAM.finditer(data), 1):
        if count > limits.PDF_STREAMS:
            raise Uncheckable(what=Words("数据流过多", "too many streams"))
        head = data.rfind(b"obj", max(0, match.start() - _DICTIONARY), match.start())
        if head < 0:
            if match.start() < end:
                continue
            raise Uncheckable(what=Words("不属于任何对象的数据流", "a stream that belongs to no object"))
        dictionary = _named(data[head : match.start()])
        stop = data.find(b"endstream", match.end())
        stop = end = len(data) if stop < 0 else stop
        content = _content(dictionary, data, match.end(), stop, limits.PDF_INFLATED - total)
        total += len(content)
        yield dictionary, match.end(), stop, content


def _content(dictionary: bytes, data: bytes, start: int, stop: int, room: int) -> bytes:
    """The decoded content of a stream; empty when it is compressed as only pictures and fonts may be."""
    objects = re.search(rb"/Type\s*/ObjStm" + _END, dictionary) is not None
    image = not objects and re.search(rb"/Subtype\s*/Image" + _END, dictionary) is not None
    if _HIDDEN_FILTER.search(dictionary) or (objects and _PREDICTOR.search(dictionary)):
        raise Uncheckable(what=Words("数据流的编码", "the encoding of a stream"))
    content: bytes | memoryview = data[start:stop]
    for place, name in enumerate(_FILTER.findall(dictionary)):
        if name in (b"FlateDecode", b"Fl"):
            # A compressed stream ends by itself: what looks like its end may stand inside.
            packed = memoryview(data)[start:] if place == 0 else content
            content = _inflated(packed, limits.PDF_IMAGE_LOOK if image else room, image, objects)
        elif name in (b"ASCIIHexDecode", b"AHx"):
            content = _from_hex(bytes(content))
        elif name in (b"ASCII85Decode", b"A85"):
            content = _from_85(bytes(content))
        elif objects:
            raise Uncheckable(what=Words("数据流的编码", "the encoding of a stream"))
        else:
            return b""
    return bytes(content)


def _inflated(packed: bytes | memoryview, room: int, image: bool, objects: bool) -> bytes:
    engine = zlib.decompressobj()
    try:
        content = engine.decompress(packed, max(room, 1))
    except zlib.error:
        if objects:
            raise Uncheckable(what=Words("对象流已损坏", "a damaged object stream")) from None
        return b""
    if not image and engine.unconsumed_tail and not engine.eof:
        raise Expands(limit=limits.PDF_INFLATED // limits.MB)
    return content


def _from_hex(text: bytes) -> bytes:
    digits = re.sub(rb"[^0-9A-Fa-f]", b"", text.split(b">")[0])
    return bytes.fromhex(digits.decode() + "0" * (len(digits) % 2))


def _from_85(text: bytes) -> bytes:
    try:
        return a85decode(text.split(b"~>")[0].strip().removeprefix(b"<~"))
    except ValueError:
        return b""
