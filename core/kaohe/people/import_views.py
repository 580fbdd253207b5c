"""Taking a file over: upload, preview with its questions, one confirmed writing."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from kaohe.db import is_duplicate
from kaohe.errors import Conflict, Refusal
from kaohe.pages import current
from kaohe.pages.lists import ListState
from kaohe.pages.workbooks import workbook
from kaohe.people import service
from kaohe.people.forms import UploadForm, put, speaks
from kaohe.people.intake import drafts, results, results_writing, roster, settling, writing
from kaohe.people.intake.fields import merged_words
from kaohe.people.intake.preview import Preview
from kaohe.people.models import ImportDraft
from kaohe.people.objects import facts_here, schemes_here, sectors_here
from kaohe.people.refusals import NothingRead
from kaohe.people.routes import pages
from kaohe.reports.spreadsheet import Column, Sheet

KINDS = (drafts.ROSTER, drafts.RESULTS)


@pages.form("/import", allow="people.import")
def import_start() -> Any:
    """Choose a file or paste a table; nothing is written yet."""
    form = UploadForm()
    kind = request.values.get("kind", drafts.ROSTER)
    kind = kind if kind in KINDS else drafts.ROSTER
    if not form.is_submitted():
        form.day.data = current.today.replace(day=1)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            return redirect(url_for("people.import_draft", draft=_taken_in(form, kind).id), 303)
        except Refusal as refusal:
            status = put(form, refusal)
    return render_template(
        "people/import.html", form=form, kind=kind, recent=drafts.recent_drafts(current.session)
    ), status


def _taken_in(form: UploadForm, kind: str) -> ImportDraft:
    sent = request.files.get("file")
    data = sent.read() if sent is not None and sent.filename else b""
    if not data and not (form.pasted.data or "").strip():
        raise NothingRead
    return drafts.start_draft(
        current.session,
        kind=kind,
        data=data,
        name=sent.filename or "" if sent is not None else "",
        pasted=form.pasted.data or "",
        day=form.day.data or current.today.replace(day=1),
        by=current.actor.person_id,
        now=current.now,
    )


def _knows() -> dict[str, Any]:
    return {"facts": facts_here(), "words": merged_words(sector.import_words for sector in sectors_here())}


def _preview(draft: ImportDraft) -> Preview:
    if draft.kind == drafts.RESULTS:
        return results.preview_results(
            current.session, draft, schemes=schemes_here(), words=_knows()["words"]
        )
    return roster.preview_roster(current.session, draft, **_knows())


@pages.get("/import/<id:draft>", allow="people.import")
def import_draft(draft: ImportDraft) -> Any:
    """What the file says, what would be written, and what has to be settled first."""
    if draft.written_at is not None:
        return render_template("people/import_done.html", draft=draft, counts=draft.outcome or {})
    return _shown(draft, _preview(draft))


def _shown(draft: ImportDraft, preview: Preview, trouble: str = "") -> str:
    state = ListState.read(
        request.args,
        url_for("people.import_draft", draft=draft.id),
        filters={"kind": ("new", "updated", "same", "doubtful", "skipped")},
    )
    lines = preview.shown(state.filters.get("kind", ""))
    page = state.paged(len(lines))
    return render_template(
        "people/import_draft.html",
        draft=draft,
        preview=preview,
        counts=preview.counts(),
        list=state,
        page=page,
        lines=lines[page.offset : page.offset + page.per],
        day=drafts.day_of(draft),
        columns=settling.columns(preview),
        schemes=schemes_here() if draft.kind == drafts.RESULTS else [],
        units=service.units(current.session, open_on=current.today),
        trouble=trouble,
    )


@pages.post("/import/<id:draft>/reading", allow="people.import")
def import_reading(draft: ImportDraft) -> Any:
    """Another sheet, another meaning of the columns, another day."""
    try:
        settling.reading(draft, _preview(draft), request.form)
        _preview(draft)
    except Refusal as refusal:
        current.session.rollback()
        return _shown(draft, _preview(draft), refusal.say(speaks())), refusal.status
    return _back(draft)


@pages.post("/import/<id:draft>/settle", allow="people.import")
def import_settle(draft: ImportDraft) -> Any:
    """Answers to the questions of the rows, rows skipped or taken back, units decided."""
    settling.settle(draft, _preview(draft), request.form)
    return _back(draft)


def _back(draft: ImportDraft) -> Any:
    where = url_for(
        "people.import_draft", draft=draft.id, kind=request.args.get("kind"), page=request.args.get("page")
    )
    return redirect(where, 303)


@pages.post("/import/<id:draft>/write", allow="people.import")
def import_write(draft: ImportDraft) -> Any:
    """Write what was confirmed, everything or nothing."""
    seal = request.form.get("seal", "")
    try:
        if draft.kind == drafts.RESULTS:
            counts = results_writing.write_results(
                current.session,
                draft,
                seal=seal,
                schemes=schemes_here(),
                words=_knows()["words"],
                now=current.now,
            )
        else:
            counts = writing.write_roster(
                current.session, draft, seal=seal, actor=current.actor, now=current.now, **_knows()
            )
    except Refusal as refusal:
        return _refused(draft, refusal)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        return _refused(draft, Conflict())
    current.notes["import"] = {"kind": draft.kind, **counts}
    flash(_("已写入。"), "success")
    return redirect(url_for("people.import_draft", draft=draft.id), 303)


def _refused(draft: ImportDraft, refusal: Refusal) -> Any:
    current.session.rollback()
    if draft.written_at is not None:
        return render_template(
            "people/import_done.html", draft=draft, counts=draft.outcome or {}
        ), refusal.status
    return _shown(draft, _preview(draft), refusal.say(speaks())), refusal.status


@pages.post("/import/<id:draft>/drop", allow="people.import")
def import_drop(draft: ImportDraft) -> Any:
    """Give a draft up that was not written."""
    if draft.written_at is None:
        current.session.delete(draft)
        flash(_("已放弃，没有写入任何数据。"), "success")
    return redirect(url_for("people.import_start", kind=draft.kind), 303)


@pages.get("/import/<id:draft>/problems", allow="people.import")
def import_problems(draft: ImportDraft) -> Response:
    """The rows that still ask something, as a workbook with the reason beside each."""
    preview, language = _preview(draft), speaks()
    heads = settling.columns(preview)
    rows = (
        (
            line.no,
            *(line.raw.get(code) for code, _ in heads),
            _("；").join(ask.says.say(language) for ask in line.asks),
        )
        for line in preview.shown("doubtful")
    )
    columns = (
        Column(_("行"), "whole"),
        *(Column(title.say(language)) for _, title in heads),
        Column(_("原因")),
    )
    return workbook(_("问题行"), Sheet(_("问题行"), columns, rows))
