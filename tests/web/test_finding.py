"""The search of the top bar: people with their unit, units and clauses, each with its address; nobody out of sight."""

from __future__ import annotations

import re

import pytest

from kaohe.testing.fixtures import Browser
from kaohe.testing.world import build_world
from kaohe_nursing.scheme import NURSING


@pytest.fixture
def world(databases, tenant):
    """A small organisation with people and periods."""
    return build_world(databases, tenant, NURSING, sector="nursing", whole=False)


def as_(app, world, role):
    return Browser(app, world.tenant).sign_in(world.accounts[role])


def test_a_person_is_found_by_name_and_number_with_the_unit(app, world):
    member = world.people["member"]
    for words in (member.name, member.number):
        page = as_(app, world, "admin").get(f"/search?q={words}")
        assert page.status_code == 200
        assert member.name in page.text
        assert f"{member.number} · {world.units['first'].name}" in page.text
        assert f"/people/{member.id}" in page.text


def test_nobody_out_of_sight_is_found(app, world):
    colleague, stranger = world.people["colleague"], world.people["outsider"]
    page = as_(app, world, "assessor").get("/search?q=小").text
    assert colleague.name in page
    assert stranger.name not in page


def test_units_and_clauses_are_found(app, world):
    admin = as_(app, world, "admin")
    unit = world.units["second"]
    assert f"unit={unit.id}" in admin.get(f"/search?q={unit.name}").text
    clause = NURSING.clauses()[0]
    assert f"#clause-{clause.id}" in admin.get(f"/search?q={clause.title.zh}").text


def test_nothing_found_says_so(app, world):
    page = as_(app, world, "admin").get("/search?q=zzzz").text
    assert "没有找到" in page
    assert re.search(r"<title>\s*搜索 · ", page)
