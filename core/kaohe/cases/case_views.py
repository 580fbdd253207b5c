"""One case: its page, its steps by one tap or a short form, corrections, files."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from kaohe.cases import asking as read
from kaohe.cases import case_page, kinds, refusals, rights, service
from kaohe.cases.models import Case, CaseFile, CaseStepRow
from kaohe.cases.routes import pages, receiver, registry, sight
from kaohe.entries import uploads
from kaohe.errors import Conflict, Forbidden, NotFound, Refusal
from kaohe.files import views as given_out
from kaohe.files.models import StoredFile
from kaohe.pages import asking
from kaohe.pages.current import current
from kaohe.plugins import CaseStep
from kaohe.scheme import Text


@pages.get("/<id:case>", allow="cases.read")
def show(case: Case) -> Any:
    """One case."""
    return render_template("cases/show.html", **case_page.page_of(case))


@pages.post("/<id:case>/take", allow="cases.work")
def take(case: Case) -> Any:
    """Take a step; a refused one shows the case as it stands now, with what was typed."""
    code = request.form.get("step", "")
    kind = kinds.need_kind(registry(), case.kind)
    step = kind.step(code)
    rights.hands_on(current.session, sight(), case)
    if step is None:
        raise NotFound
    try:
        data, errors = _data(step)
        if errors:
            return _again(case, code, errors=errors)
        service.take(
            current.session,
            case,
            kind=kind,
            step=code,
            actor=current.actor,
            now=current.now,
            version=read.version(request.form.get("version")),
            happened_at=read.moment(current.session, request.form.get("happened_at")),
            unit=receiver(request.form.get("unit")) if step.moves == "pass" else None,
            fields=data,
            reason=request.form.get("reason", ""),
            token=read.token(request.form.get("token")),
        )
    except NotFound:
        raise
    except StaleDataError:
        return _again(case, code, refusal=Conflict())
    except Refusal as refusal:
        return _again(case, code, refusal=refusal)
    flash(_("已办：%(step)s", step=step.title.say(current.language)), "plus")
    return redirect(_next(case), 303)


def _data(step: CaseStep) -> tuple[dict[str, Any], dict[str, Text]]:
    if step.asks is None:
        return {}, {}
    prefix = case_page.prefix_of(step)
    return asking.read(step.asks(), request.form, zone=str(current.session.zone), prefix=prefix)


def _again(
    case: Case, doing: str, *, errors: dict[str, Text] | None = None, refusal: Refusal | None = None
) -> Any:
    """The case as it stands now, with what is wrong."""
    current.session.rollback()
    session = current.session
    fresh = session.need(Case, case.id, populate_existing=True)
    page = render_template(
        "cases/show.html", **case_page.page_of(fresh, doing=doing, errors=errors, refusal=refusal)
    )
    return page, refusal.status if refusal is not None else 422


def _next(case: Case) -> str:
    """Back to where the step was taken: the list, or the case."""
    if request.form.get("from") == "list":
        return url_for("cases.index")
    return url_for("cases.show", case=case.id)


@pages.post("/<id:case>/correct/<id:case_step>", allow="cases.work")
def correct(case: Case, case_step: CaseStepRow) -> Any:
    """Say anew when a step happened."""
    if case_step.case_id != case.id:
        raise NotFound
    rights.hands_on(current.session, sight(), case)
    try:
        moment = read.moment(current.session, request.form.get("happened_at"))
        if moment is None:
            raise refusals.TimeUnreadable(typed="")
        service.correct(
            current.session,
            case,
            case_step,
            kind=kinds.need_kind(registry(), case.kind),
            happened_at=moment,
            reason=request.form.get("reason", ""),
            actor=current.actor,
            now=current.now,
            version=read.version(request.form.get("version")),
        )
    except (NotFound, Forbidden):
        raise
    except StaleDataError:
        return _again(case, f"correct-{case_step.place}", refusal=Conflict())
    except Refusal as refusal:
        return _again(case, f"correct-{case_step.place}", refusal=refusal)
    flash(_("时间已更正，时限重新计算"), "plus")
    return redirect(url_for("cases.show", case=case.id), 303)


@pages.post("/<id:case>/files", allow="cases.work")
def attach(case: Case) -> Any:
    """Add pictures or papers to the case."""
    hands = rights.hands_on(current.session, sight(), case)
    if not hands & {"desk", "holder"}:
        raise Forbidden
    try:
        found = uploads.checked()
        service.attach(current.session, case, uploads.keep(found), actor=current.actor, now=current.now)
    except Refusal as refusal:
        return _again(case, "files", refusal=refusal)
    flash(_("已添加 %(n)s 个文件", n=len(found)) if found else _("没有选择文件"), "plus" if found else "warn")
    return redirect(url_for("cases.show", case=case.id), 303)


@pages.get("/<id:case>/files/<id:file>", allow="cases.read")
def file(case: Case, file: StoredFile) -> Any:
    """A file of the case, for everybody who sees the case."""
    rights.hands_on(current.session, sight(), case)
    held = select(CaseFile.id).where(CaseFile.case_id == case.id, CaseFile.file_id == file.id)
    if current.session.scalar(held) is None:
        raise NotFound
    return given_out.show(file)
