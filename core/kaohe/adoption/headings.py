"""What the pages of a revision have in common: its heading, the way back, names of people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy import select

from kaohe.adoption import service as adoption
from kaohe.adoption.models import Revision
from kaohe.pages.current import current
from kaohe.people.models import Person
from kaohe.scheme import Scheme, Text


def names_of(ids: Sequence[int | str | None]) -> dict[int, str]:
    wanted = {int(one) for one in ids if one}
    if not wanted:
        return {}
    rows = current.session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def heading(revision: Revision) -> dict[str, Any]:
    """What stands on top of every page of a revision."""
    scheme = adoption.scheme_of(current.session, revision.id)
    return {"revision": revision, "scheme": scheme, "crumbs": crumbs(revision, scheme)}


def crumbs(revision: Revision, scheme: Scheme) -> list[tuple[Any, str]]:
    """The way back."""
    number = Text(f"第 {revision.number} 版", f"revision {revision.number}")
    return [
        (Text("方案", "Schemes"), url_for("adoption.index")),
        (scheme.title, url_for("adoption.show", revision=revision.id)),
        (number, ""),
    ]
