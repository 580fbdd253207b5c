"""Chinese numerals as numbers."""

from __future__ import annotations

import re

DIGITS = {
    **{character: value for value, character in enumerate("零一二三四五六七八九")},
    **{character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "〇": 0, "○": 0, "两": 2, "幺": 1, "弍": 2, "參": 3, "陸": 6,
}  # fmt: skip
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
NUMERAL = re.compile("[零一二三四五六七八九壹贰叁肆伍陆柒捌玖〇○两幺弍參陸十拾百佰千仟万]+")


def chinese_number(text: str) -> int | None:
    """The number written in Chinese numerals ("十二" is 12, "一百零三" 103); `None` when it is none."""
    if not NUMERAL.fullmatch(text):
        return None
    if not any(character in _PLACES or character == "万" for character in text):
        return int("".join(str(DIGITS[character]) for character in text))
    total = section = digit = 0
    for character in text:
        if character in DIGITS:
            digit = DIGITS[character]
        elif character == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        else:
            section += (digit or 1) * _PLACES[character]
            digit = 0
    return total + section + digit
