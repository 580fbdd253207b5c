"""The matrix: each route × method × visitor × whose id × where it stands, generated from the application itself.

Expected answers come from the policies: who is not signed in is sent to the door; within the organisation "no" is
403; a foreign id answers exactly as one that does not exist; nobody ever sees a word of the other organisation,
changes a row of it, or gets a 5xx; each unsafe request leaves a row in the log. The forms that are sent are those
that the pages show, so a field with an id in it is found without being listed.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import TestResponse

from kaohe.pages import objects
from kaohe.testing import markup
from kaohe.testing.hall import LONG_ID, VISITORS, Hall, Offered, Route, Visitor, endpoint_of

KINDS = ("own", "colleague", "elsewhere", "foreign", "missing", "malformed")
PLACES = ("path", "query", "body", "choice")
MISSING = str((1 << 62) + 12345)
MALFORMED = ("12x", "0", "-7", "9223372036854775808", "１２", "0" * 19 + "1" * 30, "%00")
_WORDS = {
    "text": "说明文字",
    "textarea": "说明文字",
    "password": "correct horse 42",
    "search": "一",
    "number": "1",
}
_VARYING = re.compile(
    r'(name="(?:csrf[-_]token|form_token|token)"[^>]*)|(X-Request-Id: \w+)|(Set-Cookie: [^\n]*)|'
    r"(Content-Length: \d+)|(ETag: [^\n]*)|(\bDate: \w{3}, [^\n]*GMT)|(data-k-now=\"[^\"]*\")|(data-due=\"[^\"]*\">[^<]*)"
)


@dataclass(frozen=True)
class Spot:
    """One place for an id: all kinds of ids are tried there by one visitor."""

    route: Route
    visitor: str
    place: str  # path, query, body, choice; "" for an address without ids
    name: str = ""

    @property
    def key(self) -> str:
        return f"{self.route.method} {self.route.endpoint} {self.route.rule} {self.visitor} {self.place} {self.name}"

    def share(self, of: int) -> int:
        """A stable number below `of`, to deal the spots out."""
        return zlib.crc32(self.key.encode()) % of


@dataclass
class Outcome:
    """What a run found: cells by visitor, kind and place; complaints in words."""

    cells: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    endpoints: Counter[tuple[str, str]] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    answers: dict[tuple[str, str], int] = field(default_factory=dict)  # status by spot and kind
    complaints: list[str] = field(default_factory=list)
    unsafe: int = 0

    @property
    def requests(self) -> int:
        return sum(self.statuses.values())


@dataclass
class Harvest:
    """What crawling the pages brought: forms by endpoint, names of ids in queries, other parts of addresses."""

    forms: dict[str, dict[str, Offered]] = field(default_factory=dict)
    queries: dict[str, dict[str, str]] = field(default_factory=dict)
    others: dict[str, dict[str, Any]] = field(default_factory=dict)
    where: dict[tuple[str, str], dict[str, Any]] = field(
        default_factory=dict
    )  # the page on which a query's id was seen
    seen: Counter[str] = field(default_factory=Counter)


class Matrix:
    """All spots of an application, and how one is tried."""

    def __init__(
        self,
        hall: Hall,
        *,
        hard: Mapping[str, str] | None = None,
        bodies: Mapping[str, Mapping[str, str]] | None = None,
        queries: Mapping[str, Iterable[str]] | None = None,
        pickers: Mapping[str, Mapping[str, str]] | None = None,
        most_pages: int = 400,
    ) -> None:
        """`hard`: endpoints that may refuse although the policy allows, with the reason. `bodies`: what a form needs
        beyond what its page shows. `queries`: names of ids in addresses that no page links to. `pickers`: fields that a page
        shows empty and a script fills with an id, by endpoint, and what the id is of."""
        self.hall, self.hard, self.bodies, self.pickers = hall, hard or {}, bodies or {}, pickers or {}
        self.harvest = Harvest()
        self.harvest.others.update({name: dict(parts) for name, parts in hall.mine.others.items()})
        self.complaints: list[str] = []
        self.dead: set[str] = set()
        for name in ("admin", "assessor", "member"):
            self._crawl(hall.visitors[name], most_pages)
        for endpoint, names in (queries or {}).items():
            self.harvest.queries.setdefault(endpoint, {}).update(dict.fromkeys(names, "person"))
        self.complaints += [f"a link goes to {address}, which is no address" for address in sorted(self.dead)]
        self.spots = list(self._spots())

    # -- crawling

    def _crawl(self, visitor: Visitor, most: int) -> None:
        queue = [self.hall.path("/")]
        for route in self.hall.routes:
            if route.method == "GET" and not route.others and route.feature != "door":
                queue += [
                    self.address(route, self.values(route, visitor, kind)) for kind in ("own", "colleague")
                ]
        done: set[Any] = set()
        while queue and len(done) < most:
            address = queue.pop(0)
            known = endpoint_of(self.hall.app, address)
            if known is None:
                if address.startswith("/t/"):
                    self.dead.add(address)
                continue
            endpoint, values, query = known
            mark = (endpoint, tuple(sorted(values.items())), tuple(sorted(query)))
            if mark in done or self.harvest.seen[endpoint] > 30:
                continue
            done.add(mark)
            self.harvest.seen[endpoint] += 1
            self._learn(visitor, address, endpoint, values, query, queue)

    def _learn(
        self,
        visitor: Visitor,
        address: str,
        endpoint: str,
        values: dict[str, Any],
        query: dict[str, str],
        queue: list[str],
    ) -> None:
        route = next(one for one in self.hall.routes if one.endpoint == endpoint and one.method == "GET")
        self.harvest.others.setdefault(endpoint, {}).update({name: values[name] for name in route.others})
        self._note_query(endpoint, query, values)
        answer = self.hall.send(visitor, "GET", address)
        if answer.status_code >= 500:
            self.complaints.append(
                f"crawl {visitor.name} {address}: {answer.status_code} {self.hall.faults[-1:]}"
            )
        for leak in self.hall.leaks(visitor, answer, set()):
            self.complaints.append(f"crawl {visitor.name} {address}: leak {leak}")
        if answer.status_code in (301, 302, 303):
            queue.append(answer.headers["Location"])
        if answer.status_code != 200 or answer.mimetype != "text/html":
            return
        found = markup.read(answer.text)
        queue += [
            link if link.startswith("/") else address.partition("?")[0] + link
            for link in found.links
            if link[:1] in "/?"
        ]
        for form in found.forms:
            self._note_form(visitor, address, form)

    def _note_query(self, endpoint: str, query: Mapping[str, str], values: Mapping[str, Any]) -> None:
        for name, value in query.items():
            table = self.hall.kind_of(value)
            if table or objects.known(name):
                self.harvest.queries.setdefault(endpoint, {}).setdefault(name, table or name)
                others = {
                    key: value for key, value in values.items() if not objects.known(key) and key != "code"
                }
                self.harvest.where.setdefault((endpoint, name), others)

    def _note_form(self, visitor: Visitor, address: str, form: markup.Form) -> None:
        if form.method not in ("get", "post"):
            return
        target = form.action or address
        target = target if target.startswith("/") else address.partition("?")[0] + target
        known = endpoint_of(self.hall.app, target, form.method.upper())
        if known is None:
            self.complaints.append(f"{address}: a form goes to {target}, which is no address")
            return
        endpoint, values, _ = known
        if form.method == "get":
            options = {
                f.name: next((o for o in [f.value, *f.options] if self.hall.kind_of(o)), f.value)
                for f in form.fields.values()
            }
            self._note_query(endpoint, options, values)
            return
        route = next(one for one in self.hall.routes if one.endpoint == endpoint and one.method == "POST")
        self.harvest.others.setdefault(endpoint, {}).update({name: values[name] for name in route.others})
        kept = self.harvest.forms.setdefault(endpoint, {}).get(visitor.name)
        if kept is None or _richness(form) > _richness(kept.form):
            self.harvest.forms[endpoint][visitor.name] = Offered(visitor.name, target, form)

    # -- the spots

    def _spots(self) -> Iterator[Spot]:
        for route in self.hall.routes:
            for visitor in VISITORS:
                yield from (Spot(route, visitor, "path", name) for name in route.ids)
                if not route.ids:
                    yield Spot(route, visitor, "")
                if route.method == "GET":
                    names = self.harvest.queries.get(route.endpoint, {})
                    yield from (Spot(route, visitor, "query", name) for name in names)
                else:
                    for name, one in self.id_fields(route.endpoint).items():
                        yield Spot(route, visitor, "choice" if one.is_choice else "body", name)

    def id_fields(self, endpoint: str) -> dict[str, markup.Field]:
        """The fields of an endpoint's forms that carry ids: those with an id of ours as value, or named like an object."""
        found: dict[str, markup.Field] = {}
        for offered in self.harvest.forms.get(endpoint, {}).values():
            for name, one in offered.form.fields.items():
                told = (*LONG_ID.findall(name), one.value, *one.options)
                if one.kind != "file" and (objects.known(name) or any(map(self.hall.kind_of, told))):
                    found.setdefault(name, one)
        for name in (*self.bodies.get(endpoint, {}), *self.pickers.get(endpoint, {})):
            if objects.known(name) or name in self.pickers.get(endpoint, {}):
                found.setdefault(name, markup.Field(name, "hidden"))
        return found

    # -- ids

    def an_id(self, visitor: Visitor, name: str, kind: str, n: int = 0) -> str:
        """The id of a kind for something called `name` (a loader's name, or a table's)."""
        if kind == "missing":
            return MISSING
        if kind == "malformed":
            return MALFORMED[n % len(MALFORMED)]
        home, away = (
            (self.hall.other, self.hall.mine) if visitor.is_elsewhere else (self.hall.mine, self.hall.other)
        )
        world = away if kind == "foreign" else home
        role = {"colleague": "colleague", "elsewhere": "outsider"}.get(kind, visitor.role)
        if name in world.things:
            own = world.thing(name, visitor.role)
            found = world.thing(name, role)
            if kind in ("colleague", "elsewhere") and found == own:
                found = next((one for one in world.things[name].values() if one != own), own)
            if found is None:
                found = next(iter(world.things[name].values()))
            return str(found)
        which = "other" if world is self.hall.other else "mine"
        some = sorted(ident for ident, table in self.hall.ids[which].items() if table == name)
        return some[{"own": 0, "foreign": 0}.get(kind, -1)] if some else MISSING

    def values(
        self, route: Route, visitor: Visitor, kind: str = "own", only: str | None = None
    ) -> dict[str, Any]:
        """The parts of an address; `only` that id is of `kind`, the others are one's own."""
        found: dict[str, Any] = {
            name: self.an_id(visitor, name, kind if only in (None, name) else "own") for name in route.ids
        }
        return {**self.harvest.others.get(route.endpoint, {}), **found}

    def address(self, route: Route, values: Mapping[str, Any], query: Mapping[str, str] | None = None) -> str:
        """The address of a route, whatever stands in the places of its ids."""
        path = re.sub(
            r"<(?:[^:<>]+:)?([^<>]+)>",
            lambda m: self.hall.mine.tenant.code if m[1] == "code" else str(values.get(m[1], "x")),
            route.rule,
        )
        return f"{path}?{urlencode(query)}" if query else path

    # -- trying a spot

    def run(self, spots: Iterable[Spot], seen: Outcome | None = None) -> Outcome:
        """Try each spot with every kind of id."""
        seen = seen or Outcome()
        with self.hall.rehearsing():
            for spot in spots:
                self._try(spot, seen)
        if not self.hall.untouched():
            seen.complaints.append("rows of the other organisation have changed")
        return seen

    def _try(self, spot: Spot, seen: Outcome) -> None:
        visitor = self.hall.visitors[spot.visitor]
        kinds = KINDS if spot.place else ("",)
        answers = {}
        for kind in kinds:
            answers[kind] = self._once(spot, visitor, kind, seen)
            if spot.place:
                seen.cells[spot.visitor, kind, spot.place] += 1
            seen.endpoints[spot.route.endpoint, spot.route.method] += 1
        if "foreign" in answers and answers["foreign"] != answers["missing"]:
            for _turn in range(4):  # answers that name the moment differ where a second ends between them
                again = [self._once(spot, visitor, kind, seen) for kind in ("foreign", "missing")]
                if again[0] == again[1]:
                    break
            else:
                seen.complaints.append(f"{spot.key}: foreign and missing differ: {_difference(*again)}")

    def _once(self, spot: Spot, visitor: Visitor, kind: str, seen: Outcome) -> str:
        route = spot.route
        in_path = spot.name if spot.place == "path" else None
        values = self.values(route, visitor, kind if in_path else "own", in_path)
        query = {}
        data = self.body(route, visitor) if route.method != "GET" else None
        typed = ""
        if spot.place == "query":
            typed = self.an_id(visitor, self._meaning(route.endpoint, spot.name), kind, spot.share(99))
            query = {spot.name: typed}
            values |= self.harvest.where.get((route.endpoint, spot.name), {})
        elif spot.place in ("body", "choice"):
            typed = self.an_id(visitor, self._field_meaning(route.endpoint, spot.name), kind, spot.share(99))
            data = self._with_id(data or {}, spot.name, typed)
        elif in_path:
            typed = str(values[in_path])
        self.hall.watching = kind in ("foreign", "own")
        answer = self.hall.send(visitor, route.method, self.address(route, values, query), data)
        seen.statuses[answer.status_code] += 1
        seen.answers[spot.key, kind] = answer.status_code
        complaint = self._complaint(spot, visitor, kind, values, answer, {typed, *map(str, values.values())})
        if complaint:
            seen.complaints.append(f"{spot.key} [{kind}]: {complaint}")
        if route.method != "GET":
            seen.unsafe += 1
        return _plain(answer, typed)

    def _with_id(self, data: dict[str, Any], name: str, ident: str) -> dict[str, Any]:
        inside = next((one for one in LONG_ID.findall(name) if self.hall.kind_of(one)), None)
        if inside is None:
            return {**data, name: ident}
        return {
            key.replace(inside, ident): value or "1" if key == name else value for key, value in data.items()
        }

    def _meaning(self, endpoint: str, name: str) -> str:
        return name if objects.known(name) else self.harvest.queries[endpoint][name]

    def _field_meaning(self, endpoint: str, name: str) -> str:
        if name in self.pickers.get(endpoint, {}):
            return self.pickers[endpoint][name]
        one = self.id_fields(endpoint)[name]
        if objects.known(name):
            return name
        told = (*LONG_ID.findall(name), one.value, *one.options)
        return next(table for value in told if (table := self.hall.kind_of(value)))

    def body(self, route: Route, visitor: Visitor) -> dict[str, Any]:
        """What a form of this endpoint sends, as its page showed it to this visitor or to another; blanks filled in."""
        shown = self.harvest.forms.get(route.endpoint, {})
        offered = shown.get(visitor.name) or next(iter(shown.values()), None)
        data: dict[str, Any] = {}
        for name, one in (offered.form.fields if offered else {}).items():
            if one.kind in ("file", "button", "submit", "checkbox") and not one.value:
                continue
            value = one.value or next((option for option in one.options if option), "")
            if not value and (one.required or one.kind == "textarea"):
                value = self.hall.mine.today.isoformat() if one.kind == "date" else _WORDS.get(one.kind, "")
            data[name] = value
        data.update(self.bodies.get(route.endpoint, {}))
        return data

    def _complaint(
        self,
        spot: Spot,
        visitor: Visitor,
        kind: str,
        values: Mapping[str, Any],
        answer: TestResponse,
        typed: set[str],
    ) -> str:
        hall, status, route = self.hall, answer.status_code, spot.route
        if status >= 500:
            return f"{status} {hall.faults[-1:]}"
        leaks = hall.leaks(visitor, answer, typed)
        if leaks:
            return f"{status} leaks {leaks}"
        if hall.happening.trespasses:
            return f"trespass: {hall.happening.trespasses}"
        if kind == "malformed" and spot.place == "path":
            return "" if status == 404 else f"{status} for a malformed id"
        may = hall.may(visitor, route.endpoint, dict(values))
        wrong = _wrong(may, status, answer.headers.get("Location", ""), spot)
        if wrong and not (may == "allowed" and route.endpoint in self.hard):
            return wrong
        if route.method != "GET" and route.feature != "door" and not self._audited(route):
            return f"{status}: no row in the log"
        return ""

    def _audited(self, route: Route) -> bool:
        return any(action == route.endpoint for action, _, _ in self.hall.happening.audits)


