"""The doors and one's own account: signing in and out, activation, password, language, own sign-ins."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask import session as browser_session
from flask_babel import gettext as _

from kaohe.accounts import admin_views, entrance, limits, listing, objects, service, slip_views, unit_views
from kaohe.accounts.devices import describe
from kaohe.accounts.forms import ActivateForm, PasswordForm, SignInForm, ViewForm, put
from kaohe.accounts.models import Account, SignIn
from kaohe.accounts.routes import pages
from kaohe.errors import NotFound, Refusal
from kaohe.pages import current
from kaohe.pages.lifecycle import COOKIE
from kaohe.people import service as people
from kaohe.tenants import service as tenants

LANGUAGES = ("zh", "en")
CHOSEN_AT_THE_DOOR = "language"  # in the browser's session, which ends with the sign-in that takes it up
PAGES = [pages]
PARTS = (objects, admin_views, slip_views, unit_views)


@pages.form("/sign-in", allow="public")
def sign_in() -> Any:
    """The door: staff number and password."""
    if request.method == "GET" and current.signed_in is not None:
        return redirect(own_path(request.args.get("next")))
    form = SignInForm()
    if not form.validate_on_submit():
        return _door(form, 422 if form.errors else 200)
    _forget_who()
    try:
        account = entrance.by_password(
            current.databases,
            current.session.tenant_id,
            number=form.number.data,
            password=form.password.data,
            address=request.remote_addr or "",
            now=current.now,
            today=current.today,
        )
    except Refusal as refusal:
        return _turned_away(form, refusal)
    entrance.renew_hash(current.session, account, form.password.data)
    return _let_in(account, own_path(request.args.get("next")))


def _forget_who() -> None:
    """End the transaction begun for whoever was signed in here: secrets are checked outside of it."""
    current.signed_in = current.account = current.person = current.sign_in = None
    current.session.rollback()


def _door(form: Any, status: int) -> Response:
    shown = tenants.setting(current.session, "demo_people", []) if _is_demo() else []
    return make_response(render_template("accounts/sign_in.html", form=form, demo_people=shown), status)


def _turned_away(form: Any, refusal: Refusal) -> Response:
    if isinstance(refusal, entrance.WrongPassword) and refusal.person_id:
        current.audited = ("person", refusal.person_id)
    return _with_wait(_door(form, put(form, refusal)), refusal)


def _with_wait(answer: Response, refusal: Refusal) -> Response:
    """The answer to a refusal, with how long to wait where it says so."""
    if isinstance(refusal, limits.TooManyTries):
        answer.headers["Retry-After"] = str(int(refusal.wait.total_seconds()) + 1)
    return answer


def _let_in(account: Account, where: str) -> Response:
    _keep_language(account)
    token = service.start_sign_in(
        current.session,
        account=account,
        now=current.now,
        device=describe(request.headers.get("User-Agent")),
        address=request.remote_addr or "",
    )
    current.signed_in = service.actor_of(current.session, account, current.today)
    browser_session.clear()
    answer = make_response(redirect(where, 303))
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(service.SIGN_IN_LASTS.total_seconds()),
        path=f"/t/{_code()}/",
        httponly=True,
        secure=current_app.extensions["kaohe"].config.https,
        samesite="Lax",
    )
    return answer


def _keep_language(account: Account) -> None:
    """The language chosen at this door is the account's from now on."""
    chosen = browser_session.get(CHOSEN_AT_THE_DOOR)
    if chosen in LANGUAGES:
        current.session.need(Account, account.id).language = chosen


def own_path(wanted: str | None) -> str:
    """Where to go after signing in: `wanted` when it is a page of this organisation, else the start page."""
    path = (wanted or "").rstrip("?")
    inside = path.startswith(f"/t/{_code()}/") and path.isascii() and path.isprintable() and " " not in path
    doors = [url_for(f"accounts.{name}") for name in ("sign_in", "sign_out", "activate")]
    if not inside or "\\" in path or "//" in path.partition("?")[0] or path.partition("?")[0] in doors:
        return url_for("web.home")
    return path


def _code() -> str:
    assert current.tenant is not None
    return current.tenant.code


def _is_demo() -> bool:
    return bool(current_app.extensions["kaohe"].config.demo)


