"""The catalogues of translations: `extract` collects the Chinese texts, `compile` builds, `check` finds gaps.

The interface is written in Chinese; English stands in `translations/en/LC_MESSAGES/messages.po` of the core and
of each sector. `check` fails on a text without English, on an English text that still holds Chinese, on a
placeholder that differs, and on a text that nobody uses any more.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "ngettext": (1, 2),
    "lazy_gettext": None,
    "pgettext": ((1, "c"), 2),
}
HAN = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uff00-\uffef]")  # Chinese characters and punctuation
PLACE = re.compile(r"%\((\w+)\)s")


def sources() -> list[Path]:
    """The folders that carry a catalogue of their own."""
    return [
        ROOT / "core/kaohe",
        *sorted(path for path in (ROOT / "plugins").glob("*/kaohe_*") if (path / "plugin.py").exists()),
    ]


def catalogue(folder: Path) -> Path:
    """The English catalogue of a folder."""
    return folder / "translations/en/LC_MESSAGES/messages.po"


def texts(folder: Path) -> dict[str, list[tuple[str, int]]]:
    """Every text of a folder, with where it stands."""
    found: dict[str, list[tuple[str, int]]] = {}
    for file, line, message, _comments, _context in extract_from_dir(folder, METHODS, keywords=KEYWORDS):
        for text in [message] if isinstance(message, str) else message[:1]:
            if text and HAN.search(text):
                found.setdefault(text, []).append((f"{folder.relative_to(ROOT)}/{file}", line))
    return found


def known(path: Path) -> Catalog:
    """The catalogue as it stands."""
    if not path.exists():
        return Catalog(locale="en", project="Kaohe")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def extract() -> int:
    """Bring each catalogue to the texts in use; new ones come without English, unused ones go."""
    for folder in sources():
        path, old = catalogue(folder), known(catalogue(folder))
        new = Catalog(locale="en", project="Kaohe", fuzzy=False)
        for text, places in sorted(texts(folder).items()):
            before = old.get(text)
            new.add(
                text, before.string if before else "", locations=sorted({(place, 0) for place, _ in places})
            )
        if not len(new):  # a sector whose pages say nothing of their own
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, new, width=120, omit_header=True, include_lineno=False, sort_output=True)
        print(
            f"{path.relative_to(ROOT)}: {len(new)} texts, {sum(not m.string for m in new if m.id)} without English"
        )
    return 0


def compile_() -> int:
    """Write the binary catalogues that the application reads."""
    for folder in sources():
        path = catalogue(folder)
        if path.exists():
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, known(path))
    return 0


def check() -> int:
    """Name every gap; 1 when there is one."""
    gaps = [gap for folder in sources() for gap in _gaps(folder)]
    for gap in gaps:
        print(gap)
    print(f"translations: {len(gaps)} gaps")
    return 1 if gaps else 0


def _gaps(folder: Path) -> list[str]:
    old, used = known(catalogue(folder)), texts(folder)
    gaps = [
        f"no English for {text!r} ({places[0][0]}:{places[0][1]})"
        for text, places in used.items()
        if not _english(old, text)
    ]
    for message in old:
        if message.id and message.id not in used:
            gaps.append(f"not used any more: {message.id!r}")
        elif message.id and message.string:
            gaps += _faults(message)
    return gaps


def _english(old: Catalog, text: str) -> str:
    message = old.get(text)
    return str(message.string) if message and message.string else ""


def _faults(message: Message) -> list[str]:
    text, english = str(message.id), str(message.string)
    faults = [f"Chinese in the English of {text!r}"] if HAN.search(english) and english != "中文" else []
    if set(PLACE.findall(text)) != set(PLACE.findall(english)):
        faults.append(f"other placeholders in the English of {text!r}")
    return faults


if __name__ == "__main__":
    sys.exit({"extract": extract, "compile": compile_, "check": check}[sys.argv[1]]())
