"""The one place that says who may do what.

`authorize(actor, action, place)` answers for every page, form choice, export and file. An action that is not
in `POLICIES` does not exist; a route that names none stops the start. Within the tenant "no" is `Forbidden`;
what belongs to another tenant is `NotFound`, because it cannot be loaded at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kaohe.errors import Forbidden


@dataclass(frozen=True)
class Place:
    """Whose thing an object is: the person it is about, and the path of the unit it lies in.

    `of_unit`: the path of the unit that it is about, where a unit itself is assessed. `past_path`: a unit in which it
    lay at the time, whose assessor may still read it.
    """

    person_id: int | None = None
    unit_path: str | None = None
    made_by: int | None = None
    of_unit: str | None = None
    past_path: str | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts: a person of this tenant with today's roles. `assesses` are paths of units.

    `also`: the person's other records, which went into this one: what is about them is about oneself.
    """

    person_id: int
    account_id: int
    is_admin: bool = False
    assesses: tuple[str, ...] = ()
    also: frozenset[int] = frozenset()

    @property
    def is_assessor(self) -> bool:
        return bool(self.assesses)

    def covers(self, unit_path: str | None) -> bool:
        """Whether this actor assesses the unit with that path, or one above it."""
        return unit_path is not None and any(unit_path.startswith(path) for path in self.assesses)

    @property
    def records(self) -> frozenset[int]:
        """The ids of all records of this person."""
        return self.also | {self.person_id}

    def is_me(self, person_id: int | None) -> bool:
        """Whether that is a record of this person, the one signed in with or one that went into it."""
        return person_id is not None and person_id in self.records

    def is_self(self, place: Place | None) -> bool:
        """Whether it is about this person, or about a unit that this person heads (assesses exactly that unit)."""
        if place is None:
            return False
        return self.is_me(place.person_id) or (place.of_unit is not None and place.of_unit in self.assesses)

    def assesses_above(self, unit_path: str | None) -> bool:
        """Whether this actor assesses a unit above the one with that path."""
        return unit_path is not None and any(
            unit_path.startswith(path) and unit_path != path for path in self.assesses
        )


@dataclass(frozen=True)
class Allow:
    """Who is let through: any one of these is enough; `not_self` forbids it on oneself, whoever one is.

    `assessor` is "" (no), "any" (assesses some unit), "unit" (assesses the object's unit) or "others" (assesses it, and
    it is not about oneself).
    """

    public: bool = False
    member: bool = False
    own: bool = False
    maker: bool = False
    assessor: str = ""
    admin: bool = True
    not_self: bool = False


PUBLIC = Allow(public=True)
MEMBER = Allow(member=True)
ADMIN = Allow()
ANY_ASSESSOR = Allow(assessor="any")
OWN_OR_UNIT = Allow(own=True, assessor="unit")
UNIT_NOT_SELF = Allow(assessor="unit", not_self=True)

