"""What each person of a world has: a sign-in, an absence, a file, a job, a draft of an import, an earlier result, roles."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from kaohe.accounts import roles, slips
from kaohe.accounts import service as accounts
from kaohe.accounts.models import SignIn
from kaohe.db import TenantSession
from kaohe.files import service as files
from kaohe.files.content import Checked
from kaohe.files.models import StoredFile
from kaohe.jobs import service as jobs
from kaohe.people import service as people
from kaohe.people.intake import drafts
from kaohe.people.models import EarlierResult
from kaohe.testing.roles import EVERYBODY, HOMES, ROLES

if TYPE_CHECKING:
    from kaohe.testing.world import World


def furnish_people(session: TenantSession, world: World) -> None:
    """Give each role its things, and note their ids."""
    for role, home in zip(ROLES, HOMES, strict=True):
        person, account = world.people[role], world.accounts[role]
        world.keep("person", role, person.id)
        world.keep("account", role, account.id)
        world.keep("unit", role, world.units[home].id)
        world.tokens[role] = accounts.start_sign_in(
            session, account=account, now=world.now, device=f"浏览器{world.marker}"
        )
        away = people.record_leave(
            session,
            person,
            kind=f"事假{world.marker}",
            starts_on=world.since,
            ends_on=world.since + timedelta(days=3),
            note=f"备注{world.marker}",
        )
        world.keep("absence", role, away.id)
        world.keep("file", role, _file(session, world, role).id)
        job = jobs.enqueue(
            session,
            kind="test.nothing",
            args={"about": [f"事务{world.marker}", f"Matter {world.marker}"]},
            created_by=person.id,
            now=world.now,
        )
        job.state, job.ended_at = "done", world.now
        world.keep("job", role, job.id)
        world.keep("draft", role, _draft(session, world, role).id)
        session.add(
            EarlierResult(
                person_id=person.id,
                scheme_code=world.scheme.code,
                starts_on=world.since,
                ends_on=world.since + timedelta(days=30),
                score=90,
                grade=None,
            )
        )
    session.flush()
    for role, account in world.accounts.items():
        kept = session.scalars(select(SignIn.id).where(SignIn.account_id == account.id)).first()
        assert kept is not None
        world.keep("sign_in", role, kept)
    slips.issue_slips(session, accounts=[world.accounts["outsider"]], issued_by=None, now=world.now)
    _grants(session, world)
    world.keep("period", EVERYBODY, world.period.id)
    world.keep("period", "colleague", world.before.id)
    world.keep("revision", EVERYBODY, world.revision.id)
    world.keep("adoption", EVERYBODY, world.adoption.id)


def _grants(session: TenantSession, world: World) -> None:
    """A stand-in named by each assessor, and roles given by the administrator."""
    until = world.today + timedelta(days=20)
    for role, home, deputy in (("assessor", "first", "colleague"), ("other_assessor", "second", "outsider")):
        grant = roles.name_deputy(
            session,
            actor=world.actor(role),
            unit=world.units[home],
            deputy=world.accounts[deputy],
            starts_on=world.today + timedelta(days=10),
            ends_on=until,
            now=world.now,
            today=world.today,
        )
        world.keep("grant", role, grant.id)
    for role in ("member", "colleague"):
        grant = roles.give_role(
            session,
            account=world.accounts[role],
            role="assessor",
            unit=world.units["office"],
            starts_on=until,
            given_by=None,
            now=world.now,
        )
        world.keep("grant", role, grant.id)


def _file(session: TenantSession, world: World, role: str) -> StoredFile:
    words = f"%PDF-1.4\n% {world.marker} {role}\n%%EOF\n".encode()
    checked = Checked(
        "pdf", "application/pdf", f"证据{world.marker}.pdf", words, hashlib.sha256(words).hexdigest()
    )
    folder = world.databases.settings.folder
    return files.keep(session, folder=folder, checked=checked, actor=world.actor(role), now=world.now)


def _draft(session: TenantSession, world: World, role: str) -> Any:
    rows = [
        "部门\t工号\t姓名\t职务",
        f"一部{world.marker}\tN9{role}\t新人{world.marker}\t职员",
        f"三部{world.marker}\tN8{role}\t另人{world.marker}\t职员",
    ]
    return drafts.start_draft(
        session,
        kind=drafts.ROSTER,
        data=b"",
        name=f"名单{world.marker}",
        pasted="\n".join(rows),
        day=world.period.starts_on,
        by=world.people[role].id,
        now=world.now,
    )
