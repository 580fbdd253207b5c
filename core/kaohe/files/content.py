"""The file door: what an uploaded file really is, and what of it may come in.

Decides by content, never by name or declared type. Evidence is a picture, which is decoded and written anew, or a
PDF without active content, which is kept as it is. Everything else is refused in words. Tables have their own
door, `kaohe.files.tables`, behind the same first look.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from kaohe.files import limits
from kaohe.files.child import run
from kaohe.files.kinds import (
    EVIDENCE_KINDS,
    JPEG,
    PDF,
    PICTURE_KINDS,
    PNG,
    Kind,
    check_name,
    check_size,
    expect,
    look,
)
from kaohe.files.names import clean_name
from kaohe.files.refusals import PICTURES_AND_PDF

__all__ = ["Checked", "Kind", "check_evidence", "clean_name", "look"]

THUMBNAIL_TYPE = "image/jpeg"


@dataclass(frozen=True)
class Checked:
    """A file that may be kept. `data` are the bytes to keep, `sha256` their hash in hex, `name` is harmless."""

    kind: str
    media_type: str
    name: str
    data: bytes
    sha256: str
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    thumbnail: bytes | None = None


def check_evidence(data: bytes, name: str) -> Checked:
    """The picture (JPEG, PNG, WebP) or PDF in `data`, made safe in a child process; `kind` "picture" or "pdf".

    A picture comes back upright, without metadata, at most `limits.PICTURE_SIDE` on its long side, as JPEG or PNG,
    with a JPEG thumbnail. A PDF comes back unchanged. Raises the refusals of `kaohe.files.refusals`.
    """
    check_size(data)
    kind = expect(look(data), EVIDENCE_KINDS, PICTURES_AND_PDF)
    check_name(name, kind, PICTURES_AND_PDF)
    return _pdf(data, name) if kind is PDF else _picture(data, name, kind)


def _picture(data: bytes, name: str, kind: Kind) -> Checked:
    answer = run(
        "kaohe.files.pictures:clean_here",
        data,
        {"kind": kind.code},
        limits.PICTURE_LIMITS,
        found=kind.words,
        accepted=PICTURES_AND_PDF,
    )
    line, _, body = answer.partition(b"\n")
    head = json.loads(line)
    written = PNG if head["kind"] == "png" else JPEG
    size = int(head["size"])
    same = tuple(extension for member in PICTURE_KINDS for extension in member.extensions)
    return Checked(
        kind="picture",
        media_type=written.media_type,
        name=clean_name(name, written.extensions[0], same),
        data=body[:size],
        sha256=hashlib.sha256(body[:size]).hexdigest(),
        width=int(head["width"]),
        height=int(head["height"]),
        thumbnail=body[size:],
    )


def _pdf(data: bytes, name: str) -> Checked:
    answer = run(
        "kaohe.files.pdfs:check_here",
        data,
        {},
        limits.PDF_LIMITS,
        found=PDF.words,
        accepted=PICTURES_AND_PDF,
    )
    return Checked(
        kind="pdf",
        media_type=PDF.media_type,
        name=clean_name(name, "pdf"),
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        pages=int(json.loads(answer)["pages"]),
    )
