"""Pages of living on: merging two records, a person's data as an archive, erasing a leaver."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from kaohe.accounts.policy import allowed
from kaohe.errors import Forbidden, NotFound, Refusal
from kaohe.jobs.models import Job
from kaohe.jobs.views import described, start
from kaohe.living import erasing, merging, refusals
from kaohe.living.forms import EraseForm, MergeForm
from kaohe.living.jobs import ERASE, EXPORT, archive_path
from kaohe.pages import Pages, choose, current
from kaohe.pages.panels import Panel, panel
from kaohe.pages.picked import is_unseen
from kaohe.people import service as people
from kaohe.people.models import Person
from kaohe.people.refusals import PersonNotFound
from kaohe.periods import service as periods
from kaohe.scheme import Text

RECORDS = ("kept", "gone")
"""The fields of the two records: the one that is kept, the one that goes into it."""
WHICH = {
    "kept": Text("保留的档案", "the record to keep"),
    "gone": Text("并入的档案", "the record that goes into it"),
}

pages = Pages("living", __name__, "/living")
PAGES = [pages]


@pages.form("/merge", allow="living.merge")
def merge() -> Any:
    """Pick two records, look at what would move, then merge them."""
    form, status, plan = MergeForm(), 200, None
    refusal: Refusal | None = None
    errors: dict[str, str] = {}
    typed = {name: request.values.get(f"{name}_text", "") for name in RECORDS}
    try:
        kept, gone = (_picked(name, typed[name]) for name in RECORDS)
        typed |= {
            name: _said(one) for name, one in zip(RECORDS, (kept, gone), strict=True) if one is not None
        }
        if kept is not None and gone is not None:
            plan = merging.plan(current.session, kept, gone, actor=current.actor)
        elif _is_sent():
            errors = _missing(kept, gone)
            status = refusals.RecordNeeded.status
    except Refusal as found:
        if isinstance(found, NotFound | Forbidden) and not isinstance(
            found, refusals.OwnRecord | PersonNotFound
        ):
            raise
        refusal, status = found, found.status
    if plan is not None:
        form.number.choices = [
            SelectChoice("kept", plan.kept.number),
            SelectChoice("gone", plan.gone.number),
        ]
        form.kept.data, form.gone.data = str(plan.kept.id), str(plan.gone.id)
        if not form.is_submitted():
            form.number.data = "kept"
        elif form.validate():
            try:
                merging.merge(
                    current.session,
                    plan.kept,
                    plan.gone,
                    number="gone" if form.number.data == "gone" else "kept",
                    reason=form.reason.data,
                    actor=current.actor,
                    now=current.now,
                    today=current.today,
                )
            except Refusal as found:
                current.session.rollback()
                refusal, status = found, found.status
            else:
                current.audited = ("person", plan.kept.id)
                current.notes["merged"] = [str(plan.gone.id), str(plan.kept.id)]
                flash(_("已合并为一份档案"), "plus")
                return redirect(url_for("people.show", person=plan.kept.id), 303)
        else:
            status = 422
    return (
        render_template(
            "living/merge.html",
            form=form,
            plan=plan,
            refusal=refusal,
            chosen={
                name: "" if is_unseen(request.values, name) else request.values.get(name, "")
                for name in RECORDS
            },
            typed=typed,
            errors=errors,
            title_of=periods.title_of,
            ever=merging.EVER,
            page_title=_("合并档案"),
        ),
        status,
    )


def _is_sent() -> bool:
    """Whether the form with both records was sent; a link that names one of them only opens it."""
    return request.method == "POST" or all(f"{name}_text" in request.values for name in RECORDS)


def _missing(kept: Person | None, gone: Person | None) -> dict[str, str]:
    """What is said at each of the two records that was not chosen."""
    found = zip(RECORDS, (kept, gone), strict=True)
    return {
        name: refusals.RecordNeeded(which=WHICH[name]).say(current.language)
        for name, one in found
        if one is None
    }


def _said(person: Person) -> str:
    return f"{person.name} · {person.number}"


def _picked(name: str, text: str) -> Person | None:
    """The person whom the picker, or the text typed without script, names."""
    if request.values.get(name):
        found: Person = choose(current.session, current.actor, "people.edit", "person", request.values[name])
        return None if is_unseen(request.values, name) else found
    if not text.strip():
        return None
    return people.one_by_text(
        current.session, current.actor, text, today=current.today, action="people.edit"
    ).person


@pages.get("/<id:person>", allow="living.export")
def data(person: Person) -> Any:
    """What can be had and erased of a person's data."""
    return _data_page(person)


