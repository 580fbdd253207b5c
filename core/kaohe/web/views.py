"""The pages of the shell itself: the start page by role, the search, the language, the settings, the front door."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask import session as browser_session
from flask_babel import gettext as _
from sqlalchemy import text

from kaohe.accounts.views import CHOSEN_AT_THE_DOOR
from kaohe.files import quota
from kaohe.pages import Pages, current
from kaohe.tenants import service as tenants
from kaohe.web import finding
from kaohe.web import home as start
from kaohe.web.forms import SettingsForm
from kaohe.web.shell import LANGUAGE_COOKIE

pages = Pages("web", __name__)
door = Pages("door", __name__, of_tenant=False)
PAGES = [pages, door]


@door.get("/", allow="public")
def front() -> Any:
    """The installation's front page: which organisation?"""
    demo = current_app.extensions["kaohe"].config.demo
    code = (request.args.get("code") or "").strip().lower()
    if code:
        return redirect(url_for("accounts.sign_in", code=code))
    found = tenants.all_tenants(current.databases) if demo else []
    if len(found) == 1:
        return redirect(url_for("accounts.sign_in", code=found[0].code))
    return render_template("front.html", tenants=found)


@door.get("/health", allow="public")
def health() -> Any:
    """For the operator's monitor: answers when the database does."""
    with current.databases.platform(write=False) as session:
        session.execute(text("SELECT 1"))
    return {"state": "ok"}


@pages.get("/", allow="home")
def home() -> Any:
    """The start page: what this person has to do and to know now."""
    return render_template("home.html", **start.page(request.args.get("period")))


@pages.get("/search", allow="search")
def search() -> Any:
    """People, units and clauses that fit the words, limited to what the actor may see."""
    words = " ".join((request.args.get("q") or "").split())[:100]
    return render_template("search.html", words=words, found=finding.everything(words))


@pages.post("/language", allow="public")
def language() -> Any:
    """Switch the language of the account; where nobody is signed in, of this browser and of who signs in next."""
    assert current.tenant is not None
    chosen = "en" if request.form.get("language") == "en" else "zh"
    back = request.form.get("next") or ""
    answer = redirect(back if back.startswith(f"/t/{current.tenant.code}/") else url_for("web.home"), 303)
    if current.account is not None:
        current.account.language = chosen
    else:
        browser_session[CHOSEN_AT_THE_DOOR] = chosen
    answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=31_536_000, samesite="Lax", httponly=True)
    return answer


@pages.form("/settings", allow="settings.edit")
def settings() -> Any:
    """The organisation's own settings: which sectors it uses."""
    registry = current_app.extensions["kaohe"].registry
    form = SettingsForm.of(registry, tenants.sectors_on(current.session))
    if form.validate_on_submit():
        for code in form.sectors.data or []:
            tenants.switch_on(current.session, code, now=current.now)
        flash(_("设置已保存"), "plus")
        return redirect(url_for("web.settings"), 303)
    room = quota.usage(current.session)
    return render_template(
        "settings.html", form=form, registry=registry, room=room
    ), 422 if form.errors else 200
