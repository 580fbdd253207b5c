"""The pages on which a survey is answered: by a link without signing in, or signed in, one each.

Both keep nothing of who answered: their audit rows name nobody, no address and no exact moment (`unnamed`), and what
goes wrong is told in the same words whether a link is unknown or was used.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import make_response, redirect, render_template, request, url_for

from kaohe.accounts.limits import TooManyTries
from kaohe.errors import Refusal
from kaohe.pages import current
from kaohe.scheme import Text
from kaohe.surveys import refusals, service
from kaohe.surveys.models import VOTE, HeldSurvey
from kaohe.surveys.questions import level_word
from kaohe.surveys.routes import pages


@pages.form("/s/<token>", allow="public", unnamed=True)
def by_link(token: str) -> Any:
    """Answer by an issued link: nobody is signed in here, whoever's browser it is."""
    current.signed_in = current.account = current.person = current.sign_in = None
    current.session.rollback()
    try:
        service.guard(
            current.databases,
            current.session.tenant_id,
            token,
            address=request.remote_addr or "",
            now=current.now,
        )
        link, survey = service.find(current.session, token)
        sheet = service.asked(current.session, survey, today=current.today)
        if request.method == "POST":
            given = service.read(sheet, request.form.to_dict(flat=False))
            service.keep_by_link(current.session, survey, link, given, today=current.today)
            return redirect(url_for("surveys.thanks"), 303)
    except refusals.SheetWrong as wrong:
        return _sheet(sheet, wrong), wrong.status
    except Refusal as refusal:
        return _turned_away(refusal)
    return _sheet(sheet, None)


@pages.form("/surveys/<id:survey>/answer", allow="surveys.read", unnamed=True)
def answer(survey: HeldSurvey) -> Any:
    """Answer signed in: that one has answered is kept, and nothing more."""
    person_id = current.actor.person_id
    try:
        sheet = service.asked(current.session, survey, today=current.today, person_id=person_id)
        if request.method == "POST":
            given = service.read(sheet, request.form.to_dict(flat=False))
            service.keep_by_person(current.session, survey, person_id, given, today=current.today)
            return redirect(url_for("surveys.thanks"), 303)
    except refusals.SheetWrong as wrong:
        return _sheet(sheet, wrong), wrong.status
    except Refusal as refusal:
        return _turned_away(refusal)
    return _sheet(sheet, None)


@pages.get("/s/thanks", allow="public")
def thanks() -> Any:
    """The answer was taken."""
    return render_template("surveys/thanks.html")


def _turned_away(refusal: Refusal) -> Any:
    current.session.rollback()
    answer = make_response(render_template("surveys/turned_away.html", refusal=refusal), refusal.status)
    if isinstance(refusal, TooManyTries):
        answer.headers["Retry-After"] = str(int(refusal.wait.total_seconds()) + 1)
    return answer


def _sheet(sheet: service.Asked, wrong: refusals.SheetWrong | None) -> str:
    """The form, with what was typed and what is wrong with it."""
    typed = request.form.to_dict(flat=False) if request.method == "POST" else {}
    errors = wrong.errors if wrong else {}
    names = service.subject_names(current.session, sheet.survey)
    sections = (
        []
        if sheet.survey.kind == "ballot"
        else [
            {
                "subject": ident,
                "name": names.get(ident, "") if ident is not None else "",
                "fields": [_field(question, ident, typed, errors) for question in sheet.questions],
                "optional": len(sheet.subjects) > 1,
            }
            for ident in sheet.subjects
        ]
    )
    return render_template(
        "surveys/answer.html",
        survey=sheet.survey,
        title=service.title_of(sheet.survey),
        says=Text(sheet.survey.says_zh, sheet.survey.says_en),
        sections=sections,
        candidates=_by_unit(service.subjects(current.session, sheet.survey), sheet.subjects),
        own_left_out=_own_left_out(sheet),
        seats=sheet.survey.plan["seats"],
        voted=typed.get(VOTE, []),
        vote_error=errors.get(VOTE),
        wrong=wrong,
        wrong_at=_wrong_at(sections, errors),
    )


def _own_left_out(sheet: service.Asked) -> bool:
    """Whether who votes is a candidate for whom one may not vote oneself."""
    me = current.signed_in.person_id if current.signed_in is not None else None
    voted_for = service.subject_ids(current.session, sheet.survey) if sheet.survey.kind == "ballot" else []
    return me in voted_for and me not in sheet.subjects


def _by_unit(
    candidates: Sequence[service.Subject], asked: Sequence[int | None]
) -> list[tuple[str, list[service.Subject]]]:
    """The candidates of a sheet under the names of their units."""
    there = [one for one in candidates if one.id in asked]
    return [(unit, list(some)) for unit, some in groupby(there, key=lambda one: one.unit)]


def _field(
    question: Any, ident: int | None, typed: dict[str, list[str]], errors: dict[str, Text]
) -> dict[str, Any]:
    name = service.field_name(question.code, ident)
    levels = range(question.low, question.high + 1) if question.kind == "scale" else ()
    return {
        "name": name,
        "question": question,
        "typed": typed.get(name, []),
        "error": errors.get(name),
        "levels": [(level, level_word(question, level)) for level in levels],
    }


def _wrong_at(sections: list[dict[str, Any]], errors: dict[str, Text]) -> list[tuple[str, Text, Text]]:
    """Each field at fault with its question and what is wrong with it, in the order of the form."""
    titles = {one["name"]: one["question"].title for section in sections for one in section["fields"]}
    order = [*titles, *(name for name in errors if name not in titles)]
    return [(name, titles.get(name, Text("", "")), errors[name]) for name in order if name in errors]
