"""Sending what waits: claimed in the database, sent from threads of its own, tried again with growing gaps.

Decides that a delivery is claimed before it is sent and that nobody else takes it until the claim lapses; that the mail
server and each robot are told by a thread each, so that one that never answers holds up nobody else; that after one
failure of a target the rest of its round waits; that a fault of ours counts as a failure of the one delivery it met; and
that after `MOST_TRIES` tries, or at once where trying again is no use, it is given up with the reason in words. No
transaction is open while the other side is spoken to.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from kaohe.accounts.models import Account
from kaohe.db import Databases, TenantSession
from kaohe.errors import Refusal
from kaohe.messages import mail, mail_settings, robots
from kaohe.messages.contacts import may_write
from kaohe.messages.models import Contact, Delivery, Message, Robot
from kaohe.messages.reach import Reach
from kaohe.messages.refusals import (
    MailRefused,
    NotDelivered,
    RecipientRefused,
    RobotAddressUnfit,
    SendingBroke,
)
from kaohe.people.models import Person
from kaohe.scheme import Text
from kaohe.tenants import service as tenants

GAPS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 480, 1440))
MOST_TRIES = len(GAPS) + 1
CLAIM = timedelta(minutes=10)
AT_ONCE = 100
PER_GROUP = 15
"""Both services take at most twenty messages a minute for a robot."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Going:
    """A claimed delivery with everything that sending it needs."""

    ident: int
    robot_id: int | None
    tries: int
    title: Text
    text: Text
    link: str
    email: str
    language: str
    name: str


@dataclass(frozen=True)
class Round:
    """What one look at the outbox works with."""

    databases: Databases
    tenant_id: int
    now: datetime
    reach: Reach
    clock: Callable[[], datetime]


def deliver(
    databases: Databases,
    tenant_id: int,
    now: datetime,
    *,
    reach: Reach,
    clock: Callable[[], datetime] | None = None,
) -> list[threading.Thread]:
    """Claim what is due and send it, a thread for each target; the threads, for whoever wants to wait."""
    with databases.tenant(tenant_id, write=False) as session:
        due = select(Delivery.id).where(Delivery.state == "waiting", Delivery.next_try_at <= now).limit(1)
        if session.scalar(due) is None:
            return []
    around = Round(databases, tenant_id, now, reach, clock or (lambda: now))
    claim, targets = secrets.token_hex(8), []
    with databases.tenant(tenant_id) as session:
        for robot_id in _targets(session, now):
            going = _claim(session, robot_id, claim, around)
            if going:
                targets.append((robot_id, going))
        session.commit()
    threads = [
        threading.Thread(
            target=_work, args=(around, claim, robot_id, going), name=f"outbox-{tenant_id}", daemon=True
        )
        for robot_id, going in targets
    ]
    for thread in threads:
        thread.start()
    return threads


def _targets(session: TenantSession, now: datetime) -> set[int | None]:
    """The mail server (None) and the robots for which something is due, without those being told just now."""
    waiting = select(Delivery.robot_id).where(Delivery.state == "waiting").distinct()
    busy = set(session.scalars(waiting.where(Delivery.claim.is_not(None), Delivery.next_try_at > now)))
    return set(session.scalars(waiting.where(Delivery.next_try_at <= now))) - busy


def _claim(session: TenantSession, robot_id: int | None, claim: str, around: Round) -> list[Going]:
    """Take the oldest due ones of a target; what has become unwanted is dropped here."""
    its = Delivery.robot_id.is_(None) if robot_id is None else Delivery.robot_id == robot_id
    oldest = (
        select(Delivery.id)
        .where(Delivery.state == "waiting", Delivery.next_try_at <= around.now, its)
        .order_by(Delivery.next_try_at, Delivery.id)
        .limit(AT_ONCE if robot_id is None else PER_GROUP)
    )
    ids = list(session.scalars(oldest))
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.state == "waiting", Delivery.next_try_at <= around.now)
        .values(claim=claim, next_try_at=around.now + CLAIM, tries=Delivery.tries + 1)
        .execution_options(synchronize_session=False)
    )
    mine = {
        row.id
        for row in session.execute(select(Delivery.id).where(Delivery.id.in_(ids), Delivery.claim == claim))
    }
    going = _read(session, mine, around)
    unwanted = mine - {one.ident for one in going}
    _say(session, unwanted, claim, state="dropped", ended_at=around.now)
    return going


def _read(session: TenantSession, ids: set[int], around: Round) -> list[Going]:
    """The claimed ones that are still wanted: the person has an address and has not left, the robot is there."""
    tenant = next(one for one in tenants.all_tenants(around.databases) if one.id == around.tenant_id)
    address = mail_settings.read(session).address.rstrip("/")
    base = f"{address}/t/{tenant.code}" if address else ""
    rows = session.execute(
        select(Delivery, Message, Contact, Robot.active, Account.language, Person.left_on)
        .join(Message, Message.id == Delivery.message_id)
        .join(Person, Person.id == Message.person_id)
        .outerjoin(Contact, Contact.person_id == Message.person_id)
        .outerjoin(Robot, Robot.id == Delivery.robot_id)
        .outerjoin(Account, Account.person_id == Message.person_id)
        .where(Delivery.id.in_(ids))
        .order_by(Delivery.id)
    )
    found = []
    for delivery, message, contact, active, language, left_on in rows:
        by_mail = delivery.robot_id is None
        gone = left_on is not None and left_on < around.now.astimezone(session.zone).date()
        wanted = active if not by_mail else may_write(contact)
        if not wanted or (by_mail and (gone or message.kind in contact.muted)):
            continue
        found.append(
            Going(
                ident=delivery.id,
                robot_id=delivery.robot_id,
                tries=delivery.tries,
                title=Text(message.title_zh, message.title_en),
                text=Text(message.text_zh, message.text_en),
                link=f"{base}/messages/{message.id}"
                if base and by_mail
                else f"{base}/messages/"
                if base
                else "",
                email=contact.email if by_mail else "",
                language="en" if language == "en" else "zh",
                name=tenant.name,
            )
        )
    return found


