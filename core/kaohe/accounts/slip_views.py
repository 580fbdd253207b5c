"""Printing activation slips: one, the ticked ones, or all that wait. The only time a code is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.accounts import listing, slips
from kaohe.accounts.asking import MOST_AT_ONCE, read_list, wanted_of
from kaohe.accounts.models import Account
from kaohe.accounts.routes import pages
from kaohe.pages import choose, current


@pages.post("/accounts/slips", allow="accounts.unit")
def print_slips() -> Any:
    """Activation slips for the ticked accounts, or for all waiting ones that the list shows."""
    back = url_for("accounts.index" if current.actor.is_admin else "accounts.unit_accounts")
    if request.form.get("all") and current.actor.is_admin:
        wanted = wanted_of(read_list(request.form, back))
        wanted = replace(wanted, state=wanted.state or "waiting")
        ids = listing.fitting_ids(current.session, wanted, MOST_AT_ONCE)
    else:
        named = dict.fromkeys(request.form.getlist("account")[:MOST_AT_ONCE])
        ids = [
            choose(current.session, current.actor, "accounts.slip", "account", ident).id for ident in named
        ]
    return print_for(ids, back)


@pages.post("/accounts/<id:account>/slip", allow="accounts.slip")
def print_slip(account: Account) -> Any:
    """One activation slip."""
    back = (
        url_for("accounts.show", account=account.id)
        if current.actor.is_admin
        else url_for("accounts.unit_accounts")
    )
    return print_for([account.id], back)


def print_for(account_ids: list[int], back: str) -> Any:
    """The sheet of slips: the only time the codes are shown."""
    lines = listing.chosen(current.session, account_ids, current.today)
    lines = [line for line in lines if line.person.id != current.actor.person_id]
    if not lines:
        flash(_("没有选中可以打印激活单的账户"), "warn")
        return redirect(back, 303)
    for line in lines:
        slips.may_print(current.session, current.actor, line.account, line.person.name, current.today)
    issued = slips.issue_slips(
        current.session,
        accounts=[line.account for line in lines],
        issued_by=current.actor.person_id,
        now=current.now,
    )
    current.notes["slips"] = [str(account.id) for account, _code in issued]
    return render_template(
        "accounts/slips.html",
        slips=[(line, slips.in_groups(code)) for line, (_account, code) in zip(lines, issued, strict=True)],
        until=current.now + slips.HOLDS_FOR,
        address=url_for("accounts.activate", _external=True),
        back_url=back,
    )
