"""Amounts in Chinese capitals by the rules for bills; law: each amount has its own words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.ledger.capitals import DIGITS, MOST_FEN, capitals

CASES = {
    "5000.00": "伍仟元整", "0.00": "零元整", "0.01": "壹分", "0.05": "伍分", "0.10": "壹角整", "0.50": "伍角整",
    "0.56": "伍角陆分", "1.00": "壹元整", "10.00": "壹拾元整", "15.00": "壹拾伍元整", "20.00": "贰拾元整",
    "10.05": "壹拾元零伍分", "10.50": "壹拾元零伍角整", "100.00": "壹佰元整", "101.00": "壹佰零壹元整",
    "110.00": "壹佰壹拾元整", "325.04": "叁佰贰拾伍元零肆分", "490.00": "肆佰玖拾元整", "1001.00": "壹仟零壹元整",
    "1010.00": "壹仟零壹拾元整", "1409.50": "壹仟肆佰零玖元伍角整", "1680.32": "壹仟陆佰捌拾元零叁角贰分",
    "2019.00": "贰仟零壹拾玖元整", "6007.14": "陆仟零柒元壹角肆分", "10000.00": "壹万元整", "10001.00": "壹万零壹元整",
    "10500.00": "壹万零伍佰元整", "16409.02": "壹万陆仟肆佰零玖元零贰分", "100000.00": "壹拾万元整",
    "107000.53": "壹拾万柒仟元零伍角叁分", "1000001.00": "壹佰万零壹元整", "10001000.00": "壹仟万壹仟元整",
    "100000000.00": "壹亿元整", "100000001.00": "壹亿零壹元整", "100010000.00": "壹亿零壹万元整",
    "110000000.00": "壹亿壹仟万元整", "200000000.20": "贰亿元零贰角整", "1000000000.00": "壹拾亿元整",
    "123456789012.34": "壹仟贰佰叁拾肆亿伍仟陆佰柒拾捌万玖仟零壹拾贰元叁角肆分", "1000000000000.00": "壹万亿元整",
}  # fmt: skip


@pytest.mark.parametrize(("yuan", "words"), CASES.items())
def test_amounts(yuan, words):
    assert capitals(int(yuan.replace(".", ""))) == words


def test_what_is_refused():
    assert capitals(-500_000) == "负伍仟元整"
    with pytest.raises(ValueError, match="trillion"):
        capitals(MOST_FEN + 1)
    for wrong in (True, 1.5, "5"):
        with pytest.raises(TypeError):
            capitals(wrong)  # type: ignore[arg-type]


UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def read(words: str) -> int:
    """The amount that the words say, read by hand."""
    yuan, _, rest = (
        words.removesuffix("整").rpartition("元") if "元" in words else ("", "", words.removesuffix("整"))
    )
    jiao, cent = re.search("(.)角", rest), re.search("(.)分", rest)
    small = (DIGITS.index(jiao[1]) * 10 if jiao else 0) + (DIGITS.index(cent[1]) if cent else 0)
    return whole(yuan) * 100 + small


def whole(words: str) -> int:
    for word, size in (("亿", 10**8), ("万", 10**4)):
        if word in words:
            high, low = words.rsplit(word, 1) if word == "亿" else words.split(word, 1)
            return whole(high) * size + whole(low)
    total, digit = 0, 0
    for one in words:
        if one in UNITS:
            total, digit = total + digit * UNITS[one], 0
        else:
            digit = DIGITS.index(one)
    return total + digit


@given(st.integers(0, MOST_FEN))
def test_the_words_say_the_amount_and_never_two_zeros(fen):
    words = capitals(fen)
    assert read(words) == fen
    assert "零零" not in words
    assert words.endswith(("分", "整"))
