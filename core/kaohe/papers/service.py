"""Papers made: a description in, the bytes of a PDF out, in a child process with bounded time and memory.

Decides how long a paper may be, from where on it is made in the background, and what its file is called. The same
paper gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kaohe.files.child import run
from kaohe.files.limits import MB, Limits
from kaohe.files.names import clean_name
from kaohe.files.refusals import Busy, TooMuchMemory, TooSlow, Unreadable
from kaohe.papers.cells import said
from kaohe.papers.packing import packed
from kaohe.papers.paper import Paper
from kaohe.papers.printing import FONTS
from kaohe.papers.refusals import PaperBusy, PaperGone, PaperTooLong, PaperTooSlow

MEDIA_PDF = "application/pdf"
DIRECT_PAGES = 30
MOST_PAGES = 300
KEPT = timedelta(days=7)
SHORT = Limits(memory=1024 * MB, cpu=20, wall=30.0, output=64 * MB)
LONG = Limits(memory=3072 * MB, cpu=45, wall=50.0, output=128 * MB)
AT_ONCE = 2
_SUFFIXES = (".json", ".pdf", ".writing")
_MOMENT = ("printed", "stamp")
_printers = threading.BoundedSemaphore(AT_ONCE)


class FontsMissing(RuntimeError):
    """The fonts of the papers are not in their folder."""


class RendererFell(RuntimeError):
    """The renderer ended without an answer: a fault of ours, not of the paper's."""


def pack(paper: Paper, language: str) -> dict[str, Any]:
    """The paper made plain, with its estimate of `pages`; `PaperTooLong` when it would be more than is made."""
    found = packed(paper, language)
    if found["pages"] > MOST_PAGES:
        raise PaperTooLong(pages=found["pages"], limit=MOST_PAGES)
    return found


def is_long(plain: dict[str, Any]) -> bool:
    """Whether a packed paper is made in the background."""
    return int(plain["pages"]) > DIRECT_PAGES


def render(paper: Paper, language: str) -> bytes:
    """The PDF of the paper in "zh" or "en"."""
    return print_plain(pack(paper, language))


def print_plain(plain: dict[str, Any]) -> bytes:
    """The PDF of a packed paper; `PaperTooSlow` beyond the limits of time and memory, `PaperBusy` behind others' papers."""
    if not any(FONTS.glob("*.ttf")):
        raise FontsMissing("the fonts of the papers are missing; `python tools/assets.py` puts them in place")
    data = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    limits = LONG if is_long(plain) else SHORT
    try:
        return run("kaohe.papers.printing:print_here", data, limits=limits, gate=_printers)
    except (TooSlow, TooMuchMemory):
        raise PaperTooSlow from None
    except Busy:
        raise PaperBusy from None
    except Unreadable:
        raise RendererFell("the child that lays papers out died") from None


def filename(paper: Paper, language: str, name: Any = "") -> str:
    """What the file is called: the period and the title, or the given name, ending in .pdf."""
    pieces = [name] if name else [paper.period, paper.title]
    whole = " ".join(text for text in (said(piece, language) for piece in pieces) if text)
    return clean_name(whole.replace("/", "-").replace("\\", "-"), "pdf")


# Long papers, kept for some days between the one who asked and the worker


def put_down(folder: Path, tenant: int, person: int, plain: dict[str, Any], name: str) -> str:
    """Keep a packed paper of a person for the worker, with the name of its file; the key under which it lies.

    The key is of what the paper says: asked for again it takes the place of the same one printed earlier.
    """
    said = json.dumps({**plain, "file": name, **dict.fromkeys(_MOMENT)}, ensure_ascii=False, sort_keys=True)
    key = f"{person}-{hashlib.sha256(said.encode('utf-8')).hexdigest()[:32]}"
    place = _place(folder, tenant)
    place.mkdir(parents=True, exist_ok=True)
    _write(place / f"{key}.json", json.dumps({**plain, "file": name}, ensure_ascii=False).encode("utf-8"))
    return key


def waiting(folder: Path, tenant: int, person: int, key: str) -> dict[str, Any]:
    """A kept paper of the person that was not made yet; `PaperGone` when there is none under that key."""
    owner, _, token = key.partition("-")
    path = _place(folder, tenant) / f"{key}.json"
    if owner != str(person) or not token.isalnum() or not path.is_file():
        raise PaperGone(days=KEPT.days)
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def print_kept(folder: Path, tenant: int, key: str) -> int:
    """Make the PDF of a kept paper and put it beside; its pages. Done again after a fall, it does the same."""
    source, target = (_place(folder, tenant) / f"{key}.{ending}" for ending in ("json", "pdf"))
    if not source.is_file():
        raise PaperGone(days=KEPT.days)
    plain = json.loads(source.read_bytes())
    _write(target, print_plain(plain))
    return int(plain["pages"])


def made(folder: Path, tenant: int, key: str) -> Path:
    """Where the PDF of a kept paper lies; `PaperGone` when it was cleared away."""
    path = _place(folder, tenant) / f"{key}.pdf"
    if not path.is_file():
        raise PaperGone(days=KEPT.days)
    return path


def sweep_kept(folder: Path, tenant: int, now: datetime) -> int:
    """Remove what was kept long enough; the number of files removed."""
    gone = 0
    for path in _old(_place(folder, tenant), now):
        path.unlink(missing_ok=True)
        gone += 1
    return gone


def naming(folder: Path, tenant: int, *, owners: Sequence[int], words: Sequence[str]) -> list[str]:
    """The keys of kept papers that one of these persons asked for, or that hold one of these words."""
    place, found = _place(folder, tenant), set()
    starts = tuple(f"{owner}-" for owner in owners)
    for path in place.glob("*") if place.is_dir() else ():
        if path.name.startswith(starts):
            found.add(path.stem)
        elif path.suffix == ".json":
            text = path.read_text("utf-8", errors="replace")
            if any(word in text for word in words):
                found.add(path.stem)
    return sorted(found)


def forget(folder: Path, tenant: int, key: str) -> int:
    """Remove a kept paper and what it was made from; how many files. May be done again."""
    gone = 0
    for path in _place(folder, tenant).glob(f"{key}.*"):
        path.unlink(missing_ok=True)
        gone += 1
    return gone


def _old(place: Path, now: datetime) -> Iterator[Path]:
    for path in place.glob("*") if place.is_dir() else ():
        if path.suffix in _SUFFIXES and path.stat().st_mtime < (now - KEPT).timestamp():
            yield path


def _place(folder: Path, tenant: int) -> Path:
    return folder / "papers" / str(tenant)


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_suffix(
        f".{secrets.token_hex(4)}.writing"
    )  # the same one may be asked for twice at once
    with open(temporary, "wb") as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())
    os.replace(temporary, path)
