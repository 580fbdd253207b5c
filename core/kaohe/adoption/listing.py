"""What the adoption pages show, read for the request at hand; decides nothing and writes only the next draft."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import request
from sqlalchemy import select

from kaohe.adoption import calendar
from kaohe.adoption import service as adoption
from kaohe.adoption.calendar import Dated
from kaohe.adoption.differences import differences, say_setting
from kaohe.adoption.document import document
from kaohe.adoption.figures import figure_text
from kaohe.adoption.headings import heading, names_of
from kaohe.adoption.models import Acknowledgement, Adoption, Revision
from kaohe.pages.current import current
from kaohe.people import service as people
from kaohe.plugins import Registry
from kaohe.scheme import Scheme, Text, say_effect
from kaohe.tenants import service as tenants


def index(registry: Registry) -> dict[str, Any]:
    """Schemes in use with their revisions, schemes on offer, and plugins that could not be loaded."""
    held = adoption.adoptions(current.session)
    revisions = adoption.revisions_of_all(current.session, held)
    mine = _read_by_me()
    rows = []
    for one in held:
        shown = [each for each in revisions[one.id] if each.state == "adopted" or current.actor.is_admin]
        scheme = _title_scheme(registry, one, shown)
        in_force = next((each for each in shown if _started(each)), None)
        rows.append(
            {
                "adoption": one,
                "title": scheme.title if scheme else Text(one.scheme_code, one.scheme_code),
                "sector": _sector_title(registry, one.sector),
                "revisions": shown,
                "in_force": in_force,
                "coming": next(
                    (each for each in shown if each.state == "adopted" and not _started(each)), None
                ),
                "draft": next((each for each in shown if each.state == "draft"), None),
                "names": names_of([each.adopted_by for each in shown]),
                "read_at": mine.get(in_force.id) if in_force else None,
                "missing": one.sector not in registry.sectors,
                "empty": not revisions[one.id],
            }
        )
    visible = [row for row in rows if row["revisions"] or current.actor.is_admin]
    return {
        "rows": visible,
        "today": current.today,
        "offered": _offers(registry, held),
        "faults": sorted(registry.faults.items()),
    }


def _started(revision: Revision) -> bool:
    return (
        revision.state == "adopted" and revision.starts_on is not None and revision.starts_on <= current.today
    )


def _title_scheme(registry: Registry, held: Adoption, revisions: Sequence[Revision]) -> Scheme | None:
    if revisions:
        return adoption.scheme_of(current.session, revisions[0].id)
    sector = registry.sectors.get(held.sector)
    return next((one for one in (sector.schemes if sector else ()) if one.code == held.scheme_code), None)


def _sector_title(registry: Registry, code: str) -> Text:
    sector = registry.sectors.get(code)
    return sector.title if sector else Text(code, code)


def _offers(registry: Registry, held: Sequence[Adoption]) -> list[dict[str, Any]]:
    """Schemes of switched-on sectors that the tenant does not use yet."""
    taken = {one.scheme_code for one in held}
    found = []
    for code in tenants.sectors_on(current.session):
        sector = registry.sectors.get(code)
        for scheme in sector.schemes if sector else ():
            if scheme.code not in taken:
                found.append({"scheme": scheme, "sector": sector, "clauses": len(scheme.clauses())})
    return found


def _read_by_me() -> dict[int, datetime]:
    query = select(Acknowledgement.revision_id, Acknowledgement.at).where(
        Acknowledgement.person_id == current.actor.person_id
    )
    return {row.revision_id: row.at for row in current.session.execute(query)}


def document_page(registry: Registry, revision: Revision) -> dict[str, Any]:
    """Everything on the page of a revision."""
    scheme = adoption.scheme_of(current.session, revision.id)
    base = adoption.base_of(current.session, revision.id)
    held = current.session.need(Adoption, revision.adoption_id)
    doc = document(scheme, base, revision.settled, current.language)
    draft = revision.state == "draft"
    earlier = [one for one in adoption.revisions(current.session, held) if one.number < revision.number]
    answers = [one.answer or {} for one in doc.doubts]
    mine = adoption.acknowledgement_of(current.session, revision, current.actor.person_id)
    return {
        **heading(revision),
        "doc": doc,
        "today": current.today,
        "refusal": None,
        "at": "",
        "typed": {},
        "draft": draft,
        "editable": draft and current.actor.is_admin,
        "unfolded": request.args.get("all") == "1" or not draft,
        "earlier": earlier[0] if earlier else None,
        "names": names_of([revision.adopted_by, revision.created_by, *[one.get("by") for one in answers]]),
        "moments": {one.doubt.code: _instant(one.answer) for one in doc.answered},
        "under": calendar.under(current.session, revision.id),
        "reading": reading(revision) if not draft and current.actor.is_admin else None,
        "read_at": mine.at if mine else None,
        "renewable": draft and _newer(registry, held, base),
        "scope": scope_words(revision),
        "effects": lambda one: say_effect(one, current.language),
        "figure_text": figure_text,
        "say_setting": say_setting,
        "deadline": _deadline(revision),
        "sector": _sector_title(registry, held.sector),
        "cycle": cycle_words(scheme),
        "reopened": request.args.get("change") or "",
    }


def _instant(answer: Any) -> datetime | None:
    return datetime.fromisoformat(answer["at"]) if answer and answer.get("at") else None


def _deadline(revision: Revision) -> date | None:
    """When the periods under a draft could start: the first planned one's first day."""
    days = first_days(revision)
    return days[0].starts_on if days else None