def _wrong(may: str, status: int, location: str, spot: Spot) -> str:
    if may == "sign-in":
        fine = status in (302, 303) and "/sign-in" in location
    elif may == "missing":
        fine = status == 404
    elif may == "forbidden":
        fine = status == 403
    elif spot.place in ("", "path") and not (spot.place == "" and spot.route.method != "GET"):
        fine = status not in (403, 404)
    else:
        fine = True
    return "" if fine else f"{status} where the policy says {may}"


def _richness(form: markup.Form) -> tuple[int, int]:
    return len(form.fields), sum(bool(one.value) for one in form.fields.values())


def _plain(answer: TestResponse, typed: str) -> str:
    said = f"{answer.status_code}\n{answer.headers}\n{answer.get_data().decode('utf-8', 'replace')}"
    request_id = answer.headers.get("X-Request-Id", "-")
    said = _VARYING.sub("", said.replace(request_id, ""))
    return said.replace(typed, "ID") if len(typed) > 6 else said


def _difference(one: str, other: str) -> str:
    pairs = zip(one.splitlines(), other.splitlines(), strict=False)
    return next((f"{a.strip()[:120]!r} / {b.strip()[:120]!r}" for a, b in pairs if a != b), "length")


__all__ = ["KINDS", "PLACES", "Harvest", "Matrix", "Outcome", "Spot"]
