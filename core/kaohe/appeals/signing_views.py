"""Pages of signing: one's own signature, and for assessors who has signed, with exports and a reminder."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.accounts import service as accounts
from kaohe.appeals import roll, service, signing
from kaohe.appeals.routes import pages
from kaohe.db import read_id
from kaohe.entries import choosing
from kaohe.messages.service import Link, send
from kaohe.pages import current
from kaohe.pages.workbooks import workbook
from kaohe.papers.views import answer
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.scheme import Text


@pages.post("/sign/<id:period>/<id:subject>", allow="appeals.own")
def sign(period: Period, subject: Any) -> Any:
    """Sign the own result."""
    signature = service.sign(
        current.session,
        period,
        subject.id,
        actor=current.actor,
        now=current.now,
        remark=request.form.get("remark"),
        run_id=read_id(request.form.get("run")),
    )
    current.notes["signature"] = str(signature.id)
    flash(_("已签字确认"), "plus")
    return redirect(url_for("results.show", period=period.id, subject=subject.id), 303)


@pages.get("/signatures/<id:period>", allow="signatures.read")
def signatures(period: Period) -> Any:
    """Who has signed the published results."""
    found = roll.read(period)
    page = found.list.paged(len(found.shown))
    return render_template(
        "appeals/signatures.html",
        here=period,
        period_title=periods.title_of(period),
        roll=found,
        list=found.list,
        page=page,
        rows=found.shown[page.offset : page.offset + page.per],
        units=choosing.Chosen(choosing.units(), None, None).choices,
        states=[("unsigned", _("未签字")), ("signed", _("已签字")), ("remark", _("有意见"))],
        page_title=_("签字情况"),
    )


@pages.get("/signatures/<id:period>/export.xlsx", allow="signatures.read")
def signatures_export(period: Period) -> Any:
    """The same list as a workbook, all pages."""
    return workbook(f"{_('签字情况')}-{period.code}", roll.sheet(roll.read(period)))


@pages.get("/signatures/<id:period>/sheet.pdf", allow="signatures.read")
def signatures_pdf(period: Period) -> Any:
    """The same list on paper: who has signed, when, and what was remarked."""
    return answer(roll.paper(roll.read(period)))


@pages.post("/signatures/<id:period>/remind", allow="signatures.read")
def remind(period: Period) -> Any:
    """Remind everybody in the viewer's units who has not signed, of a unit its head; once a day each.

    Says how many cannot be reached because they have no account in use.
    """
    signing.require_public(period)
    found = roll.read(period)
    waiting = [row.line.subject_id for row in found.rows if row.signature is None]
    signers = signing.signers_of(current.session, waiting, current.today)
    reached = accounts.in_use(current.session, signers)
    assert found.run is not None
    title = periods.title_of(period)
    sent = send(
        current.session,
        to=reached,
        kind="to_sign",
        title=Text(f"请签字确认{title.zh}的考核结果", f"Please sign your result of {title.en}"),
        text=Text(
            f"公示至 {period.published_until.isoformat()}",
            f"Public until {period.published_until.isoformat()}",
        ),
        link=Link("results.mine", {"period": period.id}),
        about=f"sign:{found.run.id}:{current.today.isoformat()}",
        now=current.now,
    )
    if sent:
        flash(_("已提醒 %(n)s 人", n=sent), "plus")
    else:
        flash(_("今天已经提醒过，没有重复发送") if reached else _("没有可以提醒的人"), "info")
    if len(reached) < len(signers):
        flash(_("另有 %(n)s 人没有启用账号，收不到提醒，请当面告知", n=len(signers) - len(reached)), "warn")
    return redirect(url_for("appeals.signatures", period=period.id), 303)
