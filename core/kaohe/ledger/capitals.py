"""Amounts in Chinese capitals, as receipts and cheques write them: 5000.00 → 伍仟元整.

Decides by the rules of the People's Bank for bills: one 零 for any run of zeros between figures, none after 万 or 亿
where the next figure follows at once, one after 元 where the last figure of the yuan or that of 角 is zero; 整 after
元 and after 角, none after 分. Takes integer fen up to a trillion yuan, refuses more.
"""

from __future__ import annotations

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
MOST_FEN = 10**14
"""A trillion yuan."""


def capitals(fen: int) -> str:
    """The amount in capitals; below zero with 负 in front. Raises `ValueError` above a trillion yuan."""
    if isinstance(fen, bool) or not isinstance(fen, int):
        raise TypeError(f"money is integer fen, not {fen!r}")
    if abs(fen) > MOST_FEN:
        raise ValueError("more than a trillion yuan")
    if fen < 0:
        return f"负{capitals(-fen)}"
    yuan, rest = divmod(fen, 100)
    jiao, cent = divmod(rest, 10)
    if not rest:
        return f"{_whole(yuan) or '零'}元整"
    said = f"{_whole(yuan)}元" if yuan else ""
    if yuan and (not jiao or not yuan % 10):
        said += "零"
    if jiao:
        said += f"{DIGITS[jiao]}角"
    return said + (f"{DIGITS[cent]}分" if cent else "整")


def _whole(number: int) -> str:
    """Whole yuan without the word 元; "" for zero."""
    if number < 10_000:
        return _four(number)
    for size, word in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            high, low = divmod(number, size)
            gap = "零" if low and low < size // 10 else ""
            return f"{_whole(high)}{word}{gap}{_whole(low)}"
    return ""


def _four(number: int) -> str:
    """A number below ten thousand."""
    said, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            said += ("零" if gap and said else "") + DIGITS[digit] + PLACES[place]
            gap = False
        else:
            gap = True
    return said
