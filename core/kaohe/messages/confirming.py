"""Confirming an e-mail address: a link that only its reader can know, for one use and for two days.

Decides that the person opens the link signed in and presses a button, so that neither a programme that follows links
nor whoever was written to by mistake confirms somebody's address; that a new link ends the one before; and that letters
are asked for a minute apart at least. Refuses a link that was used, has expired, or is another's, in the same words.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from email.message import EmailMessage

from kaohe.db import TenantSession
from kaohe.messages import mail
from kaohe.messages.contacts import contact_of
from kaohe.messages.mail_settings import MailSettings
from kaohe.messages.models import Contact
from kaohe.messages.refusals import LinkOver, NothingToConfirm, TooSoon
from kaohe.scheme import Text

HOLDS_FOR = timedelta(days=2)
APART = timedelta(minutes=1)

SUBJECT = Text("确认您的电子邮箱", "Confirm your e-mail address")
WORDS = Text(
    "您在“{name}”的考核平台里填写了这个邮箱。登录后打开下面的链接并确认，以后的消息才会发到这里。"
    "链接两天内有效，只能用一次。不是您填写的，不用理会。",
    "This address was entered on the assessment platform of “{name}”. Sign in, open the link below and confirm; only "
    "then messages are sent here. The link holds for two days and for one use. If it was not you, do nothing.",
)


def ask(session: TenantSession, contact: Contact, now: datetime) -> str:
    """The secret of a new link; raises `NothingToConfirm`, `TooSoon`."""
    if not contact.email or contact.confirmed_at is not None:
        raise NothingToConfirm
    if contact.asked_at is not None and now - contact.asked_at < APART:
        raise TooSoon
    secret = secrets.token_urlsafe(32)
    contact.link_hash, contact.asked_at = _hash(secret), now
    session.flush()
    return secret


def pending(session: TenantSession, person_id: int, secret: str, now: datetime) -> Contact:
    """The address that a person's link would confirm; raises `LinkOver`."""
    found = contact_of(session, person_id)
    if found is None or found.link_hash is None or found.asked_at is None:
        raise LinkOver
    if not hmac.compare_digest(found.link_hash, _hash(secret)) or now - found.asked_at > HOLDS_FOR:
        raise LinkOver
    return found


def confirm(session: TenantSession, person_id: int, secret: str, now: datetime) -> Contact:
    """Confirm the address, once; raises `LinkOver`."""
    found = pending(session, person_id, secret, now)
    found.confirmed_at, found.link_hash = now, None
    session.flush()
    return found


def letter(
    settings: MailSettings, *, to: str, organisation: str, link: str, ident: str, language: str, now: datetime
) -> EmailMessage:
    """The one letter that goes to an address which is not confirmed."""
    words = WORDS.say(language).format(name=organisation)
    return mail.letter(
        settings,
        to=to,
        subject=f"{SUBJECT.say(language)} · {organisation}",
        text=f"{words}\n\n{link}\n",
        ident=ident,
        language=language,
        now=now,
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
