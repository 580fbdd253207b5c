"""The worked tables of docs/scoring/nursing.md run: what the page says is what the engine does."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from kaohe.scheme import Inputs, assess, settle, share_out, usual_answers
from kaohe_nursing.scheme import NURSING

PAGE = Path(__file__).parents[3] / "docs/scoring/nursing.md"
SCALE = 10**6


def _tables():
    tables, rows = {}, []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| "):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not set("".join(cells)) <= set("- "):
                rows.append(cells)
        elif rows:
            tables.setdefault(tuple(rows[0]), []).extend(rows[1:])
            rows = []
    return tables


SCORED = _tables()[("entries", "settled", "dimension", "its score", "total")]
SHARED = _tables()[("pool (yuan)", "scores by staff number", "shares (yuan)")]


def _tallies(words):
    clauses = {clause.code: clause for clause in NURSING.clauses()}
    for code, sign, figure in re.findall(r"(\w+) (×|=) ?([\d.]+)", words):
        clause = clauses[code]
        if sign == "=":
            mark = int(Decimal(figure) * SCALE)
            yield clause.id, None, 1, mark, 0, mark
        elif clause.items:
            yield from ((item.id, None, 1, SCALE, 0, None) for item in clause.items[: int(figure)])
        else:
            yield clause.id, None, int(figure), int(figure) * SCALE, 0, None


def test_the_page_has_its_tables():
    assert len(SCORED) == 22
    assert len(SHARED) == 3


@pytest.mark.parametrize(("entries", "settled", "dimension", "its_score", "total"), SCORED)
def test_a_row_of_the_page(entries, settled, dimension, its_score, total):
    answers = {
        "left_out": "as_printed",
        **usual_answers(NURSING),
        **dict(re.findall(r"(\w+): (\w+)", settled)),
    }
    tallies = list(_tallies(entries))
    occurrences = [("2026-09-01", n, row[0]) for row in tallies for n in range(1, row[2] + 1)]
    [found] = assess(settle(NURSING, answers), {1: Inputs(tallies=tallies, occurrences=occurrences)})
    assert Decimal(its_score) == found.part(dimension).points
    assert found.points == Decimal(total)


@pytest.mark.parametrize(("pool", "scores", "shares"), SHARED)
def test_a_row_of_the_pool(pool, scores, shares):
    weights = {who: Decimal(score) for who, score in re.findall(r"(\w) ([\d.]+)", scores)}
    found = share_out(int(Decimal(pool) * 100), weights, sorted(weights))
    assert found == {who: int(Decimal(share) * 100) for who, share in re.findall(r"(\w) ([\d.]+)", shares)}
    assert sum(found.values()) == int(Decimal(pool) * 100)
