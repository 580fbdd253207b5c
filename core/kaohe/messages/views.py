"""Pages of messages: one's own list, one message, what one wants by e-mail and where, confirmed by a link."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.errors import Refusal
from kaohe.messages import admin_views as _admin_views  # adds its pages
from kaohe.messages import confirming, contacts, listing, mail, mail_settings, service
from kaohe.messages.forms import MineForm
from kaohe.messages.models import Message
from kaohe.messages.reach import Reach
from kaohe.messages.refusals import MailNotOn, NothingToConfirm
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
            _send_link(only_new=True)
            return redirect(url_for("messages.mine"), 303)
    if form.errors:
        status = 422
    on = mail_settings.is_on(current.session)
    return render_template("messages/mine.html", form=form, on=on, kept=kept), status


@pages.post("/mine/link", allow="self")
def send_link() -> Any:
    """Send the link that confirms one's address anew."""
    _send_link()
    return redirect(url_for("messages.mine"), 303)


def _send_link(*, only_new: bool = False) -> None:
    """Send the link and say what came of it; `only_new`: unless nothing is to be confirmed, or mail is off."""
    session, settings = current.session, mail_settings.read(current.session)
    contact = contacts.contact_of(session, current.actor.person_id)
    try:
        if contact is None or not contact.email or contact.confirmed_at is not None:
            raise NothingToConfirm
        if not settings.on:
            raise MailNotOn
        to, secret = contact.email, confirming.ask(session, contact, current.now)
        assert current.tenant is not None
        path = url_for("messages.confirm", token=secret)
        letter = confirming.letter(
            settings,
            to=to,
            organisation=current.tenant.name,
            link=(settings.address.rstrip("/") or request.url_root.rstrip("/")) + path,
            ident=current.request_id,
            language=current.language,
            now=current.now,
        )
        session.commit()  # nobody else waits for the mail server
        with mail.conversation(settings, Reach.from_environment()) as client:
            mail.post(client, settings.sender, to, letter)
    except (NothingToConfirm, MailNotOn) as refusal:
        if not only_new:
            flash(refusal.say(current.language), "minus")
    except Refusal as refusal:
        flash(refusal.say(current.language), "minus")
    else:
        flash(_("确认邮件已发到 %(to)s，请点开里面的链接", to=to), "plus")


@pages.form("/confirm/<token>", allow="self")
def confirm(token: str) -> Any:
    """Confirm one's address by the link that was sent there."""
    person = current.actor.person_id
    if request.method == "POST":
        confirming.confirm(current.session, person, token, current.now)
        flash(_("邮箱已确认，消息会发到这里"), "plus")
        return redirect(url_for("messages.mine"), 303)
    found = confirming.pending(current.session, person, token, current.now)
    return render_template("messages/confirm.html", email=found.email)


def _kept(kept: Any) -> dict[str, Any]:
    if kept is None:
        return {"wants_mail": True, "kinds": list(service.KINDS)}
    wanted = [kind for kind in service.KINDS if kind not in kept.muted]
    return {"email": kept.email, "wants_mail": kept.wants_mail or not kept.email, "kinds": wanted}
