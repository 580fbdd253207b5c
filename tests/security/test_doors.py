"""The doors: form tokens, sessions that end at once, limits on trying, the same answer to unknown and wrong."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from kaohe.accounts import roles, service
from kaohe.accounts.models import Account, Attempt, Grant, SignIn
from kaohe.app import create_app
from kaohe.audit.models import AuditRow
from kaohe.config import Config
from kaohe.db import Databases
from kaohe.db.leases import Lease
from kaohe.people import service as people
from kaohe.people.models import Person
from kaohe.testing.fixtures import Browser
from kaohe.testing.world import build_world
from kaohe_nursing.scheme import NURSING

PASSWORD = "four unrelated words 77"
_VARYING = re.compile(r'(name="csrf[-_]token"[^>]*)|[0-9a-f]{16}')


@pytest.fixture
def world(databases, tenant):
    """An organisation whose people have passwords."""
    made = build_world(databases, tenant, NURSING, sector="nursing", now=datetime.now(UTC), whole=False)
    with made.session() as session:
        for role in ("admin", "assessor", "member"):
            service.set_password(
                session, session.need(Account, made.accounts[role].id), PASSWORD, now=made.now
            )
        session.commit()
    with made.session() as session:
        made.accounts = {role: session.need(Account, one.id) for role, one in made.accounts.items()}
    return made


def _signed_in(app, world, role):
    return Browser(app, world.tenant).sign_in(world.accounts[role])


# -- form tokens


def test_every_unsafe_route_wants_this_browsers_token(hall, full):
    """Without a token, with a wrong one, and with another browser's: 400, nothing done, and a row in the log."""
    admin, stranger, routes = hall.visitors["admin"], hall.visitors["anonymous"], 0
    tokens = ("", "wrong", stranger.token)
    with hall.rehearsing():
        for route in hall.routes:
            if route.method == "GET":
                continue
            routes += 1
            values = {name: hall.mine.thing(name, "member") for name in route.ids}
            path = re.sub(
                r"<(?:[^:<>]+:)?([^<>]+)>",
                lambda m, v=values: hall.mine.tenant.code if m[1] == "code" else str(v.get(m[1], "x")),
                route.rule,
            )
            for token in tokens if full else tokens[-2:]:
                answer = hall.send(admin, route.method, path, {}, token=token)
                assert answer.status_code == 400, (route, token, answer.status_code)
                assert [one[1] for one in hall.happening.audits] == ["refused"], (route, hall.happening)
    print(f"form tokens: {routes} unsafe routes, {len(tokens)} wrong tokens each")


# -- sessions end at once


def _is_in(browser) -> bool:
    return browser.get("/me").status_code == 200


def test_signing_out_ends_the_session_on_the_server(app, world):
    browser = _signed_in(app, world, "member")
    cookie = browser.client.get_cookie("kaohe", path=f"/t/{world.tenant.code}/").value
    assert _is_in(browser)
    assert browser.post("/sign-out").status_code == 303
    again = Browser(app, world.tenant)
    again.client.set_cookie("kaohe", cookie, path=f"/t/{world.tenant.code}/")
    assert not _is_in(again)


def test_another_password_ends_the_other_sessions(app, world):
    here, there = _signed_in(app, world, "member"), _signed_in(app, world, "member")
    data = {"old": PASSWORD, "password": "quite another phrase 5", "again": "quite another phrase 5"}
    assert here.post("/me/password", data).status_code == 303
    assert _is_in(here)
    assert not _is_in(there)


@pytest.mark.parametrize("how", ["lock", "epoch", "leave", "expire"])
def test_what_ends_an_account_ends_its_sessions(app, world, how):
    browser = _signed_in(app, world, "member")
    assert _is_in(browser)
    with world.session() as session:
        account = session.need(Account, world.accounts["member"].id)
        if how == "lock":
            service.lock(session, account, now=world.now, today=world.today)
        elif how == "epoch":
            service.end_sign_ins(session, account, now=world.now)
        elif how == "leave":
            person = session.need(Person, world.people["member"].id)
            people.leave(session, person, on=world.today - timedelta(days=1))
        else:
            for sign_in in session.scalars(select(SignIn)):
                sign_in.expires_at = world.now - timedelta(seconds=1)
        session.commit()
    assert not _is_in(browser)


