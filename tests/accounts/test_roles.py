"""Roles act on the day they are given and taken; a stand-in's power is the delegator's."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from kaohe.accounts import roles, service
from kaohe.accounts.models import Account, Grant
from kaohe.db import Databases
from kaohe.people import service as people

DAY = timedelta(days=1)


def actor(session, house, short, day):
    return service.actor_of(session, house.accounts[short], day)


def lend(session, house, now, today, **changes):
    asked = {
        "actor": actor(session, house, "head", today),
        "unit": house.wards["a"],
        "deputy": house.accounts["other"],
        "starts_on": today,
        "ends_on": today + 7 * DAY,
        "now": now,
        "today": today,
    }
    return roles.name_deputy(session, **{**asked, **changes})


def test_roles_hold_between_their_dates(session, house, now, today):
    nurse = house.accounts["nurse"]
    roles.give_role(
        session,
        account=nurse,
        role="assessor",
        unit=house.wards["b"],
        starts_on=today + DAY,
        ends_on=today + 2 * DAY,
        now=now,
    )
    held = [actor(session, house, "nurse", today + n * DAY).is_assessor for n in range(4)]
    assert held == [False, True, True, False]


def test_an_assessor_covers_what_lies_below(session, house, now, today):
    below = people.create_unit(session, name="心内科一组", parent=house.wards["a"])
    head = actor(session, house, "head", today)
    assert head.covers(below.path)
    assert not head.covers(house.wards["b"].path)
    assert not head.is_admin


def test_a_taken_role_is_gone_at_once(session, house, today):
    grant = session.query(Grant).filter_by(account_id=house.accounts["head"].id).one()
    roles.take_role(session, grant, today=today)
    assert not actor(session, house, "head", today).is_assessor
    roles.take_role(session, grant, today=today)
    assert grant.ends_on == today - DAY


def test_what_makes_no_sense_is_refused(session, house, now, today):
    head = house.accounts["head"]
    with pytest.raises(roles.UnitMissing):
        roles.give_role(session, account=head, role="assessor", starts_on=today, now=now)
    with pytest.raises(roles.DatesTurned):
        roles.give_role(session, account=head, role="admin", starts_on=today, ends_on=today - DAY, now=now)
    with pytest.raises(roles.RoleGiven):
        roles.give_role(
            session, account=head, role="assessor", unit=house.wards["a"], starts_on=today + DAY, now=now
        )
    with pytest.raises(ValueError):
        roles.give_role(session, account=head, role="operator", starts_on=today, now=now)


def test_the_last_administrator_stays(session, house, now, today):
    admin, nurse = house.accounts["admin"], house.accounts["nurse"]
    grant = session.query(Grant).filter_by(account_id=admin.id).one()
    with pytest.raises(roles.LastAdmin):
        roles.take_role(session, grant, today=today)
    with pytest.raises(roles.LastAdmin):
        service.lock(session, admin, now=now, today=today)
    roles.give_role(session, account=nurse, role="admin", starts_on=today, ends_on=today + DAY, now=now)
    with pytest.raises(roles.LastAdmin):
        roles.take_role(session, grant, today=today)
    roles.give_role(session, account=house.accounts["head"], role="admin", starts_on=today, now=now)
    roles.take_role(session, grant, today=today)
    assert not actor(session, house, "admin", today).is_admin


def test_two_administrators_cannot_remove_each_other(databases, tenant, session, house, now, today):
    second = roles.give_role(session, account=house.accounts["head"], role="admin", starts_on=today, now=now)
    first = session.query(Grant).filter_by(account_id=house.accounts["admin"].id).one()
    session.commit()
    outcomes, ready = [], threading.Barrier(2)

    def remove(ident):
        ready.wait()
        with databases.tenant(tenant.id) as own:
            try:
                roles.take_role(own, own.need(Grant, ident), today=today)
                own.commit()
                outcomes.append("taken")
            except roles.LastAdmin:
                outcomes.append("refused")

    threads = [threading.Thread(target=remove, args=(grant.id,)) for grant in (first, second)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ["refused", "taken"]


def test_a_deputy_stands_in_for_the_days_named(session, house, now, today):
    lend(session, house, now, today, starts_on=today + DAY, ends_on=today + 2 * DAY)
    held = [actor(session, house, "other", today + n * DAY).covers(house.wards["a"].path) for n in range(4)]
    assert held == [False, True, True, False]


def test_a_deputys_power_ends_with_the_delegators(session, house, now, today):
    lend(session, house, now, today)
    assert actor(session, house, "other", today).covers(house.wards["a"].path)
    mine = session.query(Grant).filter_by(account_id=house.accounts["head"].id).one()
    mine.ends_on = today
    session.flush()
    assert actor(session, house, "other", today).is_assessor
    assert not actor(session, house, "other", today + DAY).is_assessor


@pytest.mark.parametrize("how", ["taken", "locked", "left"])
def test_a_deputys_power_ends_at_once_when_the_delegator_loses_it(session, house, now, today, how):
    lend(session, house, now, today)
    head = house.accounts["head"]
    if how == "taken":
        roles.take_role(session, session.query(Grant).filter_by(account_id=head.id).one(), today=today)
    elif how == "locked":
        service.lock(session, head, now=now, today=today)
    else:
        house.persons["head"].left_on = today - DAY
        session.flush()
    assert not actor(session, house, "other", today).is_assessor


def test_a_deputy_reaches_no_further_than_the_delegator(session, house, now, today):
    with pytest.raises(roles.NotYourUnit):
        lend(session, house, now, today, unit=house.wards["b"])
    with pytest.raises(roles.NotYourUnit):
        lend(session, house, now, today, unit=house.root)


def test_a_deputy_cannot_lend_on(session, house, now, today):
    lend(session, house, now, today)
    with pytest.raises(roles.NotYourUnit):
        lend(
            session,
            house,
            now,
            today,
            actor=actor(session, house, "other", today),
            deputy=house.accounts["nurse"],
        )


def test_odd_deputies_are_refused(session, house, now, today):
    lend(session, house, now, today)
    for refusal, changes in (
        (roles.DeputyIsSelf, {"deputy": house.accounts["head"]}),
        (roles.StartsInThePast, {"starts_on": today - DAY}),
        (roles.DeputyTooLong, {"ends_on": today + 400 * DAY}),
        (roles.DatesTurned, {"starts_on": today + 9 * DAY, "ends_on": today + 8 * DAY}),
        (roles.RoleGiven, {}),
    ):
        with pytest.raises(refusal):
            lend(session, house, now, today, **changes)
    service.lock(session, house.accounts["nurse"], now=now, today=today)
    with pytest.raises(roles.DeputyCannotSignIn):
        lend(session, house, now, today, deputy=house.accounts["nurse"])


def test_accounts_are_made_once(session, house, now, today):
    person = people.create_person(
        session, number="N9", name="新人", unit=house.wards["b"], position="", joined_on=today, now=now
    )
    ids = [house.persons["nurse"].id, person.id, person.id]
    (made,) = service.create_accounts(session, person_ids=ids, now=now)
    assert (made.person_id, made.state, made.password_hash) == (person.id, "waiting", None)
    assert service.create_accounts(session, person_ids=ids, now=now) == []


def test_other_processes_see_a_lock_at_once(databases, tenant, session, house, now, today):
    service.lock(session, house.accounts["nurse"], now=now, today=today)
    session.commit()
    elsewhere = Databases(databases.settings)
    with elsewhere.tenant(tenant.id, write=False) as other:
        assert other.get(Account, house.accounts["nurse"].id).state == "locked"
    elsewhere.dispose()
