"""Writing confirmed earlier results: everything in one transaction, or nothing at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from kaohe.db import TenantSession, new_id
from kaohe.people.intake.preview import NEW, UPDATED
from kaohe.people.intake.results import Earlier, preview_results, scheme_of
from kaohe.people.models import EarlierResult, ImportDraft
from kaohe.people.refusals import AlreadyWritten, ChangedMeanwhile, DoubtsOpen

CHUNK = 400


def write_results(
    session: TenantSession,
    draft: ImportDraft,
    *,
    seal: str | None,
    schemes: Sequence[Any],
    words: Mapping[str, Any],
    now: datetime,
) -> dict[str, int]:
    """Write what the preview with that seal showed; raises as `write_roster` does."""
    if draft.written_at is not None:
        raise AlreadyWritten
    preview = preview_results(session, draft, schemes=schemes, words=words)
    if preview.open:
        raise DoubtsOpen(n=preview.open)
    if seal is not None and seal != preview.seal():
        raise ChangedMeanwhile
    scheme = scheme_of(draft, schemes)
    works = [line.work for line in preview.lines if line.kind in (NEW, UPDATED)]
    fresh = [
        {
            "id": new_id(),
            "person_id": work.person_id,
            "scheme_code": scheme.code,
            "starts_on": one.stretch.starts_on,
            "ends_on": one.stretch.ends_on,
            "score": one.score,
            "grade": one.grade,
        }
        for work in works
        for one in work.found
        if one.stretch not in work.ids
    ]
    if fresh:
        session.execute(insert(EarlierResult), fresh)
    _replace(
        session, {ident: one for work in works for one in work.found if (ident := work.ids.get(one.stretch))}
    )
    counts = preview.counts()
    draft.written_at, draft.outcome = now, counts
    session.flush()
    return counts


def _replace(session: TenantSession, changed: dict[int, Earlier]) -> None:
    ids = list(changed)
    for start in range(0, len(ids), CHUNK):
        for row in session.scalars(
            select(EarlierResult).where(EarlierResult.id.in_(ids[start : start + CHUNK]))
        ):
            one = changed[row.id]
            row.score, row.grade, row.ends_on = one.score, one.grade, one.stretch.ends_on
        session.flush()