def test_a_role_acts_and_ends_on_the_next_request(app, world):
    browser = _signed_in(app, world, "member")
    assert browser.get("/accounts").status_code == 403
    with world.session() as session:
        account = session.need(Account, world.accounts["member"].id)
        grant = roles.give_role(
            session, account=account, role="admin", starts_on=world.since, given_by=None, now=world.now
        )
        session.commit()
    assert browser.get("/accounts").status_code == 200
    with world.session() as session:
        roles.take_role(session, session.need(Grant, grant.id), today=world.today)
        session.commit()
    assert browser.get("/accounts").status_code == 403


def test_a_move_to_another_unit_acts_on_the_next_request(app, world):
    browser = _signed_in(app, world, "assessor")
    person = world.people["member"].id
    assert browser.get(f"/people/{person}").status_code == 200
    with world.session() as session:
        people.move_person(
            session, session.need(Person, person), unit=world.units["second"], position="x", on=world.today
        )
        session.commit()
    assert browser.get(f"/people/{person}").status_code == 403


def test_a_cookie_opens_its_own_organisation_only(app, world, other_tenant):
    browser = _signed_in(app, world, "admin")
    cookie = browser.client.get_cookie("kaohe", path=f"/t/{world.tenant.code}/").value
    strange = Browser(app, other_tenant)
    strange.client.set_cookie("kaohe", cookie, path=f"/t/{other_tenant.code}/")
    assert not _is_in(strange)


# -- trying at the door


def _try(app, world, number, password="wrong words 123", address="10.0.0.1"):
    browser = Browser(app, world.tenant)
    return browser.post(
        "/sign-in", {"number": number, "password": password}, environ_base={"REMOTE_ADDR": address}
    )


def test_unknown_and_wrong_get_the_same_answer(app, world):
    known = world.people["member"].number
    wrong, unknown = _try(app, world, known), _try(app, world, "Z" * len(known), address="10.0.0.2")
    assert wrong.status_code == unknown.status_code == 422
    said = [
        _VARYING.sub("", one.text).replace(name, "NUMBER")
        for one, name in ((wrong, known), (unknown, "Z" * len(known)))
    ]
    assert said[0] == said[1]
    assert _try(app, world, known, PASSWORD, "10.0.0.3").status_code == 303


def test_limits_are_shared_by_workers_and_survive_a_restart(databases, world):
    def worker():
        opened = Databases(databases.settings)
        Lease(opened).keep()
        return create_app(Config(databases.settings, secret="s" * 20, testing=True), databases=opened), opened

    one, two = worker(), worker()
    number = world.people["member"].number
    answers = [_try((one, two)[n % 2][0], world, number).status_code for n in range(8)]
    assert answers[:5] == [422] * 5
    assert 429 in answers
    first = answers.index(429)
    assert set(answers[first:]) == {429}
    # the right password has to wait as well, at both workers and at one that has just started
    third = worker()
    for app, _ in (one, two, third):
        assert _try(app, world, number, PASSWORD).status_code == 429
    # somebody else is not held up
    assert _try(third[0], world, world.people["assessor"].number, PASSWORD, "10.0.0.9").status_code == 303
    with world.session(write=False) as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) >= 1
        kept = session.scalars(select(Attempt.key)).all()
        assert not any(number in key for key in kept)
        refused = select(func.count()).select_from(AuditRow).where(AuditRow.outcome == "refused")
        assert session.scalar(refused) >= 8
    for _, opened in (one, two, third):
        opened.dispose()
    print(f"limits on {databases.dialect}: {answers}, then 429 on two workers and after a restart")