@pages.post("/sign-in/demo", allow="public")
def sign_in_demo() -> Any:
    """In demonstration mode only: be one of the people that the demonstration offers."""
    if not _is_demo():
        raise NotFound
    number = request.form.get("number", "")
    offered = [one["number"] for one in tenants.setting(current.session, "demo_people", [])]
    person = people.person_by_number(current.session, number) if number in offered else None
    account = current.session.query(Account).filter_by(person_id=person.id).first() if person else None
    if account is None or account.state == "locked":
        raise NotFound
    account.state = "active"
    return _let_in(account, own_path(request.args.get("next")))


@pages.post("/sign-out", allow="self")
def sign_out() -> Any:
    """End this sign-in on the server; the cookie opens nothing any more."""
    service.end_sign_in(current.session, current.sign_in, now=current.now)
    browser_session.clear()
    answer = make_response(redirect(url_for("accounts.sign_in"), 303))
    answer.delete_cookie(COOKIE, path=f"/t/{_code()}/", httponly=True, samesite="Lax")
    flash(_("已退出"), "plus")
    return answer


@pages.form("/activate", allow="public")
def activate() -> Any:
    """The other door: the printed code, and a password of one's own."""
    form = ActivateForm(data={"number": request.args.get("number", "")[:60]})
    if not form.validate_on_submit():
        return _slip_door(form, 422 if form.errors else 200)
    _forget_who()
    try:
        slip_id = entrance.check_slip(
            current.databases,
            current.session.tenant_id,
            number=form.number.data,
            code=form.code.data,
            password=form.password.data,
            address=request.remote_addr or "",
            now=current.now,
            today=current.today,
        )
        account = entrance.activate(current.session, slip_id, form.password.data, now=current.now)
    except Refusal as refusal:
        return _with_wait(_slip_door(form, put(form, refusal)), refusal)
    flash(_("密码已设好，以后用工号和这个密码登录"), "plus")
    return _let_in(account, url_for("web.home"))


def _slip_door(form: Any, status: int) -> Response:
    return make_response(render_template("accounts/activate.html", form=form), status)


@pages.get("/me", allow="self")
def me() -> Any:
    """One's own account."""
    return _me(PasswordForm())


def _me(form: Any, status: int = 200) -> Any:
    unit = people.unit_on(current.session, current.actor.person_id, current.today)
    account = current.account
    page = render_template(
        "accounts/me.html",
        form=form,
        view=ViewForm(formdata=None, data={"language": account.language, "density": account.density}),
        person=current.person,
        unit=unit,
        roles=listing.roles_of(current.session, [account.id], current.today).get(account.id, []),
        sign_ins=service.living_sign_ins(current.session, account, now=current.now),
        this=current.sign_in,
        assessor=current.actor.is_assessor,
        today=current.today,
    )
    return page, status


@pages.post("/me/password", allow="self")
def change_password() -> Any:
    """Another password; every other sign-in ends at once, this one goes on with a new token."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return _me(form, 422)
    account, person, actor = current.account, current.person, current.actor
    about = {"number": person.number, "kept": account.password_hash, "address": request.remote_addr or ""}
    current.session.rollback()
    try:
        entrance.check_old(
            current.databases, current.session.tenant_id, old=form.old.data, now=current.now, **about
        )
        entrance.change_password(
            current.session,
            account,
            number=person.number,
            name=person.name,
            with_role=actor.is_admin or actor.is_assessor,
            old=form.old.data,
            new=form.password.data,
            now=current.now,
        )
    except Refusal as refusal:
        return _me(form, put(form, refusal))
    flash(_("密码已更改，其他设备上的登录已全部结束"), "plus")
    return _let_in(account, url_for("accounts.me"))


@pages.post("/me/view", allow="self")
def change_view() -> Any:
    """Another language or height of rows."""
    form = ViewForm()
    if form.language.data in LANGUAGES:
        current.account.language = form.language.data
    if form.density.data in ("compact", "standard", "roomy"):
        current.account.density = form.density.data
    return redirect(own_path(request.form.get("next") or url_for("accounts.me")), 303)


@pages.post("/me/sign-ins/<id:sign_in>/end", allow="accounts.own")
def end_sign_in(sign_in: SignIn) -> Any:
    """End one of one's own sign-ins."""
    service.end_sign_in(current.session, sign_in, now=current.now)
    flash(_("这次登录已结束"), "plus")
    return redirect(url_for("accounts.me"), 303)


@pages.post("/me/sign-ins/end-others", allow="self")
def end_other_sign_ins() -> Any:
    """End all of one's own sign-ins but this one."""
    service.end_other_sign_ins(current.session, current.sign_in, now=current.now)
    flash(_("其他设备上的登录已全部结束"), "plus")
    return redirect(url_for("accounts.me"), 303)
