"""Schemes as JSON: unchanged there and back, equal bytes for equal schemes, anything else refused."""

from __future__ import annotations

import json
import pickle

import pytest
from scheme_builders import D, clause, hundred

from kaohe.scheme import PerOccurrence, SchemeRefusal, from_json, to_data, to_json

PLAIN = hundred(clause(1, PerOccurrence(D("-0.50"))))


def test_equal_schemes_give_equal_bytes():
    other = hundred(clause(1, PerOccurrence(D("-0.5"))))
    assert other == PLAIN
    assert to_json(other) == to_json(PLAIN)
    assert from_json(to_json(PLAIN)) == PLAIN
    assert json.loads(to_json(PLAIN))["root"]["floor"] == {"D": "0"}


def test_the_index_is_no_part_of_it():
    PLAIN.index()
    assert "_index" not in to_json(PLAIN)
    copy = pickle.loads(pickle.dumps(PLAIN))
    assert copy == PLAIN
    assert copy.find(1) == PLAIN.find(1)


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "1",
        '{"@":"Nobody"}',
        '{"@":"Text","zh":"x","en":"x"}',
        '{"@":"Scheme","code":"x"}',
        to_json(PLAIN).replace('"code":"test"', '"code":"test","nonsense":1'),
        '{"@":"Scheme","code":1.5}',
    ],
)
def test_anything_else_is_refused(document):
    with pytest.raises(SchemeRefusal):
        from_json(document)


def test_code_has_no_place_in_a_scheme():
    with pytest.raises(TypeError):
        to_data(lambda: 0)