def _newer(registry: Registry, held: Adoption, base: Scheme) -> bool:
    """Whether the sector's plugin brings another text than the draft was made from."""
    sector = registry.sectors.get(held.sector)
    return sector is not None and any(one.code == base.code and one != base for one in sector.schemes)


def cycle_words(scheme: Scheme) -> Text:
    """每月, 每季度, …"""
    words = {
        "month": Text("每月", "monthly"),
        "quarter": Text("每季度", "quarterly"),
        "half": Text("每半年", "half-yearly"),
        "year": Text("每年", "yearly"),
        "custom": Text("自定周期", "own periods"),
    }
    return words[scheme.cycle.kind]


def scope_words(revision: Revision) -> dict[str, Any]:
    """Who takes part: unit names (None: all) and the minimum of days."""
    held = adoption.scope_of(current.session, revision.id)
    names = None
    if held.unit_ids is not None:
        names = [unit.name for unit in people.units(current.session) if unit.id in held.unit_ids]
    return {"units": names, "minimum_days": held.minimum_days}


def reading(revision: Revision) -> dict[str, Any]:
    """How many of those who take part now have acknowledged."""
    day = max(current.today, revision.starts_on or current.today)
    due = adoption.readers(current.session, revision, starts_on=day, ends_on=day)
    done = adoption.acknowledged(current.session, revision)
    return {"due": len(due), "done": len(done & due.keys())}


# ---------- adopting, comparing, reading ----------


def first_days(revision: Revision) -> Sequence[Dated]:
    """The planned periods with which a draft could start, in order."""
    return calendar.first_days(current.session, revision.adoption_id)


def before_adopting(revision: Revision) -> dict[str, Any]:
    """What the admin should see once more: changes, doubts, who has to read it."""
    scheme = adoption.scheme_of(current.session, revision.id)
    base = adoption.base_of(current.session, revision.id)
    earlier = _previous(revision)
    old = adoption.scheme_of(current.session, earlier.id) if earlier else base
    return {
        "open_doubts": scheme.open_doubts(),
        "rows": differences(old, scheme, current.language),
        "earlier": earlier,
        "scope": scope_words(revision),
    }


def _previous(revision: Revision) -> Revision | None:
    held = current.session.need(Adoption, revision.adoption_id)
    return next(
        (one for one in adoption.revisions(current.session, held) if one.number < revision.number), None
    )


def next_draft(held: Adoption) -> Revision:
    """The open draft, or a new one."""
    newest = adoption.revisions(current.session, held)
    if newest and newest[0].state == "draft":
        return newest[0]
    return adoption.draft_next(current.session, held, actor=current.actor, now=current.now)


def comparison(revision: Revision, other: Revision | None) -> dict[str, Any]:
    """Two revisions, the older one first; without another one the sector's own text is compared."""
    held = current.session.need(Adoption, revision.adoption_id)
    all_ = [
        one
        for one in adoption.revisions(current.session, held)
        if one.state == "adopted" or current.actor.is_admin
    ]
    asked = request.args.get("with")
    if other is None and asked is None:
        other = next((one for one in all_ if one.number < revision.number), None)
    if other is not None and other.number > revision.number:
        revision, other = other, revision
    new = adoption.scheme_of(current.session, revision.id)
    old = (
        adoption.scheme_of(current.session, other.id)
        if other
        else adoption.base_of(current.session, revision.id)
    )
    return {
        **heading(revision),
        "other": other,
        "all": all_,
        "rows": [*differences(old, new, current.language), *_scopes(other, revision)],
    }


def _scopes(old: Revision | None, new: Revision) -> list[dict[str, Any]]:
    before, after = (_scope_said(one) for one in (old, new))
    if before == after:
        return []
    return [{"kind": "scope", "title": Text("参加范围", "who takes part"), "old": before, "new": after}]


def _scope_said(revision: Revision | None) -> str | None:
    words: dict[str, Any] = scope_words(revision) if revision else {"units": None, "minimum_days": 0}
    zh = current.language == "zh"
    units = (
        ("全部部门" if zh else "all units")
        if words["units"] is None
        else ("、" if zh else ", ").join(words["units"])
    )
    days = words["minimum_days"]
    said = f"至少 {days} 天" if zh else f"at least {days} days"
    return f"{units} · {said}" if days else units
