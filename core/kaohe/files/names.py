"""File names as they may be kept and shown: one plain line, no path, no hidden direction, bounded.

Nothing is decided from a name; it is only made harmless.
"""

from __future__ import annotations

import re
import unicodedata

from kaohe.files import limits
from kaohe.files.kinds import extension_of

_SEPARATORS = re.compile(r"[\\/]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_SPACES = re.compile(r"\s+")
_PROGRAMS = re.compile(
    r"\.(?=(?:php\d?|phtml|jsp|aspx?|html?|js|exe|com|bat|cmd|sh|svg|hta|lnk)(?:\.|$))", re.I
)
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.I)


def clean_name(name: str, extension: str | None = None, same: tuple[str, ...] = ()) -> str:
    """`name` made harmless, ending in `extension` when one is given ("jpg", without the dot).

    Control, format (bidirectional, zero-width), private and unpaired characters go; only what follows the last path
    separator stays; at most `limits.NAME_CHARACTERS` characters and `limits.NAME_BYTES` bytes. An ending among `same`
    is replaced by `extension`, any other is kept before it. A name of which nothing is left becomes "文件".
    """
    name = "".join(" " if character in "\t\r\n" else character for character in name)
    name = "".join(character for character in name if _harmless(character))
    name = unicodedata.normalize("NFC", _SEPARATORS.split(name)[-1])
    name = _SPACES.sub(" ", _FORBIDDEN.sub("_", name)).strip()
    if extension is not None and extension_of(name) in (extension, *same):
        name = name.rpartition(".")[0]
    name = _RESERVED.sub(r"_\1", name.strip(" ."))
    if extension is None:
        return _short(name, "") or "文件"
    return (_short(_PROGRAMS.sub("_", name), extension) or "文件") + "." + extension


def _harmless(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _short(name: str, extension: str) -> str:
    """The beginning of `name` that fits with the extension; without one, the name's own ending is kept."""
    own = extension_of(name) if not extension else ""
    stem = name[: -len(own) - 1] if own else name
    room = limits.NAME_CHARACTERS - len(extension or own) - 1
    stem = stem[:room]
    while len(stem.encode()) > limits.NAME_BYTES - len(extension or own) - 1:
        stem = stem[:-1]
    stem = stem.rstrip(" .")
    return f"{stem}.{own}" if own and stem else stem
