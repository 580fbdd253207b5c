"""The panels on the pages of a result and of an entry: sign, appeal, what became of it."""

from __future__ import annotations

from typing import Any

from kaohe.accounts.policy import allowed
from kaohe.appeals import service
from kaohe.entries.models import Entry
from kaohe.entries.service import place_of
from kaohe.pages import current
from kaohe.pages.panels import Panel, panel
from kaohe.people.models import Person
from kaohe.periods.models import Period
from kaohe.results import service as results


@panel("results.show", place=10)
def on_result(*, period: Period, subject: Any, **_more: Any) -> Panel | None:
    """Signature and appeals of one result, while it is published and after."""
    if period.state not in ("published", "final", "open", "closed"):
        return None
    session, actor = current.session, current.actor
    signed = service.signatures_of(session, period, subject.id)
    views = service.about_subject(session, period, subject.id)
    if period.state in ("open", "closed") and not signed and not views:
        return None
    own = service.may_speak(session, actor, subject.id)
    run = results.standing_run(session, period) if period.state in ("published", "final") else None
    now_signed = next((one for one in signed if one.standing), None) if run is not None else None
    end = service.deadline(period, current.today)
    may_appeal = period.state == "published" and run is not None
    return Panel(
        "appeals/on_result.html",
        {
            "here": period,
            "subject": subject,
            "own": own,
            "run": run,
            "signed": now_signed,
            "earlier": [one for one in signed if one is not now_signed],
            "holds": now_signed is None or run is None or service.holds(session, run, now_signed.signature),
            "views": views,
            "end": end,
            "appealed": may_appeal and run is not None and service.appealed(session, subject.id, run.id),
            "may_appeal": may_appeal and ((own and not end.over) or (actor.is_admin and not own)),
        },
    )


@panel("results.sheet")
def on_sheet(*, period: Period, subject: Any) -> Panel | None:
    """On paper: who signed in the browser and when, where the signed computation stands and still says what it said."""
    session = current.session
    run = results.standing_run(session, period) if period.state in ("published", "final") else None
    signed = service.signatures_of(session, period, subject.id) if run is not None else []
    now = next((one for one in signed if one.standing), None)
    if now is None or run is None or not service.holds(session, run, now.signature):
        return None
    who = session.need(Person, now.signature.signed_by).name
    return Panel("appeals/on_sheet.html", {"who": who, "signed": now})


@panel("results.finalise")
def before_sealing(*, period: Period) -> Panel | None:
    """In the question before a period is sealed: how many have not signed."""
    run = results.standing_run(current.session, period) if period.state == "published" else None
    left = service.unsigned(current.session, run) if run is not None else 0
    return Panel("appeals/before_sealing.html", {"unsigned": left}) if left else None


@panel("entries.show", place=10)
def on_entry(*, entry: Entry, period: Period, **_more: Any) -> Panel | None:
    """The appeals against an entry, and the way to appeal against it."""
    session, actor = current.session, current.actor
    views = service.about_entry(session, entry)
    own = service.may_speak(session, actor, entry.subject_id)
    end = service.deadline(period, current.today)
    files = allowed(actor, "appeals.file", place_of(session, entry))
    stands = period.state == "published" and entry.replaced_by is None
    may_appeal = (
        stands
        and files
        and (not end.over if own else True)
        and not service.appealed(session, entry.subject_id, entry.id)
    )
    if not views and not may_appeal and not (own and stands):
        return None
    return Panel(
        "appeals/on_entry.html",
        {"entry": entry, "here": period, "views": views, "own": own, "end": end, "may_appeal": may_appeal},
    )
