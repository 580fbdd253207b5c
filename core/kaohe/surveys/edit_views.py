"""Pages on which a survey is started and a draft is changed: words, days, who answers, questions, subjects."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.db import read_id
from kaohe.errors import NotFound, Refusal
from kaohe.pages import choose, current
from kaohe.periods.models import Period
from kaohe.scheme import Text
from kaohe.surveys import declarations, form_shown, questions, service, showing
from kaohe.surveys.forms import DetailsForm, OwnForm, QuestionForm, put
from kaohe.surveys.models import HeldSurvey
from kaohe.surveys.routes import pages


@pages.form("/surveys/start", allow="surveys.manage")
def start() -> Any:
    """Start one of the surveys that the sectors in use declare."""
    form = form_shown.start_form()
    status = 200
    if form.validate_on_submit():
        try:
            survey = _start(form)
        except Refusal as refusal:
            current.session.rollback()
            status = put(form, refusal, current.language)
        else:
            flash(_("草稿已建好，核对后开放"), "plus")
            return redirect(url_for("surveys.show", survey=survey.id), 303)
    elif form.errors:
        status = 422
    return render_template("surveys/start.html", form=form, own=OwnForm(formdata=None)), status


def _start(form: Any) -> HeldSurvey:
    sector, declared = declarations.declared(form.declared.data)
    period: Period | None = None
    if form.period.data:
        period = choose(current.session, current.actor, "surveys.manage", "period", form.period.data)
        if period.id not in form_shown.period_ids(declared.scheme):
            raise NotFound(field="period")
    opens_on, closes_on = form.opens_on.data, form.closes_on.data
    if closes_on < max(opens_on, current.today):
        raise service.DatesWrong
    return service.start(
        current.session,
        sector=sector,
        declared=declared,
        period=period,
        opens_on=opens_on,
        closes_on=closes_on,
        actor=current.actor,
        now=current.now,
        turn=service.turn_on(opens_on, declared.times_a_year),
    )


@pages.post("/surveys/build", allow="surveys.manage")
def build() -> Any:
    """Begin a questionnaire of one's own."""
    form = OwnForm()
    if form.validate_on_submit():
        try:
            survey = _build(form)
        except Refusal as refusal:
            current.session.rollback()
            put(form, refusal, current.language)
        else:
            return redirect(url_for("surveys.questions_", survey=survey.id), 303)
    return render_template("surveys/start.html", form=form_shown.start_form(bare=True), own=form), 422


def _build(form: OwnForm) -> HeldSurvey:
    sector, scheme_code = declarations.first_scheme()
    survey = service.build(
        current.session,
        sector=sector,
        scheme_code=scheme_code,
        title=Text(form.title_zh.data or "", form.title_en.data or ""),
        about=form.about.data,
        today=current.today,
        actor=current.actor,
        now=current.now,
    )
    service.set_subjects(
        current.session, survey, [one.id for one in service.candidates(current.session, survey)]
    )
    return survey


@pages.form("/surveys/<id:survey>/details", allow="surveys.manage")
def details(survey: HeldSurvey) -> Any:
    """A draft's words, days, and who answers."""
    form, status = form_shown.details_form(survey), 200
    if form.validate_on_submit():
        try:
            _edit(survey, form)
        except Refusal as refusal:
            current.session.rollback()
            status = put(form, refusal, current.language)
        else:
            flash(_("已保存"), "plus")
            return redirect(url_for("surveys.show", survey=survey.id), 303)
    elif form.errors:
        status = 422
    return render_template("surveys/details.html", form=form, **showing.heading(survey)), status


def _edit(survey: HeldSurvey, form: DetailsForm) -> None:
    units = [
        choose(current.session, current.actor, "surveys.manage", "unit", one) for one in form.units.data or []
    ]
    service.edit(
        current.session,
        survey,
        title=Text(form.title_zh.data or "", form.title_en.data or ""),
        says=Text(form.says_zh.data or "", form.says_en.data or ""),
        opens_on=form.opens_on.data,
        closes_on=form.closes_on.data,
        answered_by=form.answered_by.data or [],
        units=units,
        minimum=form.minimum.data or 1,
        version=read_id(form.version.data),
    )


@pages.get("/surveys/<id:survey>/questions", allow="surveys.manage")
def questions_(survey: HeldSurvey) -> Any:
    """The questions in their order, to be changed while the survey is a draft."""
    return render_template(
        "surveys/questions.html", questions=service.questions_of(survey), **showing.heading(survey)
    )


@pages.form("/surveys/<id:survey>/question", allow="surveys.manage")
def question(survey: HeldSurvey) -> Any:
    """One question: a new one, or that with the code in the address."""
    code = request.args.get("code", "")
    before = next((one for one in service.questions_of(survey) if one.code == code), None)
    if code and before is None:
        raise NotFound
    form, status = QuestionForm(), 200
    if not form.is_submitted():
        form.version.data = str(survey.version)
        if before is not None:
            form.fill(before)
    if form.validate_on_submit():
        try:
            put_in = form.read(code or questions.free_code(survey.questions), before)
            changed = questions.put(survey.questions, put_in)
            service.change_questions(current.session, survey, changed, version=read_id(form.version.data))
        except Refusal as refusal:
            current.session.rollback()
            status = put(form, refusal, current.language)
        else:
            flash(_("题目已保存"), "plus")
            leads = "surveys.question" if request.form.get("then") == "more" else "surveys.questions_"
            return redirect(url_for(leads, survey=survey.id), 303)
    elif form.errors:
        status = 422
    return render_template("surveys/question.html", form=form, code=code, **showing.heading(survey)), status


@pages.post("/surveys/<id:survey>/questions", allow="surveys.manage")
def arrange(survey: HeldSurvey) -> Any:
    """Move a question up or down, or take it away."""
    act, _colon, code = request.form.get("act", "").partition(":")
    kept = survey.questions
    changed = {
        "up": lambda: questions.moved(kept, code, earlier=True),
        "down": lambda: questions.moved(kept, code, earlier=False),
        "remove": lambda: questions.without(kept, code),
    }.get(act)
    if changed is None:
        raise NotFound
    service.change_questions(current.session, survey, changed(), version=read_id(request.form.get("version")))
    return redirect(url_for("surveys.questions_", survey=survey.id), 303)


@pages.form("/surveys/<id:survey>/subjects", allow="surveys.manage")
def subjects(survey: HeldSurvey) -> Any:
    """Whom a draft is about: some of those who can be."""
    refusal: Refusal | None = None
    if request.method == "POST":
        ids = [read_id(one) for one in request.form.getlist("subject")]
        try:
            if None in ids:
                raise NotFound
            service.set_subjects(current.session, survey, [one for one in ids if one is not None])
        except Refusal as found:
            current.session.rollback()
            refusal = found
        else:
            flash(_("对象已保存"), "plus")
            return redirect(url_for("surveys.show", survey=survey.id), 303)
    chosen = set(service.subject_ids(current.session, survey))
    page = render_template(
        "surveys/subjects.html",
        possible=service.candidates(current.session, survey),
        chosen=chosen,
        refusal=refusal,
        **showing.heading(survey),
    )
    return page, refusal.status if refusal else 200
