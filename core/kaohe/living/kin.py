"""Which rows are about a person: found from the tables themselves, so that no feature can be forgotten.

A row is about a person when it names the person as `person_id` or `subject_id`, or when it hangs on such a row (an
entry's evidence, an account's sign-ins). Who merely recorded, decided or signed for somebody else is not what a row is
about. Anonymous answers name nobody and are nobody's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from kaohe.db.base import TenantModel
from kaohe.db.schema import load_models
from kaohe.db.walls import ERASED_NEVER_REWRITTEN

ABOUT = ("person_id", "subject_id")
"""The columns that say whom a row is about."""
PEOPLE = ("persons", "subjects")
ACTORS = ("deputy_of", "replaced_by")
DEEPEST = 3
SKIPPED = (
    "persons", "subjects", "audit_rows", "audit_links", "audit_details", "units", "merges", "erasures",
    "cases", "case_clocks",  # who handles a case is not whom it is about
)  # fmt: skip


@dataclass(frozen=True)
class Kin:
    """A table with rows about a person, and the condition that finds them."""

    model: type[Any]
    condition: ColumnElement[bool]

    @property
    def table(self) -> str:
        return str(self.model.__tablename__)

    @property
    def words(self) -> bool:
        """Whether its rows hold words that may be erased."""
        return ERASED_NEVER_REWRITTEN in self.model.__rules__

    def ids(self) -> Any:
        """The ids of the rows, as a query."""
        return select(self.model.id).where(self.condition)


def models() -> list[type[Any]]:
    """Every model of an organisation's tables, by name."""
    load_models()
    found = (mapper.class_ for mapper in TenantModel.registry.mappers)
    return sorted(found, key=lambda model: str(model.__tablename__))


def kin(person_ids: Collection[int]) -> list[Kin]:
    """Every table with rows about these persons (one person with the records merged into it), by name."""
    found: dict[str, Kin] = {}
    for model in models():
        own = [
            getattr(model, column).in_(person_ids)
            for column, target in model.__refs__.items()
            if column in ABOUT and target in PEOPLE
        ]
        if own and model.__tablename__ not in SKIPPED:
            found[model.__tablename__] = Kin(model, or_(*own))
    for _round in range(DEEPEST):
        new = {one.table: one for one in _hanging(found)}
        if not new:
            break
        found.update(new)
    return [found[name] for name in sorted(found)]


def _hanging(known: dict[str, Kin]) -> Iterator[Kin]:
    """The tables whose rows hang on rows that are known to be about the person."""
    for model in models():
        name = str(model.__tablename__)
        if name in known or name in SKIPPED:
            continue
        hooks = [
            getattr(model, column).in_(known[target].ids())
            for column, target in model.__refs__.items()
            if target in known and column not in ACTORS
        ]
        if hooks:
            yield Kin(model, or_(*hooks))


def files_named(person_ids: Collection[int]) -> list[Any]:
    """Queries for the ids of the files that rows about these persons name."""
    found = []
    for one in kin(person_ids):
        for column, target in one.model.__refs__.items():
            if target == "files":
                found.append(select(getattr(one.model, column)).where(one.condition))
    return found
