"""One person: what holds today and what held before; the forms that change it, each dated."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from kaohe.accounts.models import Account
from kaohe.pages import current
from kaohe.people import listing, service
from kaohe.people.editing import chosen_unit, crumbs_of, fill_choices, run_form
from kaohe.people.forms import AbsenceForm, FactForm, LeaveForm, MoveForm, PersonForm, fact_field, speaks
from kaohe.people.merged import survivors
from kaohe.people.models import EarlierResult, Leave, Person
from kaohe.people.objects import facts_here, schemes_here, sectors_here
from kaohe.people.routes import pages
from kaohe.scheme.model import Fact


@pages.get("/<id:person>", allow="people.read")
def show(person: Person) -> str:
    """Everything known about a person, over time."""
    session, today = current.session, current.today
    held = service.memberships_of(session, person.id)
    units = {unit.id: unit for unit in service.units(session)}
    leaves = service.leaves_of(session, person.id)
    history = service.fact_history(session, person.id)
    recorders = {row.recorded_by for rows in history.values() for row in rows if row.recorded_by}
    names = dict(
        tuple(row)
        for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(list(recorders))))
    )
    return render_template(
        "people/show.html",
        person=person,
        held=list(reversed(held)),
        units=units,
        running=next(
            (one for one in held if one.starts_on <= today and (one.ends_on is None or one.ends_on >= today)),
            None,
        ),
        can_undo=len(held) > 1 and person.left_on is None,
        leaves=leaves,
        away=next(
            (
                one
                for one in leaves
                if one.starts_on <= today and (one.ends_on is None or one.ends_on >= today)
            ),
            None,
        ),
        facts=facts_here(),
        now_facts=service.facts_on(session, today, [person.id]).get(person.id, {}),
        history=history,
        names=names,
        words=value_words,
        account=session.scalars(select(Account).where(Account.person_id == person.id)).first(),
        today=today,
        merged=person.id in survivors(current.session),
        earlier=_earlier(person),
        place=current.places.get("person"),
        me=current.actor.person_id,
        has_results="results.show" in current_app.view_functions,
        has_entries="entries.new" in current_app.view_functions,
        has_money=any(sector.accounts for sector in sectors_here()),
    )


def _earlier(person: Person) -> list[tuple[EarlierResult, Any]]:
    """The results taken over from before, the newest first, each with its grade's title (or its word as it stood)."""
    grades = {
        (scheme.code, grade.code): grade.title.say(speaks())
        for scheme in schemes_here()
        for grade in scheme.grades
    }
    query = select(EarlierResult).where(EarlierResult.person_id == person.id)
    return [
        (row, grades.get((row.scheme_code, row.grade), row.grade))
        for row in current.session.scalars(query.order_by(EarlierResult.starts_on.desc(), EarlierResult.id))
    ]


def value_words(fact: Fact, value: Any) -> str:
    """A fact's value in words."""
    titles = {one.code: one.title.say(speaks()) for one in fact.values}
    return "—" if value is None else titles.get(value, str(value))


def _page(person: Person, title: str, save: str, **more: Any) -> dict[str, Any]:
    own = url_for("people.show", person=person.id)
    way = crumbs_of(person, own, url_for("people.index"), title)
    return {"title": title, "save": save, "crumbs": way, "back": own, "done": lambda _: own, **more}


def _newer(person: Person) -> Any:
    return lambda: person


@pages.form("/<id:person>/edit", allow="people.edit")
def edit(person: Person) -> Any:
    """Number, name, phone, joining day, note."""
    form = PersonForm(obj=person)
    return run_form(
        form,
        lambda: service.edit_person(
            current.session,
            person,
            number=form.number.data or "",
            name=form.name.data or "",
            phone=form.phone.data,
            joined_on=form.joined_on.data,
            note=form.note.data,
            version=form.version.data,
        ),
        newer=_newer(person),
        said=_("已保存。"),
        **_page(person, _("编辑信息"), _("保存")),
    )


