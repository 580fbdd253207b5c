"""Tries are rows: they survive a restart, are shared by workers, and the waits grow."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from kaohe.accounts import limits
from kaohe.accounts.models import Attempt
from kaohe.db import Databases


def tries(databases, tenant, now, n, number="N001", address="10.0.0.1"):
    for _ in range(n):
        limits.count_try(databases, tenant.id, limits.keys_of("sign-in", number, address), now)


def wait_of(databases, tenant, now, **key):
    with pytest.raises(limits.TooManyTries) as refused:
        tries(databases, tenant, now, 1, **key)
    return refused.value.wait


def test_the_wait_begins_after_five_and_doubles(databases, tenant, now):
    tries(databases, tenant, now, 5)
    assert wait_of(databases, tenant, now) == timedelta(seconds=30)
    assert wait_of(databases, tenant, now + timedelta(seconds=10)) == timedelta(seconds=20)
    for expected in (60, 120, 240, 480, 900, 900):
        now += limits.BY_NUMBER.longest
        tries(databases, tenant, now, 1)
        assert wait_of(databases, tenant, now) == timedelta(seconds=expected)


def test_a_refused_try_does_not_lengthen_the_wait(databases, tenant, now):
    tries(databases, tenant, now, 5)
    for _ in range(20):
        wait_of(databases, tenant, now)
    tries(databases, tenant, now + timedelta(seconds=30), 1)


def test_half_a_day_without_failures_starts_anew(databases, tenant, now):
    tries(databases, tenant, now, 5)
    tries(databases, tenant, now + limits.FORGOTTEN_AFTER + timedelta(seconds=1), 5)


def test_a_restarted_process_remembers(databases, tenant, now):
    tries(databases, tenant, now, 5)
    again = Databases(databases.settings)
    assert wait_of(again, tenant, now) == timedelta(seconds=30)
    again.dispose()


def test_one_address_with_many_numbers_waits_too(databases, tenant, now):
    for n in range(30):
        tries(databases, tenant, now, 1, number=f"X{n}")
    assert wait_of(databases, tenant, now, number="N999") == timedelta(minutes=1)
    tries(databases, tenant, now, 1, number="N999", address="10.0.0.2")


def test_one_network_of_ipv6_counts_as_one_address():
    one, two = (limits.keys_of("x", "n", f"2001:db8:1:2::{end}")[1] for end in (1, 2))
    other = limits.keys_of("x", "n", "2001:db8:1:3::1")[1]
    assert one == two != other


def test_a_right_try_is_given_back(databases, tenant, now, session):
    keys = limits.keys_of("sign-in", "N001", "10.0.0.1")
    tries(databases, tenant, now, 4)
    limits.give_back(databases, tenant.id, keys, all_of=keys[0])
    rows = {row.key: row.count for row in session.scalars(select(Attempt))}
    assert rows == {keys[1].name: 3}


def test_what_was_typed_is_not_kept(databases, tenant, now, session):
    tries(databases, tenant, now, 1, number="my secret password")
    assert all("secret" not in row.key for row in session.scalars(select(Attempt)))


def test_many_at_once_cannot_slip_past(databases, tenant, now):
    def one(_):
        try:
            tries(databases, tenant, now, 1)
        except limits.TooManyTries:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(24))) == 5


def test_old_counts_are_forgotten(databases, tenant, now, session):
    tries(databases, tenant, now, 1)
    limits.forget_old(session, now + limits.FORGOTTEN_AFTER + timedelta(minutes=1))
    assert session.scalars(select(Attempt)).all() == []
