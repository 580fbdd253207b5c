"""What the pages of one appeal show, and what the viewer may do about it."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from kaohe.accounts.policy import allowed
from kaohe.adoption import service as adoption
from kaohe.appeals import reading, service
from kaohe.appeals.forms import DecideForm
from kaohe.appeals.jobs import CARRY_OUT
from kaohe.appeals.models import Appeal
from kaohe.appeals.signing import standing_result
from kaohe.appeals.telling import name_of, thing_of
from kaohe.entries import moved, scene
from kaohe.entries import reading as entry_reading
from kaohe.entries.models import Entry
from kaohe.jobs.models import Job
from kaohe.jobs.views import described
from kaohe.pages import current
from kaohe.people.models import Person
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results.grouping import where_said
from kaohe.scheme import Text

REMEDIES = {
    "withdraw": Text("撤回这条记录", "Withdraw the entry"),
    "correct": Text("更正这条记录的数值", "Correct the entry's figure"),
    "add": Text("补记一条", "Add an entry"),
    "recompute": Text("重新计算（人员资料等已更正）", "Compute anew (facts were put right)"),
    "none": Text("已经改正，不用再办", "Put right already; nothing to do"),
}
STEP_WORDS = {
    "filed": Text("提出申诉", "Filed"),
    "taken_up": Text("受理", "Taken up"),
    "upheld": Text("决定：成立", "Decided: upheld"),
    "rejected": Text("决定：不成立", "Decided: rejected"),
    "withdrawn": Text("申诉人撤回", "Withdrawn by the appellant"),
    "hindered": Text("未能执行", "Could not be carried out"),
    "carried_out": Text("已执行", "Carried out"),
}


def entry_view(session: Any, period: Period, entry: Entry | None) -> Any:
    """The entry as its own page shows it, with what it moved."""
    if entry is None:
        return None
    scheme = adoption.scheme_of(session, period.revision_id)
    chain = moved.with_effects(session, period, scheme, entry_reading.chain(session, entry))
    return next((one for one in chain if one.entry.id == entry.id), None)


def file_page(period: Period, subject_id: int, entry: Entry | None) -> dict[str, Any]:
    """The variables of the form to file an appeal."""
    session = current.session
    own = service.may_speak(session, current.actor, subject_id)
    end = service.deadline(period, current.today)
    if period.state == "published":
        standing_result(session, period, subject_id)
    back = (
        url_for("entries.show", entry=entry.id)
        if entry is not None
        else url_for("results.show", period=period.id, subject=subject_id)
    )
    thing = entry.id if entry is not None else _run_id(period)
    return {
        "here": period,
        "period_title": periods.title_of(period),
        "name": name_of(session, subject_id),
        "own": own,
        "entry": entry_view(session, period, entry),
        "thing": thing_of(session, period, entry),
        "end": end,
        "shut": period.state != "published" or (end.over and own),
        "again": thing is not None and service.appealed(session, subject_id, thing),
        "back": back,
        "page_title": _("提出申诉"),
    }


def _run_id(period: Period) -> int | None:
    from kaohe.results import service as results

    run = results.standing_run(current.session, period)
    return None if run is None else run.id


def appeal_page(appeal: Appeal, *, form: DecideForm | None = None) -> dict[str, Any]:
    """The variables of one appeal's page."""
    session, actor = current.session, current.actor
    view = service.view_of(session, appeal)
    steps = service.steps_of(session, appeal)
    entry = session.get(Entry, appeal.entry_id) if appeal.entry_id else None
    may_decide = allowed(actor, "appeals.decide", current.places.get("appeal"))
    refusal = service.why_not(session, appeal, actor) if may_decide else None
    shown = form or decide_form(appeal)
    before, after = reading.before_and_after(session, appeal, view.done.done_at if view.done else None)
    filer = session.get(Person, appeal.filed_by)
    scheme = adoption.scheme_of(session, view.period.revision_id)
    return {
        "view": view,
        "appeal": appeal,
        "here": view.period,
        "period_title": periods.title_of(view.period),
        "entry": entry_view(session, view.period, entry),
        "scheme": scheme,
        "ranked_where": where_said(scheme),
        "steps": steps,
        "step_words": STEP_WORDS,
        "remedies": REMEDIES,
        "files": reading.files_of(session, appeal),
        "filer": filer.name if filer and appeal.filed_by != appeal.subject_id else "",
        "before": before,
        "after": after,
        "others": reading.moved(session, before.run_id, after.run_id) if before and after else 0,
        "may_decide": may_decide and view.open,
        "why_not": refusal,
        "may_take_up": may_decide and view.state == "filed" and not actor.is_me(appeal.filed_by),
        "may_withdraw": view.open and service.may_speak(session, actor, appeal.subject_id),
        "may_carry": view.state == "upheld" and allowed(actor, "appeals.carry_out"),
        "may_settle": may_decide
        and view.state == "upheld"
        and any(one.step.step == "hindered" for one in steps),
        "form": shown,
        "asks": _asks(view.period, entry),
        "page_title": _("申诉：%(name)s", name=view.name),
    }


def _asks(period: Period, entry: Entry | None) -> str:
    """Which figure a corrected entry takes."""
    if entry is None:
        return ""
    scheme = adoption.scheme_of(current.session, period.revision_id)
    pick = scene.pick_of(scheme, entry.clause_id)
    return pick.asks if pick else ""


def decide_form(appeal: Appeal) -> DecideForm:
    """The form with the remedies that this appeal can have."""
    form = DecideForm()
    period = current.session.need(Period, appeal.period_id)
    scheme = adoption.scheme_of(current.session, period.revision_id)
    kinds = service.remedies_for(current.session, appeal)
    form.remedy.choices = [SelectChoice(kind, REMEDIES[kind].say(current.language)) for kind in kinds]
    picks = [pick for group in scene.groups(scheme) for pick in group.picks]
    form.clause_id.choices = [
        SelectChoice("", _("请选择")),
        *(SelectChoice(str(pick.id), pick.title.say(current.language)) for pick in picks),
    ]
    if not form.is_submitted() and len(kinds) == 1:
        form.remedy.data = kinds[0]
    return form


def carry_out_page(period: Period) -> dict[str, Any]:
    """The variables of the page that carries decisions out."""
    session = current.session
    waiting = service.pending(session, period)
    views = [(service.view_of(session, appeal), step) for appeal, step in waiting]
    newest = select(Job).where(Job.kind == CARRY_OUT).order_by(Job.created_at.desc(), Job.id.desc()).limit(50)
    job = next(
        (one for one in session.scalars(newest) if str(one.args.get("period")) == str(period.id)), None
    )
    return {
        "here": period,
        "period_title": periods.title_of(period),
        "waiting": views,
        "remedies": REMEDIES,
        "job": described(job) if job else None,
        "running": job is not None and job.state in ("waiting", "running"),
        "shut": period.state in ("open", "final"),
        "page_title": _("执行申诉决定"),
    }
