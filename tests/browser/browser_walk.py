"""The addresses of every page that can be read, with things of the demonstration behind each id."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from browser_filings import owe
from browser_house import House
from browser_mechanisms import appeal, work
from browser_surveys import hold
from PIL import Image
from sqlalchemy import select
from werkzeug.routing import Rule

from kaohe.accounts import service as accounts
from kaohe.accounts.models import Account
from kaohe.adoption import service as adoption
from kaohe.adoption.models import Adoption, Revision
from kaohe.db import TenantSession
from kaohe.demo import CODE
from kaohe.entries.models import Entry, EntryReason, Withdrawal
from kaohe.files import service as files
from kaohe.jobs import service as jobs
from kaohe.jobs import worker
from kaohe.messages import service as messages
from kaohe.messages.models import Message
from kaohe.people import service as people
from kaohe.people.intake import drafts
from kaohe.people.models import Leave, Membership, Person
from kaohe.periods.models import Period
from kaohe.scheme import Text
from kaohe.tenants import service as tenants

ROSTER = Path(__file__).parents[1] / "samples" / "nursing" / "2026年护理人员花名册.xlsx"
NOT_PAGES = ("static", "door.health", "files.show", "cases.file")


@dataclass
class Things:
    """For each name in an address, some values worth looking at; and who signs in as what."""

    numbers: dict[str, str] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, *values: object) -> None:
        kept = self.values.setdefault(name, [])
        kept += [str(value) for value in values if value is not None and str(value) not in kept]


def gather(house: House) -> Things:
    """Add what the demonstration lacks (a file, a job, a draft, a next revision, a stand-in), and note the ids."""
    things = Things()
    with house.session(CODE, write=True) as session:
        day = house.today(CODE)
        admin, head, member = _people(session, house, things, day)
        _periods(session, things)
        _adopted(session, house, things, admin, day)
        _entries(session, house, things, head, member)
        _left_behind(session, house, things, admin, head, day)
        for name, idents in work(session, house, CODE, admin, picture()).items():
            things.add(name, *idents)
        session.commit()
    things.add("appeal", appeal(house, CODE, member))
    things.add("subject", member.id)
    worker.run_waiting(house.databases, house.tenant(CODE).id)
    return things


def _people(session: TenantSession, house: House, things: Things, day: date) -> tuple[Person, Person, Person]:
    offered = [one["number"] for one in _shown_in_sign_in(session)]
    admin, head, member = (people.person_by_number(session, number) for number in offered[:3])
    assert admin is not None
    assert head is not None
    assert member is not None
    things.numbers = {"admin": admin.number, "assessor": head.number, "member": member.number}
    things.add("person", member.id)
    leaver = session.scalars(select(Membership.person_id).where(Membership.ends_on.is_not(None))).first()
    things.add("person", leaver)
    unit = people.unit_on(session, member.id, day)
    assert unit is not None
    things.add("unit", unit.id)
    things.add("absence", session.scalars(select(Leave.id).where(Leave.person_id != admin.id)).first())
    for person in (admin, head, member):
        things.add("account", session.scalars(select(Account.id).where(Account.person_id == person.id)).one())
    words = Text("请签字确认结果", "Please sign your result")
    messages.send(
        session,
        to=[member.id],
        kind="to_sign",
        title=words,
        text=words,
        link=None,
        about="walk",
        now=house.now,
    )
    things.add("message", session.scalars(select(Message.id).where(Message.about == "walk")).first())
    due, rating_round = owe(session, house, admin, member)
    things.add("due", due)
    things.add("rating_round", rating_round)
    ids, secret = hold(session, house, CODE, admin)
    things.add("survey", *ids)
    things.add("token", secret)
    return admin, head, member


def _shown_in_sign_in(session: TenantSession) -> list[dict[str, Any]]:
    return tenants.setting(session, "demo_people")


def _periods(session: TenantSession, things: Things) -> None:
    for state in ("open", "final", "published", "planned"):
        found = select(Period.id).where(Period.state == state).order_by(Period.starts_on.desc())
        things.add("period", session.scalars(found).first())


def _adopted(session: TenantSession, house: House, things: Things, admin: Person, day: date) -> None:
    taken = session.scalars(select(Adoption)).first()
    assert taken is not None
    standing = session.scalars(select(Revision.id).where(Revision.adoption_id == taken.id)).first()
    account = session.scalars(select(Account).where(Account.person_id == admin.id)).one()
    actor = accounts.actor_of(session, account, day)
    draft = adoption.draft_next(session, taken, actor=actor, now=house.now)
    things.add("adoption", taken.id)
    things.add("revision", standing, draft.id)


def _entries(session: TenantSession, house: House, things: Things, head: Person, member: Person) -> None:
    usual = (
        select(Entry)
        .join(EntryReason, EntryReason.id == Entry.id)
        .where(Entry.replaced_by.is_(None), Entry.recorded_by == head.id)
        .order_by(Entry.recorded_at.desc())
    )
    entry = (
        session.scalars(usual.where(Entry.subject_id == member.id)).first() or session.scalars(usual).first()
    )
    assert entry is not None
    things.add("entry", entry.id)
    things.add(
        "entry", session.scalars(select(Entry.replaced_by).where(Entry.replaced_by.is_not(None))).first()
    )
    things.add("entry", session.scalars(select(Withdrawal.entry_id)).first())
    things.add("entry", session.scalars(select(Entry.id).where(Entry.subject_id == member.id)).first())


def picture(shade: int = 120) -> bytes:
    """A photograph of nothing, as a phone takes it."""
    kept = BytesIO()
    Image.new("RGB", (640, 480), (shade, 140, 160)).save(kept, "JPEG")
    return kept.getvalue()


def _left_behind(
    session: TenantSession, house: House, things: Things, admin: Person, head: Person, day: date
) -> None:
    of_head = session.scalars(select(Account).where(Account.person_id == head.id)).one()
    actor = accounts.actor_of(session, of_head, day)
    folder = house.databases.settings.folder
    file = files.take_in(
        session, folder=folder, content=picture(), name="床旁.jpg", actor=actor, now=house.now
    )
    things.add("file", file.id)
    period = int(things.values["period"][1])
    job = jobs.enqueue(
        session, kind="results.recount", args={"period": period}, created_by=admin.id, now=house.now
    )
    things.add("job", job.id)
    draft = drafts.start_draft(
        session, kind=drafts.ROSTER, data=ROSTER.read_bytes(), name=ROSTER.name, pasted="",
        day=day, by=admin.id, now=house.now,
    )  # fmt: skip
    things.add("draft", draft.id)


def addresses(house: House, things: Things) -> list[tuple[str, str]]:
    """(name, path) of every page that is read by GET, each id with its first value, some with all."""
    found = [("front", "/"), ("missing", f"/t/{CODE}/nothing-here")]
    for rule in sorted(house.app.url_map.iter_rules(), key=lambda one: one.rule):
        if "GET" not in (rule.methods or ()) or rule.endpoint in NOT_PAGES or rule.endpoint == "door.front":
            continue
        found += _filled(house, rule, things)
    return found


_ALL_OF = {
    "periods.show",
    "results.show",
    "results.manage",
    "results.league",
    "adoption.show",
    "entries.show",
    "reports.show",
    "surveys.show",
}


def _filled(house: House, rule: Rule, things: Things) -> list[tuple[str, str]]:
    names = sorted(rule.arguments - {"code"})
    choices = [_choices(house, name, things, rule.endpoint) for name in names]
    if rule.endpoint not in _ALL_OF:
        choices = [some[:1] for some in choices]
    elif rule.endpoint == "results.show":
        choices = [some if name == "period" else some[:1] for name, some in zip(names, choices, strict=True)]
    found = []
    for number, values in enumerate(itertools.product(*choices)):
        path = rule.rule.replace("<code>", CODE)
        for name, value in zip(names, values, strict=True):
            path = re.sub(rf"<(?:\w+:)?{name}>", value, path)
        found.append((rule.endpoint + (f"-{number}" if number else ""), path))
    return found


def _choices(house: House, name: str, things: Things, endpoint: str) -> list[str]:
    own = f"{endpoint.split('.')[0].removesuffix('s')}_{name}"  # a file of a case, say
    if own in things.values:
        return things.values[own]
    if name in things.values:
        return things.values[name]
    sector = house.registry.sectors["nursing"]
    if name == "sector":
        return [sector.code]
    if name == "report":
        return [report.code for report in sector.reports]
    if name == "form":
        return ["round"]
    if name == "name":
        return ["star"]
    raise AssertionError(f"no value for <{name}> of an address")
