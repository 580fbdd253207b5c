"""Messages and the calendar in the worlds of the matrix: one message to each role, one robot, one given-up delivery."""

from __future__ import annotations

from sqlalchemy import select

from kaohe.calendar import service as calendar
from kaohe.messages import service as messages
from kaohe.messages.models import Delivery, Message, Robot
from kaohe.scheme import Text
from kaohe.testing.roles import EVERYBODY
from kaohe.testing.world import World

HARD = {"messages.confirm": "a link that was not sent to this person is not found"}
BODIES: dict[str, dict[str, str]] = {
    "calendar.change": {"first": "2026-03-02", "last": "", "works": "off", "reason": "核对"},
    "calendar.confirm": {"year": "2027"},
    "calendar.reopen": {"year": "2027"},
    "calendar.hours": {"day0": "08:00-12:00"},
    "messages.mine": {"email": "", "kinds": "due"},
    "messages.mail_": {"host": "mail.example.cn", "port": "465", "security": "tls"},
    "messages.try_mail": {},
    "messages.send_link": {},
    "messages.confirm": {},
    "messages.add_robot": {
        "title": "核对",
        "service": "wecom",
        "url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x",
        "kinds": "due",
    },
}


def furnish(world: World) -> None:
    """Tell each role something, and let one telling of a group have failed."""
    world.others["messages.confirm"] = {"token": "not-a-link"}
    with world.session() as session:
        robot = Robot(
            title=f"群{world.marker}",
            service="wecom",
            url=f"https://robot.invalid/{world.marker}",  # not such a robot's address: a trial is refused at once
            kinds=["due"],
            added_by=world.people["admin"].id,
            added_at=world.now,
        )
        session.add(robot)
        session.flush()
        words = Text(f"提醒{world.marker}", f"Reminder{world.marker}")
        for role, person in world.people.items():
            about = f"world:{role}"
            messages.send(
                session,
                to=[person.id],
                kind="due",
                title=words,
                text=words,
                link=None,
                about=about,
                now=world.now,
            )
            world.keep("message", role, session.scalar(select(Message.id).where(Message.about == about)) or 0)
        failed = session.scalars(select(Delivery).order_by(Delivery.id)).first()
        assert failed is not None
        failed.state, failed.error = "failed", [f"没有回应{world.marker}", f"No answer{world.marker}"]
        for name, ident in (("robot", robot.id), ("delivery", failed.id)):
            world.keep(name, EVERYBODY, ident)
        day = world.today.replace(day=1)
        calendar.set_days(
            session,
            first=day,
            last=day,
            works=True,
            reason=f"值班{world.marker}",
            by=world.people["admin"].id,
            now=world.now,
        )
        session.commit()
