"""The organisation's mail server and the address that links start with: kept, read back, checked.

Decides that a password is never read back into a page: leaving it empty keeps it, and another server, port, security or
user name asks for it again, so that a kept password is never sent to a server it was not given for. Refuses what is no
host, port or address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from kaohe.db import TenantSession
from kaohe.messages.refusals import AddressUnreadable, MailAddressUnreadable, PasswordAgain
from kaohe.tenants import service as tenants

KEY = "messages.mail"
PORTS = {"tls": 465, "starttls": 587, "none": 25}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True)
class MailSettings:
    """A mail server; `security` is tls, starttls or none (only for hosts that the operator has listed)."""

    on: bool = False
    host: str = ""
    port: int = 465
    security: str = "tls"
    user: str = ""
    password: str = ""
    sender: str = ""
    sender_name: str = ""
    address: str = ""


def read(session: TenantSession) -> MailSettings:
    """What is set; nothing is on before."""
    kept: Mapping[str, Any] = tenants.setting(session, KEY) or {}
    return MailSettings(**kept)


def is_on(session: TenantSession) -> bool:
    """Whether e-mail goes out."""
    return read(session).on


def write(session: TenantSession, wanted: MailSettings) -> MailSettings:
    """Set the mail server; raises `AddressUnreadable`, `MailAddressUnreadable`, `PasswordAgain`."""
    before = read(session)
    if wanted.on or wanted.sender:
        check_mail_address(wanted.sender, "sender")
    if wanted.address:
        check_address(wanted.address)
    if wanted.user and not wanted.password:
        if before.password and _door(before) != _door(wanted):
            raise PasswordAgain
        wanted = replace(wanted, password=before.password)
    elif not wanted.user:
        wanted = replace(wanted, password="")
    tenants.put_setting(session, KEY, asdict(wanted))
    return wanted


def _door(settings: MailSettings) -> tuple[str, int, str, str]:
    return settings.host, settings.port, settings.security, settings.user


def check_mail_address(text: str, field: str = "email") -> None:
    """Raise `MailAddressUnreadable` unless this is one plain e-mail address."""
    if len(text) > 254 or not _ADDRESS.fullmatch(text):
        raise MailAddressUnreadable(text=text[:60], field=field)


def check_address(text: str) -> None:
    """Raise `AddressUnreadable` unless links can start with this."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise AddressUnreadable(text=text[:60])
