"""The list of people, its export, the picker, and a new person."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.accounts.policy import POLICIES
from kaohe.pages import current
from kaohe.pages.lists import ListState
from kaohe.pages.workbooks import workbook
from kaohe.people import import_views, listing, objects, person_views, service, unit_views
from kaohe.people.editing import chosen_unit, fill_choices, run_form
from kaohe.people.forms import FACT, NewPersonForm, speaks, with_facts
from kaohe.people.routes import pages
from kaohe.reports.spreadsheet import Column, Sheet
from kaohe.scheme.model import Fact

PAGES = [pages]
PARTS = (objects, person_views, unit_views, import_views)
MOST_FACTS = 3


def list_state() -> ListState:
    """What the address of the list asks for."""
    seen = listing.units_seen(current.session, current.actor)
    return ListState.read(
        request.args,
        url_for("people.index"),
        sorts=("name", "number", "unit", "joined"),
        sort="unit",
        filters={
            "unit": [str(unit.id) for unit in seen],
            "position": listing.positions(current.session, current.today),
            "state": listing.STATES,
        },
    )


@pages.get("/", allow="people.list")
def index() -> str:
    """The people whom the actor may see, searched, filtered, sorted and paged."""
    state, session = list_state(), current.session
    query = listing.listed(session, current.actor, state, current.today)
    page = state.paged(listing.total(session, query))
    tree = listing.units_seen(session, current.actor)
    return render_template(
        "people/index.html",
        list=state,
        page=page,
        rows=listing.rows(session, query.limit(page.per).offset(page.offset), current.today),
        units=listing.unit_choices(tree),
        positions=[(one, one) for one in listing.positions(session, current.today)],
        today=current.today,
        facts=objects.facts_here()[:MOST_FACTS],
        fact_text=fact_text,
    )


@pages.get("/export", allow="people.list")
def export() -> Response:
    """What the list shows, all pages, as a workbook."""
    state, facts, language = list_state(), objects.facts_here(), speaks()
    query = listing.listed(current.session, current.actor, state, current.today)
    columns = (
        Column(_("工号")),
        Column(_("姓名")),
        Column(_("部门")),
        Column(_("职务")),
        *(Column(fact.title.say(language)) for fact in facts),
        Column(_("入职时间"), "date"),
        Column(_("离职时间"), "date"),
        Column(_("手机")),
        Column(_("备注")),
    )
    rows = (
        (
            row.person.number,
            row.person.name,
            row.unit.name if row.unit else None,
            row.position,
            *(fact_text(fact, row.facts.get(fact.code)) for fact in facts),
            row.person.joined_on,
            row.person.left_on,
            row.person.phone,
            row.person.note,
        )
        for row in listing.rows(current.session, query, current.today)
    )
    assert current.tenant is not None
    sheet = Sheet(_("人员名单"), columns, rows, titles=(f"{current.tenant.name} {_('人员名单')}",))
    return workbook(f"{_('人员名单')} {current.today}", sheet)


def fact_text(fact: Fact, value: Any) -> str | None:
    """A fact's value as it is shown; None when it is not known."""
    if value is None:
        return None
    for one in fact.values:
        if one.code == value:
            return one.title.say(speaks())
    return str(value)


@pages.get("/pick", allow="search")
def pick() -> str:
    """What the picker offers for a typed text; `action` says for what the person is wanted."""
    action = request.args.get("action", "people.read")
    found = service.search(
        current.session,
        current.actor,
        request.args.get("q", ""),
        today=current.today,
        action=action if action in POLICIES else "people.read",
        leavers=request.args.get("leavers") == "1",
    )
    people = [
        (one.person.id, one.person.name, one.person.number, one.unit.name if one.unit else "—")
        for one in found
    ]
    return render_template("people/pick.html", people=people)


@pages.form("/new", allow="people.edit")
def new() -> Any:
    """Put somebody on the staff list."""
    facts = [fact for fact in objects.facts_here() if not fact.several]
    form = with_facts(NewPersonForm, facts)()
    tree = service.units(current.session, open_on=current.today)
    fill_choices(form, "unit", [("", "—"), *listing.unit_choices(tree)], request.args.get("unit", ""))

    def act() -> Any:
        values = {fact.code: service.checked(fact, form[FACT + fact.code].data) for fact in facts}
        person = service.create_person(
            current.session,
            number=form.number.data,
            name=form.name.data,
            unit=chosen_unit("units.edit", form.unit.data),
            position=form.position.data or "",
            joined_on=form.joined_on.data,
            starts_on=form.starts_on.data or form.joined_on.data or current.today,
            phone=form.phone.data,
            note=form.note.data,
            facts={code: value for code, value in values.items() if value is not None},
            actor=current.actor,
            now=current.now,
        )
        current.audited = ("person", person.id)
        return person

    return run_form(
        form,
        act,
        done=lambda person: url_for("people.show", person=person.id),
        said=_("已新增。"),
        title=_("新增人员"),
        crumbs=[(_("人员与部门"), url_for("people.index")), (_("新增人员"), "")],
        back=url_for("people.index"),
        save=_("新增"),
    )
