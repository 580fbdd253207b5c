"""Units, persons, and the dated facts about them. Dates are inclusive; an open end is null."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import ERASED_NEVER_REWRITTEN, Instant, Json, Kept, Keyed, Points, Rule, TenantModel
from kaohe.db.versions import Versioned


class Unit(Versioned, TenantModel):
    """A node of the tenant's tree; `path` is "/<root id>/…/<own id>/"."""

    __tablename__ = "units"
    __refs__ = {"parent_id": "units"}
    __indexes__ = (("path",), ("parent_id", "place"))

    name: Mapped[str]
    code: Mapped[str | None]
    parent_id: Mapped[int | None]
    path: Mapped[str]
    place: Mapped[int] = mapped_column(default=0)
    closed_on: Mapped[date | None]


class Person(Versioned, TenantModel):
    """Somebody on the staff list; `initials` is the pinyin search key (see people.pinyin)."""

    __tablename__ = "persons"
    __unique__ = (("number",),)
    __indexes__ = (("name",), ("initials",))

    number: Mapped[str]
    name: Mapped[str]
    initials: Mapped[str]
    phone: Mapped[str | None]
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    note: Mapped[str | None]


_NOT_ITSELF = (
    "NEW.id IS DISTINCT FROM COALESCE(NEW.person_id, NEW.unit_id) "
    "OR (NEW.person_id IS NOT NULL AND NEW.unit_id IS NOT NULL)"
)


class Subject(TenantModel):
    """Who or what is assessed; its id is the person's or the unit's own id."""

    __tablename__ = "subjects"
    __refs__ = {"person_id": "persons", "unit_id": "units"}
    __rules__ = (Rule("foreign", "INSERT", _NOT_ITSELF), Rule("foreign", "UPDATE", _NOT_ITSELF))

    person_id: Mapped[int | None]
    unit_id: Mapped[int | None]


class Membership(TenantModel):
    """A person in a unit with a position, over dates; at most one at a time."""

    __tablename__ = "memberships"
    __refs__ = {"person_id": "persons", "unit_id": "units"}
    __indexes__ = (("person_id", "starts_on"), ("unit_id", "starts_on"))

    person_id: Mapped[int]
    unit_id: Mapped[int]
    position: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Attribute(TenantModel):
    """A dated fact about a person that a sector declares (a level, a title); the later start wins."""

    __tablename__ = "attributes"
    __refs__ = {"person_id": "persons", "recorded_by": "persons"}
    __indexes__ = (("person_id", "name", "starts_on"),)

    person_id: Mapped[int]
    name: Mapped[str]
    value: Mapped[Any] = mapped_column(Json)
    starts_on: Mapped[date]
    origin: Mapped[str] = mapped_column(default="recorded")  # recorded | opening | imported | decided
    reason: Mapped[str | None]
    recorded_by: Mapped[int | None]
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class Leave(TenantModel):
    """Days on which a person was away; it shortens the days that participation counts."""

    __tablename__ = "leaves"
    __refs__ = {"person_id": "persons"}
    __indexes__ = (("person_id", "starts_on"),)

    person_id: Mapped[int]
    kind: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    note: Mapped[str | None]


class EarlierResult(TenantModel):
    """A result from before the organisation used Kaohe, taken over at the start."""

    __tablename__ = "earlier_results"
    __refs__ = {"person_id": "persons"}
    __unique__ = (("person_id", "scheme_code", "starts_on"),)

    person_id: Mapped[int]
    scheme_code: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    score: Mapped[Decimal | None] = mapped_column(Points)
    grade: Mapped[str | None]


class Merge(TenantModel):
    """One record went into another: what is new belongs to `kept_id`; what is sealed keeps the id it has.

    `moved` holds ids and days only: what was moved, so that it can be followed. A record goes into another once, and
    not into one that is gone itself.
    """

    __tablename__ = "merges"
    __refs__ = {"kept_id": "persons", "gone_id": "persons", "done_by": "persons"}
    __unique__ = (("gone_id",),)
    __indexes__ = (("kept_id",),)
    __kept__ = Kept.APPEND_ONLY
    __rules__ = (
        Rule("self", "INSERT", "NEW.kept_id = NEW.gone_id OR NEW.done_by IN (NEW.kept_id, NEW.gone_id)"),
        Rule(
            "gone",
            "INSERT",
            "EXISTS (SELECT 1 FROM merges m WHERE m.tenant_id = NEW.tenant_id AND m.gone_id = NEW.kept_id)",
        ),
    )

    kept_id: Mapped[int]
    gone_id: Mapped[int]
    from_day: Mapped[date]
    done_by: Mapped[int]
    done_at: Mapped[datetime] = mapped_column(Instant)
    moved: Mapped[Any] = mapped_column(Json)


class MergeReason(TenantModel):
    """Why two records are one person's."""

    __tablename__ = "merge_reasons"
    __refs__ = {"id": "merges"}
    __erasable__ = ("words",)
    __rules__ = (ERASED_NEVER_REWRITTEN,)

    words: Mapped[str]


class ImportDraft(TenantModel):
    """A file that somebody is about to import: what was read, the mapping, the choices made so far."""

    __tablename__ = "import_drafts"
    __refs__ = {"created_by": "persons"}
    __indexes__ = (Keyed(("kind", "created_at")),)

    kind: Mapped[str]
    name: Mapped[str]
    content: Mapped[Any] = mapped_column(Json)
    choices: Mapped[Any] = mapped_column(Json)
    created_by: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Instant)
    written_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[Any | None] = mapped_column(Json)
