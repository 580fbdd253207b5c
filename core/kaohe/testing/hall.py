"""Two organisations behind one application, and the visitors who knock at the first one's doors.

What a test of the whole application needs: six visitors with their cookies, every address that the application
knows, the forms and links that its pages really show (so that nothing has to be listed by hand), and a rehearsal
in which an unsafe request does everything up to its commit, so that thousands of them find the same world.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

from flask import Flask, g
from sqlalchemy import select, text
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule
from werkzeug.test import TestResponse

from kaohe.accounts.policy import POLICIES, Actor, Allow, Place
from kaohe.audit.models import AuditRow
from kaohe.db import TenantModel, TenantSession
from kaohe.errors import NotFound
from kaohe.pages import objects
from kaohe.pages.blueprint import IdConverter
from kaohe.pages.current import Current
from kaohe.pages.lifecycle import COOKIE
from kaohe.testing import markup
from kaohe.testing.world import World

VISITORS = ("anonymous", "member", "assessor", "admin", "other_member", "other_admin")
_TOKEN = re.compile(r'name="csrf-token"\s+content="([^"]+)"')
LONG_ID = re.compile(r"(?<![0-9])[0-9]{15,19}(?![0-9])")


@dataclass
class Visitor:
    """Somebody with (or without) a cookie; `role` is whose things are "own"; `actor` is None where nobody is signed in."""

    name: str
    role: str
    cookie: str = ""
    token: str = ""
    actor: Actor | None = None

    @property
    def is_elsewhere(self) -> bool:
        return self.name.startswith("other_")


@dataclass(frozen=True)
class Route:
    """One endpoint and method: the names of its ids and of the other parts of its address."""

    endpoint: str
    method: str
    rule: str
    ids: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def feature(self) -> str:
        return self.endpoint.partition(".")[0]


@dataclass
class Offered:
    """A form as a page showed it to a visitor: where it goes and what it would send."""

    visitor: str
    path: str
    form: markup.Form


@dataclass
class Happening:
    """What one rehearsed request did: commits asked for, audit rows, rows of others it would have changed."""

    commits: int = 0
    audits: list[tuple[str, str, int]] = field(default_factory=list)
    trespasses: list[str] = field(default_factory=list)


class Hall:
    """The application with two worlds; `mine` is visited, nothing of `other` may show or change."""

    def __init__(self, app: Flask, mine: World, other: World) -> None:
        self.app, self.mine, self.other = app, mine, other
        self.client = app.test_client(use_cookies=False)
        self.policies: dict[str, str] = app.extensions["kaohe"].policies
        self.allows = dict(POLICIES)  # as they stood when the hall was opened
        self.routes = sorted(_routes(app), key=lambda route: (route.endpoint, route.method, route.rule))
        self.faults: list[str] = []
        self.happening = Happening()
        self.watching = True
        self.ids = {one: _table_of_ids(world) for one, world in (("mine", mine), ("other", other))}
        self.visitors = {name: self._visitor(name) for name in VISITORS}
        self._before = self.digest()
        logging.getLogger("kaohe.web").addHandler(_Keeper(self.faults))

    def _visitor(self, name: str) -> Visitor:
        if name == "anonymous":
            visitor = Visitor(name, "member")
        elif name.startswith("other_"):
            visitor = Visitor(name, name.removeprefix("other_"))
            visitor.cookie = f"{COOKIE}={self.other.tokens[visitor.role]}"
        else:
            visitor = Visitor(name, name, f"{COOKIE}={self.mine.tokens[name]}", actor=self.mine.actor(name))
        page = self.client.get(
            self.path("/me" if visitor.actor else "/sign-in"), headers={"Cookie": visitor.cookie}
        )
        found = _TOKEN.search(page.text)
        assert found is not None, page.text
        visitor.token = found[1]
        kept = [one.partition(";")[0] for one in page.headers.getlist("Set-Cookie")]
        visitor.cookie = "; ".join(filter(None, [visitor.cookie, *kept]))
        return visitor

    def path(self, inside: str) -> str:
        """A path inside the visited organisation."""
        return f"/t/{self.mine.tenant.code}{inside}"

    def send(
        self,
        visitor: Visitor,
        method: str,
        path: str,
        data: Any = None,
        *,
        token: str | None = None,
        **more: Any,
    ) -> TestResponse:
        """One request, with the visitor's form token where it is unsafe."""
        self.happening = Happening()
        if method not in ("GET", "HEAD"):
            data = {**(data or {}), "csrf_token": visitor.token if token is None else token}
        answer = self.client.open(path, method=method, data=data, headers={"Cookie": visitor.cookie}, **more)
        answer.get_data()  # read whole before its file is closed
        answer.close()
        return answer

    # -- who may

    def may(self, visitor: Visitor, endpoint: str, values: dict[str, Any]) -> str:
        """What the policy says to an address: "public", "sign-in", "missing", "forbidden" or "allowed"."""
        action = self.policies[endpoint]
        wanted: Allow = self.allows[action]
        named = {name: int(value) for name, value in values.items() if objects.known(name)}
        if wanted.public and not named:
            return "public"
        if visitor.actor is None:
            return "sign-in"
        places: list[Place | None] = []
        try:
            for name, ident in named.items():
                place = self.place(name, ident)
                places += [place] if place is not None else []
        except NotFound:
            return "missing"
        fine = all(permits(wanted, visitor.actor, place) for place in places or [None])
        return "allowed" if fine else "forbidden"

    def place(self, name: str, ident: int) -> Place | None:
        """Where an object of the visited organisation lies; `NotFound` when it is not there."""
        with self.app.test_request_context(), self.mine.session(write=False) as session:
            g.kaohe = Current(self.mine.databases, "", self.mine.now, tenant=self.mine.tenant)
            return objects.load(session, name, ident)[1]

    # -- what is seen

    def kind_of(self, ident: str) -> str | None:
        """The table in which an id of the visited organisation stands."""
        return self.ids["mine"].get(ident)

    def shown(self, answer: TestResponse) -> str:
        """Everything an answer says, the members of a ZIP or spreadsheet unpacked."""
        data = answer.get_data()
        parts = [str(answer.headers)]
        if data[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                parts += [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
        else:
            parts.append(data.decode("utf-8", "replace"))
        return "\n".join(parts)

    def leaks(self, visitor: Visitor, answer: TestResponse, typed: set[str]) -> list[str]:
        """What an answer must not have said: the other organisation's texts and ids; anything, to who is not signed in."""
        said = self.shown(answer)
        found = [f"marker {self.other.marker}"] if self.other.marker in said else []
        if visitor.actor is None and self.mine.marker in said:
            found.append(f"marker {self.mine.marker} to {visitor.name}")
        strangers = {one for one in LONG_ID.findall(said) if one in self.ids["other"]} - typed
        return found + [f"id {one} of {self.ids['other'][one]}" for one in sorted(strangers)]

    def untouched(self) -> bool:
        """Whether no row of the other organisation has changed since the hall was opened."""
        return self.digest() == self._before

    def digest(self) -> str:
        """A digest over every row of every table of the other organisation."""
        with self.other.session(write=False) as session:
            return _digest(session)

    @contextmanager
    def rehearsing(self) -> Iterator[None]:
        """Within this, no transaction of an organisation commits: it is flushed, looked at, and rolled back."""
        hall = self

        def commit(session: TenantSession) -> None:
            session.flush()
            hall._look(session)
            session.rollback()

        with patch.object(TenantSession, "commit", commit):
            yield

    def _look(self, session: TenantSession) -> None:
        happening = self.happening
        happening.commits += 1
        here = g.get("kaohe")
        if session.tenant_id != self.mine.tenant.id:
            happening.trespasses.append(f"a session of tenant {session.tenant_id}")
        if here is not None:
            rows = select(AuditRow.action, AuditRow.outcome, AuditRow.status)
            mine = rows.where(
                AuditRow.request_id.in_((here.request_id, ""))
            )  # "": of nobody, and rolled back
            happening.audits += [tuple(row) for row in session.execute(mine)]
        if self.watching and self.mine.databases.dialect == "postgresql":
            session.execute(text(f"SET LOCAL app.tenant = '{int(self.other.tenant.id)}'"))
            if _digest(session) != self._before:
                happening.trespasses.append("a row of the other organisation")


def permits(allow: Allow, actor: Actor, place: Place | None) -> bool:
    """What a policy says, told a second time and independently of the code under test."""
    about_me = place is not None and place.person_id == actor.person_id
    if allow.public:
        return True
    if allow.not_self and about_me:
        return False
    below = place is not None and place.unit_path is not None and place.unit_path.startswith(actor.assesses)
    return any(
        (
            allow.member,
            allow.admin and actor.is_admin,
            allow.own and about_me,
            allow.maker and place is not None and place.made_by == actor.person_id,
            allow.assessor == "any" and bool(actor.assesses),
            allow.assessor == "unit" and bool(actor.assesses) and below,
            allow.assessor == "others" and bool(actor.assesses) and below and not about_me,
        )
    )


class _Keeper(logging.Handler):
    """Keeps what went wrong inside, so that a 5xx can be explained."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__()
        self.kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        place = error.__traceback__ if error else None
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else ""
        self.kept.append(f"{type(error).__name__}: {str(error)[:300]} at {where}")


def _routes(app: Flask) -> Iterator[Route]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        names = [name for name in rule.arguments if name != "code"]
        ids = tuple(name for name in _in_order(rule) if isinstance(rule._converters[name], IdConverter))
        others = tuple(sorted(set(names) - set(ids)))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(rule.endpoint, method, rule.rule, ids, others)


def _in_order(rule: Rule) -> list[str]:
    return [name for name in re.findall(r"<(?:[^:<>]+:)?([^<>]+)>", rule.rule) if name != "code"]


def _table_of_ids(world: World) -> dict[str, str]:
    found: dict[str, str] = {}
    with world.session(write=False) as session:
        for table in TenantModel.metadata.sorted_tables:
            query = select(table.c.id).where(table.c.tenant_id == world.tenant.id)
            found |= {str(ident): table.name for ident in session.scalars(query)}
    # side rows have the id of their main row: keep the main table's name
    with world.session(write=False) as session:
        for name in ("subjects", "entries", "persons", "units"):
            kept = TenantModel.metadata.tables[name]
            found |= {
                str(ident): name
                for ident in session.scalars(select(kept.c.id).where(kept.c.tenant_id == world.tenant.id))
            }
    return found


def _digest(session: TenantSession) -> str:
    tables = [table.name for table in TenantModel.metadata.sorted_tables]
    if session.get_bind().dialect.name == "postgresql":
        parts = [
            f"SELECT '{name}' AS n, md5(string_agg(t::text, '|' ORDER BY t.id)) AS d FROM {name} t"  # noqa: S608
            for name in tables
        ]
        rows = session.execute(text(" UNION ALL ".join(parts))).all()
        return str(sorted(tuple(row) for row in rows))
    return str([(name, session.execute(text(f"SELECT * FROM {name} ORDER BY id")).all()) for name in tables])  # noqa: S608


def endpoint_of(
    app: Flask, address: str, method: str = "GET"
) -> tuple[str, dict[str, Any], dict[str, str]] | None:
    """The endpoint, the parts of the path and the query that an address on a page means; None for anything else."""
    parts = urlsplit(address)
    if parts.netloc or not parts.path.startswith("/"):
        return None
    try:
        endpoint, values = app.url_map.bind("localhost").match(parts.path, method=method)
    except (HTTPException, RequestRedirect):
        return None
    if endpoint == "static":
        return None
    return endpoint, dict(values), dict(parse_qsl(parts.query))


__all__ = ["LONG_ID", "VISITORS", "Hall", "Happening", "Offered", "Route", "Visitor", "endpoint_of"]
