"""A tenant's schemes: from the sector's text to a numbered revision that everybody has read.

What other features call stands here by name; drafts, the memory of schemes and acknowledgements each have a
module of their own.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from kaohe.adoption.acknowledging import acknowledge, acknowledged, acknowledgement_of, readers, unread
from kaohe.adoption.composing import OWN, say_edit
from kaohe.adoption.drafts import (
    Scope,
    adopt,
    adopt_start,
    discard,
    draft_next,
    renew,
    restart,
    revision_on,
    revisions,
    scope_of,
    when_adopted,
)
from kaohe.adoption.editing import change_figure, set_scope, settle_doubt
from kaohe.adoption.models import Adoption, Revision
from kaohe.adoption.schemes import base_of, compiled_of, scheme_of
from kaohe.db import TenantSession

__all__ = [
    "OWN",
    "Scope",
    "acknowledge",
    "acknowledged",
    "acknowledgement_of",
    "adopt",
    "adopt_start",
    "adoptions",
    "base_of",
    "change_figure",
    "compiled_of",
    "discard",
    "draft_next",
    "readers",
    "renew",
    "restart",
    "revision_on",
    "revisions",
    "revisions_of_all",
    "say_edit",
    "scheme_of",
    "scope_of",
    "set_scope",
    "settle_doubt",
    "unread",
    "when_adopted",
]


def adoptions(session: TenantSession) -> list[Adoption]:
    """All schemes that the tenant uses or prepares, the oldest first."""
    return list(session.scalars(select(Adoption).order_by(Adoption.created_at, Adoption.id)))


def revisions_of_all(session: TenantSession, found: Iterable[Adoption]) -> dict[int, list[Revision]]:
    """The revisions of several adoptions by adoption id, the newest first, in one query."""
    by_adoption: dict[int, list[Revision]] = {adoption.id: [] for adoption in found}
    query = select(Revision).where(Revision.adoption_id.in_(by_adoption)).order_by(Revision.number.desc())
    for revision in session.scalars(query):
        by_adoption[revision.adoption_id].append(revision)
    return by_adoption
