"""Pages of an assessor: the accounts of the own units' people, and stand-ins."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from kaohe.accounts import listing, roles
from kaohe.accounts.asking import read_list, unit_choices, wanted_of
from kaohe.accounts.forms import DeputyForm, put
from kaohe.accounts.models import Account, Grant
from kaohe.accounts.roles import DeputyCannotSignIn
from kaohe.accounts.routes import pages
from kaohe.errors import NotFound, Refusal
from kaohe.pages import choose, current
from kaohe.people import service as people
from kaohe.people.models import Person


@pages.get("/unit-accounts", allow="accounts.unit")
def unit_accounts() -> Any:
    """Who of the own units can sign in, and slips for those who cannot."""
    if current.actor.is_admin and not current.actor.is_assessor:
        return redirect(url_for("accounts.index"))
    state = read_list(request.args, request.path)
    wanted = wanted_of(state, paths=current.actor.assesses)
    page = state.paged(listing.count_accounts(current.session, wanted))
    return render_template(
        "accounts/unit.html",
        list=state,
        page=page,
        rows=listing.accounts_page(current.session, wanted, limit=page.per, offset=page.offset),
        units=unit_choices(people.units_below(current.session, current.actor.assesses)),
        today=current.today,
    )


@pages.form("/deputies", allow="accounts.deputy")
def deputies() -> Any:
    """Stand-ins for the own units: those there are, and another one."""
    form = DeputyForm(data={"starts_on": current.today})
    mine = roles.own_units(current.session, current.actor.account_id, current.today)
    form.unit.choices = [SelectChoice(*one) for one in unit_choices(mine)]
    status = 200
    if request.method == "POST":
        if form.validate() and (answer := _name_deputy(form)) is not None:
            return answer
        status = 422
    return render_template(
        "accounts/deputies.html",
        form=form,
        mine=mine,
        deputies=listing.deputies_of(current.session, current.actor.account_id, current.today),
        near=_near(),
        today=current.today,
    ), status


def _name_deputy(form: Any) -> Any:
    try:
        grant = roles.name_deputy(
            current.session,
            actor=current.actor,
            unit=_chosen_unit(form.unit.data),
            deputy=_account_of(form.deputy.data),
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
            now=current.now,
            today=current.today,
        )
    except Refusal as refusal:
        put(form, refusal)
        return None
    current.audited = ("grant", grant.id)
    flash(_("代理已设好，到期自动结束"), "plus")
    return redirect(url_for("accounts.deputies"), 303)


def _chosen_unit(ident: str) -> Any:
    unit = choose(current.session, current.actor, "accounts.deputy", "unit", ident)
    if not current.actor.covers(unit.path):
        raise roles.NotYourUnit
    return unit


def _account_of(text: str) -> Account:
    """The account of the person whose number or whole name was typed ("N003 张三" from the suggestions too)."""
    session = current.session
    person = people.person_by_number(session, text) or people.person_by_number(session, text.split()[0])
    if person is None:
        named = session.scalars(select(Person).where(Person.name == text).limit(2)).all()
        person = named[0] if len(named) == 1 else None
    if person is None:
        raise NobodyFound(text=text)
    account = session.scalar(select(Account).where(Account.person_id == person.id))
    if account is None:
        raise DeputyCannotSignIn(name=person.name)
    return account


class NobodyFound(Refusal):
    """The number or name fits nobody, or several."""

    zh = "没有找到唯一的“{text}”，请填工号。"
    en = 'There is not exactly one person "{text}"; give the staff number.'
    field = "deputy"


def _near() -> list[tuple[str, str]]:
    """Number and name of the own units' people with an open account, for suggestions."""
    wanted = listing.Wanted(current.today, state="active", paths=current.actor.assesses, sort="number")
    lines = listing.accounts_page(current.session, wanted, limit=100, offset=0)
    return [
        (line.person.number, line.person.name) for line in lines if line.person.id != current.actor.person_id
    ]


@pages.post("/deputies/<id:grant>/end", allow="accounts.deputy.end")
def end_deputy(grant: Grant) -> Any:
    """End a stand-in that one has named."""
    if grant.deputy_of is None:
        raise NotFound
    roles.take_role(current.session, grant, today=current.today)
    flash(_("代理已结束，立即生效"), "plus")
    return redirect(url_for("accounts.deputies"), 303)
