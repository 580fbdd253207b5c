"""The pinyin search key of a name: its initials, with every usual reading of a character that has several.

Decides what is stored in `Person.initials`: alternatives in lower case, parted by spaces, the usual one first
("单丽" -> "dl sl cl"). Latin names give the initials of their words and the whole name without spaces.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from pypinyin import Style, pinyin

MOST_ALTERNATIVES = 12


@lru_cache(maxsize=8192)
def letters(character: str) -> tuple[str, ...]:
    """The first letters with which a Chinese character may be read, the usual one first; empty for others."""
    if not "\u3400" <= character <= "\u9fff" and not "\U00020000" <= character <= "\U0003ffff":
        return ()
    readings = pinyin(character, style=Style.FIRST_LETTER, heteronym=True)[0]
    return tuple(dict.fromkeys(letter for letter in readings if letter.isascii() and letter.isalpha()))


def initials(name: str) -> str:
    """The search key of `name`: at most twelve alternatives parted by spaces; "" when nothing can be read."""
    places: list[tuple[str, ...]] = []
    for word in name.lower().split():
        latin = ""
        for character in word:
            chinese = letters(character)
            if chinese:
                places.append(chinese)
            elif character.isascii() and character.isalnum() and not latin:
                places.append((character,))
            latin = character if character.isascii() and character.isalnum() else ""
    found = (
        ["".join(one) for one, _ in zip(product(*places), range(MOST_ALTERNATIVES), strict=False)]
        if places
        else []
    )
    whole = "".join(c for c in name.lower() if c.isascii() and c.isalnum())
    if whole and whole not in found:
        found.append(whole)
    return " ".join(found)
