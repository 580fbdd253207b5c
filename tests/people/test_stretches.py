"""What a heading or a cell names as a period."""

from datetime import date

import pytest

from kaohe.people.intake.stretches import stretch_of, year_in


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026年1月", date(2026, 1, 1), date(2026, 1, 31)),
        ("2026年2月得分", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-03", date(2026, 3, 1), date(2026, 3, 31)),
        ("2026.10", date(2026, 10, 1), date(2026, 10, 31)),
        ("2026/4/1", date(2026, 4, 1), date(2026, 4, 30)),
        ("2026-05-01", date(2026, 5, 1), date(2026, 5, 31)),
        ("202606", date(2026, 6, 1), date(2026, 6, 30)),
        ("７月", date(2025, 7, 1), date(2025, 7, 31)),
        ("12月成绩", date(2025, 12, 1), date(2025, 12, 31)),
        ("2026年第三季度", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026年3季度", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026年上半年", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026年度", date(2026, 1, 1), date(2026, 12, 31)),
        ("2024年2月", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_stretches(text: str, first: date, last: date) -> None:
    found = stretch_of(text, 2025)
    assert found is not None
    assert (found.starts_on, found.ends_on) == (first, last)


@pytest.mark.parametrize("text", ["", "得分", "13月", "2026年13月", "第5行", "1月5日"])
def test_what_names_no_stretch(text: str) -> None:
    assert stretch_of(text, 2025) is None


def test_the_year_of_a_title() -> None:
    assert year_in("某医院2024年考核汇总", 2026) == 2024
    assert year_in("考核汇总 20240", 2026) == 2026
