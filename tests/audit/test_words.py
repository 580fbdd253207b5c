"""Everything that can be done has words in both languages."""

import re

from kaohe.audit import words
from kaohe.pages import objects

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def unsafe_endpoints(app):
    return {rule.endpoint for rule in app.url_map.iter_rules() if rule.methods & UNSAFE}


def test_every_unsafe_endpoint_has_words(app):
    assert unsafe_endpoints(app) - words.ACTS.keys() == set()


def test_no_words_for_what_is_not_there(app):
    told = {name for name in words.ACTS if not name.startswith("cli.")}
    assert told - unsafe_endpoints(app) == set()


def test_the_words_are_in_their_languages():
    for text in (*words.ACTS.values(), *words.KINDS.values(), *words.PLACES.values()):
        assert re.search("[\u4e00-\u9fff]", text.zh)
        assert text.en.strip()
        assert not re.search("[\u4e00-\u9fff]", text.en)


def test_every_kind_of_object_and_every_place_has_a_word(app):
    assert set(objects.names()) - words.KINDS.keys() == set()
    assert {name.partition(".")[0] for name in unsafe_endpoints(app)} - words.PLACES.keys() == set()


def test_an_act_of_another_version_is_named_by_its_endpoint():
    assert words.act("people.something").zh == "people.something"
    assert words.act("unknown").en == "Unknown act"
