"""Pages of the administrator: all accounts, creating many, one account with its roles, locking, slips."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from kaohe.accounts import listing, roles, service, slips
from kaohe.accounts.asking import MOST_AT_ONCE, read_list, unit_choices, wanted_of
from kaohe.accounts.forms import RoleForm, put
from kaohe.accounts.models import Account, Grant
from kaohe.accounts.routes import pages
from kaohe.accounts.slip_views import print_for
from kaohe.errors import NotFound, Refusal
from kaohe.pages import choose, current
from kaohe.pages.lists import ListState
from kaohe.pages.workbooks import workbook
from kaohe.people import service as people
from kaohe.people.models import Person
from kaohe.reports.spreadsheet import Column, Sheet


@pages.get("/accounts", allow="accounts.manage")
def index() -> Any:
    """All accounts, with search and filters."""
    state = read_list(request.args, request.path)
    wanted = wanted_of(state)
    page = state.paged(listing.count_accounts(current.session, wanted))
    return render_template(
        "accounts/index.html",
        list=state,
        page=page,
        rows=listing.accounts_page(current.session, wanted, limit=page.per, offset=page.offset),
        units=unit_choices(people.units(current.session)),
        without=listing.count_without_account(current.session, current.today),
        today=current.today,
        most=MOST_AT_ONCE,
        mine=current.actor.account_id,
    )


@pages.get("/accounts/export", allow="accounts.manage")
def export() -> Response:
    """What the list shows, all pages, as a workbook."""
    assert current.tenant is not None
    wanted = wanted_of(read_list(request.args, request.path))
    states = {"active": _("可登录"), "waiting": _("待激活"), "locked": _("已锁定")}
    columns = (
        Column(_("工号")),
        Column(_("姓名")),
        Column(_("部门")),
        Column(_("状态")),
        Column(_("角色")),
        Column(_("最近登录"), "instant"),
    )
    rows = (
        (
            line.person.number,
            line.person.name,
            line.unit,
            states[line.account.state],
            _roles_in_words(line),
            line.last_seen,
        )
        for line in listing.every_account(current.session, wanted)
    )
    sheet = Sheet(_("账户"), columns, rows, titles=(f"{current.tenant.name} {_('账户')}",))
    return workbook(f"{_('账户')} {current.today}", sheet)


def _roles_in_words(line: listing.AccountLine) -> str:
    words = []
    for one in line.roles:
        role = (
            _("代理考核人")
            if one.stands_in_for
            else _("管理员")
            if one.grant.role == "admin"
            else _("考核人")
        )
        words.append(f"{role} · {one.unit}" if one.unit else role)
    return "；".join(words) or _("成员")


@pages.form("/accounts/new", allow="accounts.manage")
def new() -> Any:
    """People without an account: tick them, or take all that are found."""
    state = ListState.read(request.args, request.path, filters={"unit": None}, per=100)
    path = wanted_of(state).unit_path
    asked = (current.session, current.today, state.q, path)
    if request.method == "POST":
        return _create(_everybody(asked) if request.form.get("all") else _ticked())
    page = state.paged(listing.count_without_account(*asked))
    return render_template(
        "accounts/new.html",
        list=state,
        page=page,
        rows=listing.people_without_account(*asked, limit=page.per, offset=page.offset),
        units=unit_choices(people.units(current.session)),
        most=MOST_AT_ONCE,
    )


def _everybody(asked: tuple[Any, ...]) -> list[int]:
    return [person.id for person, _unit in listing.people_without_account(*asked, limit=MOST_AT_ONCE)]


def _ticked() -> list[int]:
    ids = dict.fromkeys(request.form.getlist("person")[:MOST_AT_ONCE])
    return [choose(current.session, current.actor, "accounts.manage", "person", ident).id for ident in ids]


def _create(person_ids: list[int]) -> Any:
    made = service.create_accounts(current.session, person_ids=person_ids, now=current.now)
    if not made:
        flash(_("没有选中还没有账户的人"), "warn")
        return redirect(url_for("accounts.new"), 303)
    current.notes["accounts"] = [str(account.id) for account in made]
    if request.form.get("print"):
        return print_for([account.id for account in made], url_for("accounts.index"))
    flash(_("已建 %(n)s 个账户，打印激活单后本人即可设密码登录", n=len(made)), "plus")
    return redirect(url_for("accounts.index", state="waiting"), 303)


@pages.get("/accounts/<id:account>", allow="accounts.manage")
def show(account: Account) -> Any:
    """One account: state, roles, stand-ins, sign-ins."""
    return _show(account, RoleForm(formdata=None, data={"role": "assessor", "starts_on": current.today}))


def _show(account: Account, form: Any, status: int = 200) -> Any:
    session = current.session
    person = session.need(Person, account.person_id)
    form.unit.choices = [
        SelectChoice("", _("选择部门")),
        *(SelectChoice(*one) for one in unit_choices(people.units(session, open_on=current.today))),
    ]
    page = render_template(
        "accounts/show.html",
        form=form,
        account=account,
        person=person,
        unit=people.unit_on(session, person.id, current.today),
        roles=listing.roles_of(session, [account.id], current.today, past=True).get(account.id, []),
        deputies=listing.deputies_of(session, account.id, current.today),
        sign_ins=service.living_sign_ins(session, account, now=current.now),
        last_seen=listing.last_seen(session, [account.id]).get(account.id),
        slip=_slip_of(account),
        today=current.today,
        now=current.now,
    )
    return page, status


def _slip_of(account: Account) -> Any:
    mine = select(slips.ActivationSlip).where(slips.ActivationSlip.account_id == account.id)
    return current.session.scalar(mine.order_by(slips.ActivationSlip.id.desc()).limit(1))


def _back(account: Account, said: str) -> Any:
    flash(said, "plus")
    return redirect(url_for("accounts.show", account=account.id), 303)


@pages.post("/accounts/<id:account>/lock", allow="accounts.manage")
def lock(account: Account) -> Any:
    """Shut an account at once."""
    service.lock(current.session, account, now=current.now, today=current.today)
    return _back(account, _("账户已锁定，正在进行的登录已结束"))


@pages.post("/accounts/<id:account>/unlock", allow="accounts.manage")
def unlock(account: Account) -> Any:
    """Open an account again."""
    service.unlock(current.session, account)
    return _back(account, _("账户已解锁"))


@pages.post("/accounts/<id:account>/end-sign-ins", allow="accounts.manage")
def end_sign_ins(account: Account) -> Any:
    """End every sign-in of an account."""
    service.end_sign_ins(current.session, account, now=current.now)
    if account.id == current.actor.account_id:
        return redirect(url_for("accounts.sign_in"), 303)
    return _back(account, _("这个账户的登录已全部结束"))


@pages.post("/accounts/<id:account>/roles", allow="accounts.manage")
def give_role(account: Account) -> Any:
    """Give a role for dates."""
    form = RoleForm()
    if not form.validate_on_submit():
        return _show(account, form, 422)
    try:
        unit = None
        if form.role.data == "assessor" and form.unit.data:
            unit = choose(current.session, current.actor, "units.edit", "unit", form.unit.data)
        grant = roles.give_role(
            current.session,
            account=account,
            role=form.role.data,
            unit=unit,
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
            given_by=current.actor.person_id,
            now=current.now,
        )
    except Refusal as refusal:
        return _show(account, form, put(form, refusal))
    current.notes.update(role=grant.role, unit=str(grant.unit_id or ""), starts_on=str(grant.starts_on))
    return _back(account, _("角色已给予"))


@pages.post("/accounts/<id:account>/roles/<id:grant>/end", allow="accounts.manage")
def take_role(account: Account, grant: Grant) -> Any:
    """Take a role or a stand-in at once."""
    if grant.account_id != account.id:
        raise NotFound
    roles.take_role(current.session, grant, today=current.today)
    current.notes.update(role=grant.role, unit=str(grant.unit_id or ""))
    return _back(account, _("角色已收回，立即生效"))
