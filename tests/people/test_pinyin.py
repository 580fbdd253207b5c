"""Initials: every usual reading is a way to find somebody."""

import pytest

from kaohe.people.pinyin import MOST_ALTERNATIVES, initials


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("张三", "zs"),
        ("单丽", "sl"),
        ("单丽", "dl"),
        ("曾梓文", "zzw"),
        ("曾梓文", "czw"),
        ("仇雪", "qx"),
        ("查理", "zl"),
    ],
)
def test_each_reading_is_an_alternative(name: str, wanted: str) -> None:
    assert wanted in initials(name).split()


def test_usual_reading_comes_first() -> None:
    assert initials("林晓芸").split()[0] == "lxy"


def test_latin_and_mixed_names() -> None:
    assert initials("Anna Lee") == "al annalee"
    assert initials("阿依古丽·A").split()[0].startswith("aygl")


def test_nothing_to_read_gives_nothing() -> None:
    assert initials("·") == ""


def test_alternatives_are_bounded() -> None:
    assert len(initials("曾单解盛查重行").split()) <= MOST_ALTERNATIVES
