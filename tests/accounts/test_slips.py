"""Activation slips: one use, two weeks, constant answers, and never a way to somebody else's role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from kaohe.accounts import entrance, limits, roles, service, slips
from kaohe.accounts.models import Account, ActivationSlip

NEW = "eine neue Reise"


def issue(session, house, now, short="nurse"):
    ((_account, code),) = slips.issue_slips(
        session, accounts=[house.accounts[short]], issued_by=None, now=now
    )
    session.commit()
    return code


def use(databases, tenant, now, today, code, number="N001", password=NEW):
    slip_id = entrance.check_slip(
        databases,
        tenant.id,
        number=number,
        code=code,
        password=password,
        address="10.0.0.9",
        now=now,
        today=today,
    )
    with databases.tenant(tenant.id) as session:
        account = entrance.activate(session, slip_id, password, now=now)
        session.commit()
        return account


def test_the_code_is_easy_to_read_and_hard_to_guess():
    codes = {slips.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert not set("".join(codes)) & set("01258BILOSZ")
    assert slips.in_groups("ACDEFGHJKMNP") == "ACDE FGHJ KMNP"


def test_a_slip_sets_the_password_once(databases, tenant, session, house, now, today):
    code = issue(session, house, now)
    account = use(databases, tenant, now, today, code)
    assert account.state == "active"
    opened = entrance.by_password(
        databases, tenant.id, number="N001", password=NEW, address="10.0.0.9", now=now, today=today
    )
    assert opened.id == house.accounts["nurse"].id
    with pytest.raises(slips.WrongCode):
        use(databases, tenant, now, today, code)


@pytest.mark.parametrize("how", ["lower", "spaced", "dashes", "wide"])
def test_the_code_may_be_typed_in_many_ways(databases, tenant, session, house, now, today, how):
    code = issue(session, house, now)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    ways = {"lower": code.lower(), "spaced": slips.in_groups(code), "dashes": "-".join(code), "wide": wide}
    use(databases, tenant, now, today, ways[how])


def test_a_slip_runs_out_and_a_new_one_ends_the_old(databases, tenant, session, house, now, today):
    old = issue(session, house, now)
    with pytest.raises(slips.WrongCode):
        use(databases, tenant, now + slips.HOLDS_FOR, today, old)
    new = issue(session, house, now + timedelta(hours=1))
    with pytest.raises(slips.WrongCode):
        use(databases, tenant, now + timedelta(hours=2), today, old)
    use(databases, tenant, now + timedelta(hours=2), today, new)


def test_a_code_opens_only_its_own_account(databases, tenant, session, house, now, today):
    code = issue(session, house, now)
    for number in ("N002", "nobody"):
        with pytest.raises(slips.WrongCode):
            use(databases, tenant, now, today, code, number=number)


def test_a_poor_password_leaves_the_slip_unused(databases, tenant, session, house, now, today):
    code = issue(session, house, now)
    for _ in range(8):
        with pytest.raises(entrance.passwords.PasswordTooShort):
            use(databases, tenant, now, today, code, password="kurz")
    use(databases, tenant, now, today, code)


def test_guessing_codes_is_slowed_down(databases, tenant, session, house, now, today):
    code = issue(session, house, now)
    for _ in range(5):
        with pytest.raises(slips.WrongCode):
            use(databases, tenant, now, today, slips.new_code())
    with pytest.raises(limits.TooManyTries):
        use(databases, tenant, now, today, code)


def test_only_a_slow_hash_is_kept(session, house, now):
    code = issue(session, house, now)
    kept = session.scalars(select(ActivationSlip.code_hash)).all()
    assert kept == [slips.code_hash(house.accounts["nurse"].id, code)]
    assert code not in kept[0].upper()


def test_two_at_once_use_a_slip_once(databases, tenant, session, house, now, today):
    issue(session, house, now)
    slip = session.scalars(select(ActivationSlip)).one()
    slips.spend(session, slip, now)
    with pytest.raises(slips.WrongCode):
        slips.spend(session, slip, now)


def test_an_assessor_prints_for_members_without_a_role_only(session, house, now, today):
    head = service.actor_of(session, house.accounts["head"], today)
    admin = service.actor_of(session, house.accounts["admin"], today)
    slips.may_print(session, head, house.accounts["nurse"], "张三", today)
    roles.give_role(
        session, account=house.accounts["nurse"], role="admin", starts_on=today + timedelta(days=3), now=now
    )
    with pytest.raises(slips.SlipForRole):
        slips.may_print(session, head, house.accounts["nurse"], "张三", today)
    slips.may_print(session, admin, house.accounts["nurse"], "张三", today)


def test_a_locked_account_gets_no_slip_and_takes_none(databases, tenant, session, house, now, today):
    code = issue(session, house, now)
    service.lock(session, house.accounts["nurse"], now=now, today=today)
    session.commit()
    admin = service.actor_of(session, house.accounts["admin"], today)
    with pytest.raises(slips.AccountLocked):
        slips.may_print(session, admin, house.accounts["nurse"], "张三", today)
    session.commit()
    with pytest.raises(slips.WrongCode):
        use(databases, tenant, now, today, code)
    service.unlock(session, session.need(Account, house.accounts["nurse"].id))
    session.commit()
    use(databases, tenant, now, today, code)


def test_somebody_with_a_role_needs_a_longer_password(databases, tenant, session, house, now, today):
    code = issue(session, house, now, "head")
    with pytest.raises(entrance.passwords.PasswordTooShort):
        use(databases, tenant, now, today, code, number="H001", password="k7#pQ2!m")
