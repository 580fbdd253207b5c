"""Pages of messages: one's own list, one message, what one wants by e-mail."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.errors import Refusal
from kaohe.messages import admin_views as _admin_views  # adds its pages
from kaohe.messages import contacts, listing, mail_settings, service
from kaohe.messages.forms import MineForm
from kaohe.messages.models import Message
from kaohe.messages.routes import pages
from kaohe.pages import current

PAGES = [pages]
ADMIN_VIEWS = _admin_views


@pages.get("/", allow="self")
def index() -> Any:
    """One's own messages."""
    return render_template("messages/index.html", **listing.inbox())


@pages.get("/<id:message>", allow="messages.own")
def show(message: Message) -> Any:
    """One message; a link in an e-mail leads here."""
    return render_template("messages/show.html", one=listing.described(message))


@pages.post("/<id:message>/open", allow="messages.own")
def open_(message: Message) -> Any:
    """Note the message as read and go where it leads."""
    service.mark_read(current.session, message, current.now)
    return redirect(listing.target_of(message) or url_for("messages.show", message=message.id), 303)


@pages.post("/<id:message>/read", allow="messages.own")
def read(message: Message) -> Any:
    """Note the message as read and stay in the list."""
    service.mark_read(current.session, message, current.now)
    return redirect(_back(), 303)


@pages.post("/read", allow="self")
def read_all() -> Any:
    """Note all messages as read."""
    done = service.mark_all_read(current.session, current.actor.person_id, current.now)
    flash(_("%(n)s 条已标为已读", n=done) if done else _("没有未读的消息"), "plus")
    return redirect(url_for("messages.index"), 303)


def _back() -> str:
    """The list as it was, when the form says so."""
    here, back = url_for("messages.index"), request.form.get("next") or ""
    return back if back == here or back.startswith(f"{here}?") else here


@pages.form("/mine", allow="self")
def mine() -> Any:
    """Where one wants e-mail, and of what."""
    kept = contacts.contact_of(current.session, current.actor.person_id)
    form = MineForm() if request.method == "POST" else MineForm(data=_kept(kept))
    form.offer(current.language)
    status = 200
    if request.method == "POST" and form.validate():
        try:
            contacts.set_contact(
                current.session,
                current.actor.person_id,
                email=form.email.data or "",
                wants_mail=bool(form.wants_mail.data),
                kinds=form.kinds.data or [],
                now=current.now,
            )
        except Refusal as refusal:
            current.session.rollback()
            form.email.errors = [refusal.say(current.language)]
        else:
            flash(_("消息设置已保存"), "plus")
            return redirect(url_for("messages.mine"), 303)
    if form.errors:
        status = 422
    return render_template("messages/mine.html", form=form, on=mail_settings.is_on(current.session)), status


def _kept(kept: Any) -> dict[str, Any]:
    if kept is None:
        return {"wants_mail": True, "kinds": list(service.KINDS)}
    wanted = [kind for kind in service.KINDS if kind not in kept.muted]
    return {"email": kept.email, "wants_mail": kept.wants_mail or not kept.email, "kinds": wanted}