def _say(session: TenantSession, ids: Iterable[int], claim: str, **values: Any) -> None:
    """Write how deliveries fared, where the claim is still one's own."""
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(list(ids)), Delivery.claim == claim)
        .values(claim=None, **values)
        .execution_options(synchronize_session=False)
    )


# ---------- in a thread of its own ----------


def _work(around: Round, claim: str, robot_id: int | None, going: list[Going]) -> None:
    """Send what was claimed; where not even a failure can be written, the claim lapses and it comes round again."""
    left = list(going)
    try:
        try:
            if robot_id is None:
                _by_mail(around, claim, left)
            else:
                _to_group(around, claim, robot_id, left)
        except (NotDelivered, RobotAddressUnfit) as refusal:  # unfit: the operator lists its host no more
            _fell_through(around, claim, left, refusal)
        except Exception:  # a fault of ours is a try like any other
            _log.exception("the outbox of tenant %s could not send", around.tenant_id)
            _fell_through(around, claim, left, SendingBroke())
    except Exception:
        _log.exception("the outbox of tenant %s could not be written", around.tenant_id)


def _by_mail(around: Round, claim: str, left: list[Going]) -> None:
    with around.databases.tenant(around.tenant_id, write=False) as session:
        settings = mail_settings.read(session)

    def post(one: Going) -> None:
        mail.post(client, settings.sender, one.email, _letter(settings, one, around))

    with mail.conversation(settings, around.reach, len(left)) as client:
        _each(around, claim, left, post)


def _to_group(around: Round, claim: str, robot_id: int, left: list[Going]) -> None:
    with around.databases.tenant(around.tenant_id, write=False) as session:
        robot = session.need(Robot, robot_id)

    def tell(one: Going) -> None:
        title = f"{one.title.zh} · {one.name}"
        robots.tell(robot, title, one.link, reach=around.reach, now=around.clock())

    _each(around, claim, left, tell)


def _each(around: Round, claim: str, left: list[Going], send: Callable[[Going], None]) -> None:
    """Send one after the other, taking each from `left`: one's own trouble is not the others', the target's is raised."""
    while left:
        one = left[0]
        try:
            send(one)
        except (RecipientRefused, MailRefused) as refusal:
            _failed(around, claim, one, refusal)
        except (Refusal, OSError):  # of the connection; what the library of mail raises is an OSError too
            raise
        except Exception:
            _log.exception("delivery %s of tenant %s could not be sent", one.ident, around.tenant_id)
            _failed(around, claim, one, SendingBroke())
        else:
            _sent(around, claim, one)
        left.pop(0)


def _letter(settings: mail_settings.MailSettings, one: Going, around: Round) -> Any:
    say = one.language
    lines = [one.text.say(say), one.link]
    stop = Text("不想再收到邮件，可在“消息设置”里关闭。", "To stop these e-mails, see Message settings.")
    lines.append(f"-- \n{one.name}\n{stop.say(say)}")
    return mail.letter(
        settings,
        to=one.email,
        subject=f"{one.title.say(say)} · {one.name}",
        text="\n\n".join(filter(None, lines)) + "\n",
        ident=f"{one.ident}.{around.tenant_id}",
        language=say,
        now=around.clock(),
    )


def _fell_through(around: Round, claim: str, left: list[Going], refusal: Refusal) -> None:
    """The target itself failed: the one at hand has failed, the others wait without having been tried."""
    if not left:
        return
    _failed(around, claim, left[0], refusal)
    with around.databases.tenant(around.tenant_id) as session:
        _say(
            session,
            [one.ident for one in left[1:]],
            claim,
            next_try_at=around.clock() + GAPS[0],
            tries=Delivery.tries - 1,
        )
        session.commit()


def _failed(around: Round, claim: str, one: Going, refusal: Refusal) -> None:
    now = around.clock()
    over = isinstance(refusal, RecipientRefused) or one.tries >= MOST_TRIES
    values: dict[str, Any] = {"error": [refusal.say("zh"), refusal.say("en")]}
    if over:
        values |= {"state": "failed", "ended_at": now}
    else:
        values |= {"next_try_at": now + GAPS[one.tries - 1]}
    with around.databases.tenant(around.tenant_id) as session:
        _say(session, [one.ident], claim, **values)
        session.commit()


def _sent(around: Round, claim: str, one: Going) -> None:
    with around.databases.tenant(around.tenant_id) as session:
        _say(session, [one.ident], claim, state="sent", ended_at=around.clock(), error=None)
        session.commit()


def try_again(session: TenantSession, delivery: Delivery, now: datetime) -> bool:
    """Send a given-up delivery anew; False when it was not given up."""
    done = session.execute(
        update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.state == "failed")
        .values(state="waiting", tries=0, next_try_at=now, ended_at=None)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)
