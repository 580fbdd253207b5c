"""Pictures made safe: decoded under caps, turned upright, stripped of metadata, encoded anew.

Runs in the child process. What leaves is a picture that this program wrote: nothing of the original file's bytes,
comments, position data or colour profile. Refused are animations, pictures of too many pixels, and pictures that
carry something else.
"""

from __future__ import annotations

import io
import json
import re
import warnings
import zipfile
from typing import Any

from PIL import Image, ImageOps

from kaohe.files import limits
from kaohe.files.kinds import JPEG, PICTURE_KINDS, Kind
from kaohe.files.refusals import (
    PICTURES_AND_PDF,
    FileRefusal,
    MovingPicture,
    Polyglot,
    TooManyPixels,
    Unreadable,
    Words,
)

_WEB = re.compile(rb"<(?:script|html|svg|iframe|!doctype html)[\s>/]|<\?php|javascript:", re.I)
_QUALITIES = (86, 78, 68, 55)


def clean_here(data: bytes, options: dict[str, Any]) -> bytes:
    """The child's part of `check_evidence` for pictures: one line of JSON, then the picture, then its thumbnail."""
    kind = next(kind for kind in PICTURE_KINDS if kind.code == options["kind"])
    _check_hidden(data, kind)
    Image.MAX_IMAGE_PIXELS = None  # counted here, before anything is decoded
    warnings.simplefilter("ignore")
    try:
        picture = _decoded(data, kind)
        body, written = _encoded(picture, kind)
        thumbnail = _thumbnail(picture)
    except (FileRefusal, MemoryError):
        raise
    except Exception:  # the decoders raise whatever they meet
        raise Unreadable(found=kind.words, accepted=PICTURES_AND_PDF) from None
    head = {"kind": written, "width": picture.width, "height": picture.height, "size": len(body)}
    return json.dumps(head).encode() + b"\n" + body + thumbnail


def _check_hidden(data: bytes, kind: Kind) -> None:
    hidden = None
    if b"%PDF-" in data[:4096]:
        hidden = Words("PDF 文件", "a PDF file")
    elif zipfile.is_zipfile(io.BytesIO(data)):
        hidden = Words("压缩包", "a ZIP archive")
    elif _WEB.search(data):
        hidden = Words("网页代码", "web page code")
    if hidden:
        raise Polyglot(found=kind.words, hidden=hidden, accepted=PICTURES_AND_PDF)


def _decoded(data: bytes, kind: Kind) -> Image.Image:
    """The picture, upright and no larger than is kept; large JPEGs are decoded reduced."""
    with Image.open(io.BytesIO(data), formats=[kind.code.upper()]) as opened:
        _check_pixels(opened, kind)
        if getattr(opened, "n_frames", 1) > 1:
            raise MovingPicture
        side = limits.PICTURE_SIDE
        if kind is JPEG:
            opened.draft(None, (side, side))
        opened.load()
        turn = opened.getexif().get(0x0112, 1)
        picture: Image.Image = _plain(opened)
    picture.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    # Only the turn survives of the metadata, and only until it is applied.
    picture.info = {}
    exif = Image.Exif()
    exif[0x0112] = turn if turn in range(1, 9) else 1
    picture.info["exif"] = exif.tobytes()
    upright = ImageOps.exif_transpose(picture)
    clean = Image.new(upright.mode, upright.size)
    clean.paste(upright)
    return clean


def _check_pixels(opened: Image.Image, kind: Kind) -> None:
    width, height = opened.size
    most = limits.MAX_PIXELS[kind.code]
    if width * height > most or max(width, height) > limits.MAX_SIDE:
        raise TooManyPixels(
            width=width,
            height=height,
            limit=most // 10_000,
            millions=most // 1_000_000,
            side=limits.MAX_SIDE,
        )


def _plain(picture: Image.Image) -> Image.Image:
    """In grey, colour, or colour with transparency, eight bits each."""
    if picture.mode.startswith(("I", "F")):
        low, high = 0, 65535
        wide = picture.convert("F")
        return wide.point(lambda value: (value - low) * (255.0 / (high - low)) + 0.0).convert("L")
    if picture.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in picture.info:
        whole = picture.convert("RGBA")
        return whole if whole.getchannel("A").getextrema() != (255, 255) else whole.convert("RGB")
    if picture.mode in ("L", "RGB"):
        return picture.copy()
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _encoded(picture: Image.Image, kind: Kind) -> tuple[bytes, str]:
    """JPEG for photos; PNG for what was PNG or is transparent, as long as it stays small."""
    if picture.mode == "RGBA" or kind.code == "png":
        body = _saved(picture, "PNG", optimize=False)
        if len(body) <= limits.PICTURE_BYTES:
            return body, "png"
        if picture.mode == "RGBA":
            ground = Image.new("RGB", picture.size, "white")
            ground.paste(picture, mask=picture.getchannel("A"))
            picture = ground
    for quality in _QUALITIES:
        body = _saved(picture, "JPEG", quality=quality, progressive=True, optimize=True)
        if len(body) <= limits.PICTURE_BYTES:
            break
    return body, "jpeg"


def _thumbnail(picture: Image.Image) -> bytes:
    small = picture.copy()
    small.thumbnail((limits.THUMBNAIL_SIDE, limits.THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    if small.mode == "RGBA":
        ground = Image.new("RGB", small.size, "white")
        ground.paste(small, mask=small.getchannel("A"))
        small = ground
    return _saved(small, "JPEG", quality=80)


def _saved(picture: Image.Image, encoding: str, **how: Any) -> bytes:
    target = io.BytesIO()
    picture.save(target, encoding, **how)
    return target.getvalue()
