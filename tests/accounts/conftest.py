"""A small hospital for the tests of accounts: two wards, a head, two nurses, an administrator."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from kaohe.accounts import roles
from kaohe.accounts.models import Account
from kaohe.accounts.service import create_accounts, set_password
from kaohe.people import service as people
from kaohe.people.models import Person, Unit

PASSWORD = "correct horse 电池"


@dataclass
class House:
    """Units, persons and accounts by short name."""

    root: Unit
    wards: dict[str, Unit] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)


def build(session, now, today) -> House:
    """Write the house into a tenant; everybody's password is `PASSWORD`."""
    root = people.create_unit(session, name="示范医院", parent=None)
    house = House(root)
    for code, name in (("a", "心内科"), ("b", "骨科")):
        house.wards[code] = people.create_unit(session, name=name, parent=root)
    staff = (
        ("admin", "G001", "管理员甲", root),
        ("head", "H001", "李护士长", house.wards["a"]),
        ("nurse", "N001", "张三", house.wards["a"]),
        ("other", "N002", "王五", house.wards["b"]),
    )
    for short, number, name, unit in staff:
        person = people.create_person(
            session,
            number=number,
            name=name,
            unit=unit,
            position="",
            joined_on=None,
            starts_on=today,
            now=now,
        )
        house.persons[short] = person
        (account,) = create_accounts(session, person_ids=[person.id], now=now)
        house.accounts[short] = account
        set_password(session, account, PASSWORD, now=now)
    roles.give_role(session, account=house.accounts["admin"], role="admin", starts_on=today, now=now)
    roles.give_role(
        session,
        account=house.accounts["head"],
        role="assessor",
        unit=house.wards["a"],
        starts_on=today,
        now=now,
    )
    session.commit()
    return house


@pytest.fixture
def house(session, now, today) -> House:
    """The house in the test's tenant, on the test's day."""
    return build(session, now, today)


@pytest.fixture
def people_here(session) -> House:
    """The house as of today: pages use the machine's clock."""
    now = datetime.now(UTC)
    return build(session, now, (now - timedelta(days=2)).date())