@pages.form("/<id:person>/move", allow="people.edit")
def move(person: Person) -> Any:
    """To another unit or position from a day; for somebody who left: back from a day."""
    form = MoveForm(obj=person)
    running = next(reversed(service.memberships_of(current.session, person.id)), None)
    tree = service.units(current.session, open_on=current.today)
    fill_choices(form, "unit", listing.unit_choices(tree), running.unit_id if running else None)
    if not form.is_submitted():
        form.position.data, form.on.data = (running.position if running else ""), current.today
    back = person.left_on is not None
    act = service.rejoin if back else service.move_person
    return run_form(
        form,
        lambda: act(
            current.session,
            person,
            unit=chosen_unit("units.edit", form.unit.data),
            position=form.position.data or "",
            on=form.on.data,
            version=form.version.data,
        ),
        newer=_newer(person),
        said=_("已登记重新入职。") if back else _("已登记调动。"),
        **_page(
            person,
            _("重新入职") if back else _("调动"),
            _("登记"),
            note=_("从生效日期起算在新部门；一个周期内调动的，在周期最后一天所在的部门排名。"),
        ),
    )


@pages.post("/<id:person>/undo-move", allow="people.edit")
def undo_move(person: Person) -> Any:
    """Take the last move back."""
    service.undo_move(current.session, person)
    flash(_("已撤销最近一次调动。"), "success")
    return redirect(url_for("people.show", person=person.id), 303)


@pages.form("/<id:person>/leave", allow="people.edit")
def leave(person: Person) -> Any:
    """Record the last day."""
    form = LeaveForm(obj=person)
    if not form.is_submitted():
        form.on.data = current.today
    return run_form(
        form,
        lambda: service.leave(current.session, person, on=form.on.data, version=form.version.data),
        newer=_newer(person),
        said=_("已登记离职。"),
        **_page(
            person,
            _("登记离职"),
            _("登记离职"),
            note=_("最后一天之后不再参加考核，账户同时停用；以前的记录和结果都保留。"),
        ),
    )


@pages.post("/<id:person>/stay", allow="people.edit")
def stay(person: Person) -> Any:
    """Take a recorded leaving back."""
    service.stay(current.session, person)
    flash(_("已撤销离职登记。"), "success")
    return redirect(url_for("people.show", person=person.id), 303)


@pages.form("/<id:person>/absence", allow="people.edit")
def new_absence(person: Person) -> Any:
    """Record days away."""
    form = AbsenceForm(obj=person) if not request.form else AbsenceForm()
    if not form.is_submitted():
        form.note.data, form.starts_on.data, form.version.data = None, current.today, person.version
    return run_form(
        form,
        lambda: service.record_leave(
            current.session,
            person,
            kind=form.kind.data or "",
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
            note=form.note.data,
            version=form.version.data,
        ),
        newer=_newer(person),
        said=_("已登记请假。"),
        **_page(person, _("登记请假"), _("登记"), note=_("请假的日子不计入在岗天数。")),
    )


@pages.form("/absences/<id:absence>/end", allow="people.edit")
def end_absence(absence: Leave) -> Any:
    """Say when an absence ends."""
    person = current.session.need(Person, absence.person_id)
    form = LeaveForm()
    if not form.is_submitted():
        form.on.data = absence.ends_on or current.today
    return run_form(
        form,
        lambda: service.end_leave(current.session, absence, on=form.on.data),
        said=_("已更新请假。"),
        **_page(person, _("结束请假"), _("保存")),
    )


@pages.post("/absences/<id:absence>/drop", allow="people.edit")
def drop_absence(absence: Leave) -> Any:
    """Take an absence back that was recorded by mistake."""
    person_id = absence.person_id
    service.drop_leave(current.session, absence)
    flash(_("已删除这条请假。"), "success")
    return redirect(url_for("people.show", person=person_id), 303)


@pages.form("/<id:person>/facts/<name>", allow="people.edit")
def fact(person: Person, name: str) -> Any:
    """Another value of a fact from a day on; the earlier ones stay in the history."""
    declared = service.fact_of(facts_here(), name)
    form = type("OneFactForm", (FactForm,), {"value": fact_field(declared)})()
    if not form.is_submitted():
        held = service.facts_on(current.session, current.today, [person.id]).get(person.id, {}).get(name)
        form.value.data, form.starts_on.data = ("" if held is None else str(held)), current.today
    title = declared.title.say(speaks())
    return run_form(
        form,
        lambda: service.set_fact(
            current.session,
            person,
            name,
            service.checked(declared, form.value.data),
            starts_on=form.starts_on.data,
            reason=form.reason.data,
            actor=current.actor,
            now=current.now,
        ),
        said=_("已记录“%(title)s”。", title=title),
        **_page(person, _("修改%(title)s", title=title), _("保存")),
    )
