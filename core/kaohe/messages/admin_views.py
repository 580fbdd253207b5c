"""Pages for administrators: the mail server, group robots, and how messages to the outside fared.

Nobody waits for the outside with the database held: a trial ends the transaction first.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.errors import Refusal
from kaohe.messages import contacts, delivering, listing, mail, mail_settings, robots, service
from kaohe.messages.forms import MailForm, RobotForm
from kaohe.messages.models import Delivery, Robot
from kaohe.messages.reach import Reach
from kaohe.messages.refusals import AddressUnconfirmed, MailNotOn, NoAddressOfOwn
from kaohe.messages.routes import pages
from kaohe.pages import current
from kaohe.scheme import Text

TRIAL = Text("这是一条试发的消息", "This is a trial message")


@pages.get("/channels", allow="messages.manage")
def channels() -> Any:
    """The mail server and the group robots."""
    return _page()


def _page(mail_form: MailForm | None = None, robot_form: RobotForm | None = None, status: int = 200) -> Any:
    kept = mail_settings.read(current.session)
    if mail_form is None:
        shown = {name: value for name, value in asdict(kept).items() if name != "password"}
        shown["address"] = kept.address or request.url_root.rstrip("/")
        mail_form = MailForm(formdata=None, data=shown)
    if robot_form is None:
        robot_form = RobotForm(formdata=None, data={"kinds": ["due", "overdue", "urge", "published"]})
    robot_form.offer(current.language)
    return (
        render_template(
            "messages/channels.html",
            mail_form=mail_form,
            robot_form=robot_form,
            kept=kept,
            robots=robots.robots(current.session),
            services=robots.SERVICES,
            kinds=service.KINDS,
        ),
        status,
    )


@pages.post("/channels/mail", allow="messages.manage")
def mail_() -> Any:
    """Set the mail server."""
    form = MailForm()
    if form.validate():
        try:
            mail_settings.write(current.session, form.settings())
        except Refusal as refusal:
            current.session.rollback()
            getattr(form, refusal.field or "host").errors = [refusal.say(current.language)]
        else:
            flash(_("邮件设置已保存"), "plus")
            return redirect(url_for("messages.channels"), 303)
    return _page(mail_form=form, status=422)


@pages.post("/channels/mail/try", allow="messages.manage")
def try_mail() -> Any:
    """Send a letter to oneself now and say what came of it."""
    settings = mail_settings.read(current.session)
    contact = contacts.contact_of(current.session, current.actor.person_id)
    try:
        if not settings.on:
            raise MailNotOn
        if contact is None or not contact.email:
            raise NoAddressOfOwn
        if contact.confirmed_at is None:
            raise AddressUnconfirmed
        to, reach = contact.email, Reach.from_environment()
        current.session.commit()  # nobody else waits for the mail server
        letter = mail.letter(
            settings,
            to=to,
            subject=TRIAL.say(current.language),
            text=TRIAL.say(current.language) + "\n",
            ident=current.request_id,
            language=current.language,
            now=current.now,
        )
        with mail.conversation(settings, reach) as client:
            mail.post(client, settings.sender, to, letter)
    except Refusal as refusal:
        flash(refusal.say(current.language), "minus")
    else:
        flash(_("已发到 %(to)s，请查收", to=to), "plus")
    return redirect(url_for("messages.channels"), 303)


@pages.post("/channels/robots", allow="messages.manage")
def add_robot() -> Any:
    """Add a group robot."""
    form = RobotForm()
    form.offer(current.language)
    if form.validate():
        try:
            robots.add(
                current.session,
                title=form.title.data or "",
                service=form.service.data,
                url=(form.url.data or "").strip(),
                secret=(form.secret.data or "").strip(),
                kinds=form.kinds.data or [],
                reach=Reach.from_environment(),
                by=current.actor.person_id,
                now=current.now,
            )
        except Refusal as refusal:
            current.session.rollback()
            getattr(form, refusal.field or "url").errors = [refusal.say(current.language)]
        else:
            flash(_("群机器人已添加，可以试发一条"), "plus")
            return redirect(url_for("messages.channels", _anchor="robots"), 303)
    return _page(robot_form=form, status=422)


@pages.post("/channels/robots/<id:robot>/try", allow="messages.manage")
def try_robot(robot: Robot) -> Any:
    """Tell the group something now and say what came of it."""
    address = mail_settings.read(current.session).address
    current.session.commit()  # nobody else waits for the robot
    try:
        robots.tell(robot, TRIAL.zh, address, reach=Reach.from_environment(), now=current.now)
    except Refusal as refusal:
        flash(refusal.say(current.language), "minus")
    else:
        flash(_("已发到“%(title)s”，请到群里看", title=robot.title), "plus")
    return redirect(url_for("messages.channels", _anchor="robots"), 303)


@pages.post("/channels/robots/<id:robot>/switch", allow="messages.manage")
def switch_robot(robot: Robot) -> Any:
    """Stop a robot for a while, or go on."""
    if robot.removed_at is None:
        robot.active = not robot.active
        flash(_("已启用") if robot.active else _("已停用"), "plus")
    return redirect(url_for("messages.channels", _anchor="robots"), 303)


@pages.post("/channels/robots/<id:robot>/remove", allow="messages.manage")
def remove_robot(robot: Robot) -> Any:
    """Remove a robot; its address and key are forgotten."""
    robots.remove(current.session, robot, current.now)
    flash(_("群机器人已移除"), "plus")
    return redirect(url_for("messages.channels", _anchor="robots"), 303)


@pages.get("/outbox", allow="messages.manage")
def outbox() -> Any:
    """How messages to the outside fared."""
    return render_template("messages/outbox.html", **listing.deliveries(), most=delivering.MOST_TRIES)


@pages.post("/outbox/<id:delivery>/again", allow="messages.manage")
def again(delivery: Delivery) -> Any:
    """Send a given-up message anew."""
    if delivering.try_again(current.session, delivery, current.now):
        flash(_("已重新排队，马上发送"), "plus")
    else:
        flash(_("这条消息不用重新发送"), "warn")
    return redirect(url_for("messages.outbox"), 303)