POLICIES: dict[str, Allow] = {
    "public": PUBLIC,
    "home": MEMBER,
    "self": MEMBER,  # one's own account, language, sign-outs
    "search": MEMBER,  # what it finds is limited by the query
    "people.list": ANY_ASSESSOR,
    "people.read": OWN_OR_UNIT,
    "people.edit": ADMIN,
    "people.import": ADMIN,
    "units.edit": ADMIN,
    "accounts.manage": ADMIN,
    "accounts.own": Allow(own=True, admin=False),  # a sign-in of one's own
    "accounts.unit": ANY_ASSESSOR,  # the list holds members of the assessed units only
    "accounts.deputy.end": Allow(maker=True),  # a stand-in that one has named
    "accounts.slip": UNIT_NOT_SELF,
    "accounts.deputy": ANY_ASSESSOR,
    "audit.read": ADMIN,
    "settings.edit": ADMIN,
    "calendar.read": MEMBER,
    "calendar.manage": ADMIN,
    "messages.own": Allow(own=True, admin=False),  # a message is read by whom it is to
    "messages.manage": ADMIN,
    "jobs.read": Allow(maker=True),
    "papers.make": MEMBER,  # a paper that one was shown already
    "files.read": Allow(own=True, maker=True, assessor="unit"),
    "adoption.read": MEMBER,
    "adoption.acknowledge": MEMBER,
    "adoption.edit": ADMIN,
    "periods.read": MEMBER,
    "periods.manage": ADMIN,
    "entries.list": ANY_ASSESSOR,
    "entries.start": ANY_ASSESSOR,  # open a form whose subject is not chosen yet
    "entries.read": OWN_OR_UNIT,
    "entries.record": UNIT_NOT_SELF,
    "entries.withdraw": Allow(maker=True, assessor="unit", not_self=True),
    "measures.record": ANY_ASSESSOR,
    "filings.mine": MEMBER,  # only what one owes oneself is listed
    "filings.read": OWN_OR_UNIT,
    "filings.file": Allow(own=True, admin=False),
    "filings.unlock": Allow(not_self=True),
    "filings.track": ANY_ASSESSOR,  # the tracker holds the assessed units only
    "ratings.mine": MEMBER,  # one's own sheets; who is not assigned is refused in words
    "ratings.manage": ADMIN,
    "results.read": OWN_OR_UNIT,
    "results.league": MEMBER,
    "results.manage": ADMIN,
    "reports.read": ANY_ASSESSOR,
    "cases.read": MEMBER,  # whoever has a part in the case, see kaohe.cases.rights; lists are limited by the query
    "cases.work": MEMBER,  # the hands that the kind of the case names for each step
    "cases.log": ANY_ASSESSOR,
    "cases.report": ANY_ASSESSOR,
    "surveys.read": MEMBER,  # which surveys and what of them is limited by the page
    "surveys.manage": ADMIN,
    "money.read": OWN_OR_UNIT,
    "money.list": ADMIN,
    "money.move": Allow(not_self=True),
    "consequences.list": ADMIN,
    "consequences.read": Allow(assessor="others"),  # oneself sees what was decided, on a page of its own
    "consequences.decide": Allow(not_self=True),
    "appeals.list": MEMBER,  # what it holds is limited by the query
    "appeals.read": OWN_OR_UNIT,
    "appeals.file": Allow(own=True),  # an administrator only for somebody, see kaohe.appeals.filing
    "appeals.own": Allow(own=True, admin=False),  # to sign, and to take one's own appeal back
    "appeals.decide": Allow(not_self=True),
    "appeals.carry_out": ADMIN,
    "signatures.read": ANY_ASSESSOR,  # the list holds the assessed units only
    "exemptions.read": ANY_ASSESSOR,
    "exemptions.set": Allow(not_self=True),
    "living.merge": ADMIN,
    "living.export": Allow(own=True),
    "living.erase": Allow(not_self=True),
}


def allowed(actor: Actor | None, action: str, place: Place | None = None) -> bool:
    """Whether `actor` (None: nobody signed in) may do `action` on what lies at `place`."""
    allow = POLICIES[action]
    if allow.public:
        return True
    if actor is None or (allow.not_self and actor.is_self(place)):
        return False
    return (
        allow.member
        or (allow.admin and actor.is_admin)
        or (allow.own and actor.is_self(place))
        or (allow.maker and place is not None and place.made_by == actor.person_id)
        or (allow.assessor == "any" and actor.is_assessor)
        or (
            allow.assessor in ("unit", "others")
            and place is not None
            and (actor.covers(place.unit_path) or actor.covers(place.past_path))
            and not (allow.assessor == "others" and actor.is_self(place))
        )
    )


def authorize(actor: Actor | None, action: str, *places: Place) -> None:
    """Raise `Forbidden` unless the actor may do `action` at every place named (or at all, when none is)."""
    for place in places or (None,):
        if not allowed(actor, action, place):
            raise Forbidden


def only_allowed(actor: Actor, action: str, found: Iterable[tuple[object, Place]]) -> list[object]:
    """The objects among `found` that the actor may act on."""
    return [thing for thing, place in found if allowed(actor, action, place)]