def _data_page(person: Person, form: EraseForm | None = None, status: int = 200) -> Any:
    session = current.session
    place = current.places.get("person")
    may_erase = allowed(current.actor, "living.erase", place)
    erasure = erasing.erasure_of(session, person.id)
    why = None
    if may_erase and erasure is None:
        try:
            erasing.require_erasable(session, person, current.actor, current.today)
        except Refusal as refusal:
            why = refusal
    page = render_template(
        "living/data.html",
        person=person,
        own=person.id == current.actor.person_id,
        jobs=[described(job) for job in _jobs(person)],
        may_erase=may_erase,
        why=why,
        erasure=erasure,
        bases=erasing.BASES,
        form=form or EraseForm(formdata=None),
        page_title=_("%(name)s的数据", name=person.name),
    )
    return page, status


def _jobs(person: Person) -> list[Job]:
    """The newest work about this person that the viewer asked for (an admin: anybody)."""
    query = select(Job).where(Job.kind.in_((EXPORT, ERASE)))
    if not current.actor.is_admin:
        query = query.where(Job.created_by == current.actor.person_id)
    newest = current.session.scalars(query.order_by(Job.created_at.desc(), Job.id.desc()).limit(200))
    return [job for job in newest if str(job.args.get("person")) == str(person.id)][:3]


@pages.post("/<id:person>/export", allow="living.export")
def export(person: Person) -> Any:
    """Gather everything that is kept of a person, as a job."""
    running = [one for one in _jobs(person) if one.kind == EXPORT and one.state in ("waiting", "running")]
    if not running:
        assert current.tenant is not None
        start(EXPORT, {"person": str(person.id), "tenant": current.tenant.name})
    return redirect(url_for("living.data", person=person.id), 303)


@pages.get("/archive/<id:job>", allow="jobs.read")
def archive(job: Job) -> Response:
    """The archive that a job has made."""
    path = archive_path(current.databases.settings.folder, current.session.tenant_id, job.id)
    if job.kind != EXPORT or job.state != "done" or not path.is_file():
        raise NotFound
    whose = current.session.need(Person, int(job.args["person"]))
    name = f"{_('个人数据')}-{whose.number}-{whose.name}.zip"
    answer = send_file(path, mimetype="application/zip", as_attachment=True, download_name=name, max_age=0)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@pages.post("/<id:person>/erase", allow="living.erase")
def erase(person: Person) -> Any:
    """Erase a leaver's names and words, as a job."""
    form = EraseForm()
    if not form.validate_on_submit():
        return _data_page(person, form, 422)
    if (form.confirm.data or "").strip().upper() != person.number.upper():
        form.confirm.errors = [
            *form.confirm.errors,
            refusals.NumberDiffers(number=person.number).say(current.language),
        ]
        return _data_page(person, form, 422)
    erasing.require_erasable(current.session, person, current.actor, current.today)
    start(ERASE, {"person": str(person.id), "basis": form.basis.data})
    return redirect(url_for("living.data", person=person.id), 303)


@panel("people.show", place=50)
def on_person(*, person: Person, **_more: Any) -> Panel | None:
    """The ways to a person's data, and the records that are one with this."""
    place = current.places.get("person")
    may = allowed(current.actor, "living.export", place)
    into = merging.merged_into(current.session, person.id)
    origins = merging.merged_from(current.session, person.id)
    if not may and into is None and not origins:
        return None
    return Panel(
        "living/on_person.html",
        {
            "person": person,
            "may": may,
            "into": into,
            "origins": origins,
            "may_merge": allowed(current.actor, "living.merge") and into is None,
        },
    )
