"""People who are told something, and the doors they come in by."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from kaohe.accounts.models import Account, Grant
from kaohe.db import TenantSession
from kaohe.messages import service as messages
from kaohe.messages.models import Contact
from kaohe.people.models import Person, Subject
from kaohe.scheme import Text
from kaohe.testing.fixtures import Browser

_NUMBERS = itertools.count(1)
WHEN = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)


def hire(session: TenantSession, *names: str) -> list[int]:
    """Persons by name; their ids."""
    rows = [
        Person(number=f"N{next(_NUMBERS)}", name=name, initials="", joined_on=date(2020, 1, 1))
        for name in names
    ]
    session.add_all(rows)
    session.flush()
    session.add_all([Subject(id=row.id, person_id=row.id) for row in rows])
    session.flush()
    return [row.id for row in rows]


def tell(session: TenantSession, to: list[int | None], about: str = "thing:1", **changes) -> int:
    """Send one message with usual words."""
    given = {
        "kind": "due",
        "title": Text("工单将到期", "A case is due soon"),
        "text": Text("请在今天 18:00 前处理。", "Please handle it by 18:00 today."),
        "link": None,
        "now": WHEN,
        **changes,
    }
    return messages.send(session, to=to, about=about, **given)


def address(session: TenantSession, person: int, email: str, **changes) -> Contact:
    """Give a person an e-mail address."""
    row = Contact(
        person_id=person, email=email, **{"muted": [], "changed_at": WHEN, "confirmed_at": WHEN, **changes}
    )
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def people(session: TenantSession) -> Callable[..., list[int]]:
    """`people("甲", "乙")` gives the ids of new persons of the test's session."""
    return lambda *names: hire(session, *names)


@dataclass
class House:
    """An administrator and two members, each with a browser."""

    ids: list[int]
    admin: Browser
    member: Browser
    other: Browser


@pytest.fixture
def house(databases, app, tenant) -> House:
    """Three persons with accounts."""
    now = datetime.now(UTC)
    with databases.tenant(tenant.id) as session:
        ids = hire(session, "管理甲", "成员乙", "成员丙")
        accounts = [Account(person_id=one, state="active", created_at=now) for one in ids]
        session.add_all(accounts)
        session.flush()
        session.add(
            Grant(
                account_id=accounts[0].id,
                role="admin",
                unit_id=None,
                starts_on=date(2020, 1, 1),
                given_at=now,
            )
        )
        session.commit()
    return House(ids, *[Browser(app, tenant).sign_in(one) for one in accounts])
