"""Pages of long work: one's own jobs (an admin: everybody's), and one job with its progress."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from kaohe.accounts.policy import Place
from kaohe.db import TenantSession
from kaohe.jobs import service
from kaohe.jobs.models import Job
from kaohe.jobs.worker import ring
from kaohe.pages import Pages, current, loader
from kaohe.pages.lists import ListState
from kaohe.people.models import Person
from kaohe.scheme import Text

pages = Pages("jobs", __name__, "/jobs")
PAGES = [pages]
STATES = ("waiting", "running", "done", "failed")


@loader("job")
def load_job(session: TenantSession, ident: int) -> tuple[Job, Place]:
    """A job lies with whoever asked for it."""
    job = session.need(Job, ident)
    return job, Place(made_by=job.created_by)


def start(kind: str, args: Mapping[str, Any], about: Text | None = None) -> Job:
    """Put a job of the person at hand down and ring for it once the request is committed."""
    job = service.enqueue(
        current.session,
        kind=kind,
        args=args,
        created_by=current.actor.person_id,
        now=current.now,
        about=about,
    )
    assert current.tenant is not None
    tenant_id = current.tenant.id
    current.after_commit.append(lambda: ring(tenant_id))
    return job


def described(job: Job) -> dict[str, Any]:
    """A job as the component that shows it wants it."""
    result = job.result or {}
    link = url_for(result["endpoint"], **result.get("values", {})) if result.get("endpoint") else ""
    return {
        "id": job.id,
        "title": service.title_of(job),
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "say": Text(*job.note) if job.note else "",
        "error": Text(*job.error) if job.error else "",
        "result_url": link,
        "result_name": Text(*result["name"]).say(current.language) if result.get("name") else "",
        "result_note": Text(*result["note"]).say(current.language) if result.get("note") else "",
        "poll": url_for("jobs.show", job=job.id),
    }


@pages.get("/", allow="reports.read")
def index() -> Any:
    """The jobs that one asked for; an admin sees everybody's."""
    shown = ListState.read(request.args, request.path, filters={"state": STATES}, per=20)
    asked = select(Job)
    if not current.actor.is_admin:
        asked = asked.where(Job.created_by == current.actor.person_id)
    if shown.filters.get("state"):
        asked = asked.where(Job.state == shown.filters["state"])
    page = shown.paged(current.session.scalar(select(func.count()).select_from(asked.subquery())) or 0)
    newest = asked.order_by(Job.created_at.desc(), Job.id.desc()).limit(page.per).offset(page.offset)
    jobs = list(current.session.scalars(newest))
    by = {job.created_by for job in jobs if job.created_by}
    names = dict(current.session.execute(select(Person.id, Person.name).where(Person.id.in_(by))).all())
    states = [
        ("waiting", _("排队中")),
        ("running", _("进行中")),
        ("done", _("完成")),
        ("failed", _("未完成")),
    ]
    rows = [(job, described(job), names.get(job.created_by, "")) for job in jobs]
    return render_template("jobs/index.html", list=shown, page=page, rows=rows, states=states)


@pages.get("/<id:job>", allow="jobs.read")
def show(job: Job) -> Any:
    """One job; asked by htmx, only its progress."""
    template = "jobs/progress.html" if request.headers.get("HX-Request") else "jobs/show.html"
    by = current.session.get(Person, job.created_by) if job.created_by else None
    answer = make_response(render_template(template, job=job, shown=described(job), by=by))
    if request.headers.get("HX-Request") and job.state in ("done", "failed"):
        answer.headers["HX-Refresh"] = "true"  # what the page shows around the job has changed too
    return answer
