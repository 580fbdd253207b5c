"""The page on which an admin takes a period through its life: completeness, closing, results, checks, decisions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from kaohe.jobs import service as jobs
from kaohe.jobs.models import Job
from kaohe.jobs.views import described
from kaohe.pages import current
from kaohe.people.models import Person
from kaohe.periods import service as periods
from kaohe.periods.models import Period, PeriodStep
from kaohe.results import service as results
from kaohe.results.forms import ReopenForm, StepForm
from kaohe.results.jobs import CLOSE, RECOUNT, REPLAY
from kaohe.results.listening import called_for
from kaohe.results.listing import distribution, grade_rows
from kaohe.results.models import Result, Run
from kaohe.results.trend import run_means
from kaohe.scheme import Text

KINDS = (CLOSE, REPLAY, RECOUNT)
SHOWN_JOBS = 30


def manage_page(period: Period, *, reopen: ReopenForm | None = None) -> dict[str, Any]:
    """The variables of the page."""
    runs = results.runs(current.session, period)
    standing = next((run for run in runs if run.standing), None)
    stored = period.state not in ("planned", "open") and standing is not None
    closing = results.is_closing(current.session, period)
    complete = results.completeness(current.session, period) if period.state == "open" else None
    last = last_jobs(period)
    means = run_means(current.session, [run.id for run in runs])
    league = results.league(current.session, period) if stored else None
    numbers = results.statistics(league, league.lines) if league else None
    return {
        "here": period,
        "period_title": periods.title_of(period),
        "closing": closing,
        "complete": complete,
        "complete_rows": complete.rows(_unit_url(period)) if complete else [],
        "lacks": [(lack.title, lack.count) for lack in complete.lacks[:6]] if complete else [],
        "jobs": {kind: described(job) for kind, job in last.items() if kind == CLOSE or _of(standing, job)},
        "replayed": _outcome(last.get(REPLAY), standing),
        "recounted": _outcome(last.get(RECOUNT), standing),
        "numbers": numbers,
        "chart": distribution(numbers) if numbers else None,
        "grades": grade_rows(league, numbers) if league and numbers else [],
        "stored": stored,
        "runs": [(run, _name(run.by), means.get(run.id)) for run in runs],
        "compared": _compared(runs),
        "history": [_step(step) for step in periods.history(current.session, period)],
        "proposed": called_for(current.session, period),
        "actor": current.actor,
        "step_form": StepForm(version=period.version, formdata=None),
        "reopen": reopen or ReopenForm(version=period.version, formdata=None),
        "early": current.today < period.entries_until,
        "publicity_left": max((period.published_until - current.today).days + 1, 0),
        "too_late_to_object": current.today > period.published_until,
        "page_title": _("办理周期"),
    }


def _unit_url(period: Period) -> Any:
    return lambda unit: url_for("results.league", period=period.id, unit=unit.unit_id)


def last_jobs(period: Period) -> dict[str, Job]:
    """The newest job of each kind about this period."""
    query = (
        select(Job)
        .where(Job.kind.in_(KINDS))
        .order_by(Job.created_at.desc(), Job.id.desc())
        .limit(SHOWN_JOBS * 10)
    )
    found: dict[str, Job] = {}
    for job in current.session.scalars(query):
        if str(job.args.get("period")) == str(period.id):
            found.setdefault(job.kind, job)
    return found


def living_job(period: Period, kind: str) -> Job | None:
    """The job of this kind about this period that waits or runs."""
    found = jobs.living(current.session, kind)
    return next((job for job in found if str(job.args.get("period")) == str(period.id)), None)


def _of(standing: Run | None, job: Job) -> bool:
    """Whether a check is about the run that stands now, not about one that another has replaced."""
    return standing is not None and job.created_at >= standing.at


def _outcome(job: Job | None, standing: Run | None) -> dict[str, Any] | None:
    """What the last check found, if it was about the run that stands now."""
    if job is None or job.state != "done" or not job.result or not _of(standing, job):
        return None
    rows = [
        {
            "name": one["name"],
            "number": one["number"],
            "subject": one["subject"],
            "stored": None if one["stored"] is None else Decimal(one["stored"]),
            "now": None if one["now"] is None else Decimal(one["now"]),
            "texts": [Text(*text) for text in one["texts"]],
        }
        for one in job.result.get("differences", ())
    ]
    return {**job.result, "rows": rows, "at": job.ended_at}


def _name(person_id: int | None) -> str:
    person = current.session.get(Person, person_id) if person_id else None
    return person.name if person else _("系统")


def _compared(runs: Sequence[Run]) -> dict[str, Any] | None:
    """Whose score differs between the two newest runs."""
    if len(runs) < 2:
        return None
    new, old = runs[0], runs[1]
    scores: dict[int, list[Any]] = {}
    for place, run in enumerate((old, new)):
        query = select(Result.subject_id, Result.score, Result.rank_all).where(Result.run_id == run.id)
        for subject, score, rank in current.session.execute(query):
            scores.setdefault(subject, [None, None, None, None])[place * 2 : place * 2 + 2] = [score, rank]
    changed = {subject: four for subject, four in scores.items() if four[0] != four[2]}
    shown = sorted(
        changed, key=lambda subject: -abs((changed[subject][2] or 0) - (changed[subject][0] or 0))
    )[:50]
    names = dict(current.session.execute(select(Person.id, Person.name).where(Person.id.in_(shown))).all())
    rows = [
        {"subject": subject, "name": names.get(subject, ""), "four": changed[subject]} for subject in shown
    ]
    return {"new": new, "old": old, "rows": rows, "count": len(changed)}


def _step(step: PeriodStep) -> dict[str, Any]:
    said = periods.STATE_WORDS
    titles = {
        ("planned", "open"): _("开放录入"),
        ("open", "closed"): _("停止录入并计算"),
        ("closed", "published"): _("公示"),
        ("published", "final"): _("定稿封存"),
        ("closed", "open"): _("重新开放"),
        ("published", "open"): _("重新开放"),
    }
    title = titles.get((step.before, step.after), said[step.after].say(current.language))
    kind = "done" if step.after != "open" or step.before == "planned" else "minus"
    when = step.at.astimezone(_zone())
    return {
        "time": f"{when:%Y-%m-%d %H:%M}",
        "title": title,
        "text": _name(step.by) + (_("：") + step.reason if step.reason else ""),
        "kind": kind,
    }


def _zone() -> Any:
    return ZoneInfo(current.tenant.zone if current.tenant else "Asia/Shanghai")
