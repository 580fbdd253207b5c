"""Where a person wants e-mail, and of what: set by the person alone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from kaohe.db import TenantSession
from kaohe.messages.mail_settings import check_mail_address
from kaohe.messages.models import Contact
from kaohe.messages.service import KINDS


def contact_of(session: TenantSession, person_id: int) -> Contact | None:
    """What a person has set, or None."""
    return session.scalar(select(Contact).where(Contact.person_id == person_id))


def set_contact(
    session: TenantSession,
    person_id: int,
    *,
    email: str,
    wants_mail: bool,
    kinds: Collection[str],
    now: datetime,
) -> Contact:
    """Set the address and the wanted kinds; raises `MailAddressUnreadable`. Empty: no e-mail at all.

    Another address is unconfirmed (`confirming`), whatever the one before was.
    """
    email = email.strip()
    if email or wants_mail:
        check_mail_address(email)
    found = contact_of(session, person_id)
    if found is None:
        found = Contact(person_id=person_id, email="", muted=[], changed_at=now)
        session.add(found)
    if found.email != email:
        found.confirmed_at = found.link_hash = None
    found.email, found.wants_mail, found.changed_at = email, wants_mail and bool(email), now
    found.muted = [kind for kind in KINDS if kind not in kinds]
    session.flush()
    return found


def may_write(contact: Contact | None) -> bool:
    """Whether letters may go to somebody: there is a confirmed address, and they are wanted."""
    if contact is None or contact.confirmed_at is None:
        return False
    return contact.wants_mail and bool(contact.email)
