"""E-mail: one message as a letter, and a conversation with the organisation's mail server.

Decides that a letter names its sender and subject in single lines, carries a Message-ID of its delivery (so that a
second attempt is recognised as the same letter) and says how to stop it. Refuses servers that may not be reached,
certificates that do not fit, and passwords over a line that is not encrypted.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from kaohe.messages.mail_settings import MailSettings
from kaohe.messages.reach import Reach, encrypted, ending, in_words
from kaohe.messages.refusals import MailRefused, NoAnswer, NoConnection, RecipientRefused, SignInRefused


def letter(
    settings: MailSettings, *, to: str, subject: str, text: str, ident: str, language: str, now: datetime
) -> EmailMessage:
    """One letter in plain text."""
    found = EmailMessage()
    name, domain = settings.sender.rsplit("@", 1)
    found["From"] = Address(" ".join(settings.sender_name.split()), name, domain)
    found["To"] = Address("", *to.rsplit("@", 1))
    found["Subject"] = " ".join(subject.split())
    found["Date"] = format_datetime(now)
    found["Message-ID"] = f"<{ident}@{domain}>"
    found["Auto-Submitted"] = "auto-generated"
    found["Content-Language"] = "zh-CN" if language == "zh" else "en"
    found.set_content(text)
    return found


class _Client(smtplib.SMTP):
    """The library's client over a connection that was checked and that ends in time."""

    def __init__(self, settings: MailSettings, reach: Reach, stack: ExitStack, seconds: float) -> None:
        self._settings, self._reach, self._stack, self._seconds = settings, reach, stack, seconds
        super().__init__(settings.host, settings.port, timeout=reach.seconds, local_hostname="kaohe")

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        checked = self._reach.connect(host, port)
        self._stack.enter_context(ending(checked, self._seconds))
        return encrypted(checked, host) if self._settings.security == "tls" else checked


@contextmanager
def conversation(settings: MailSettings, reach: Reach, letters: int = 1) -> Iterator[Any]:
    """A signed-in conversation with the mail server; it may last longer, the more letters are to go."""
    if settings.security == "none":
        reach.need_plain(settings.host, settings.port)
    with in_words(settings.host, reach.seconds), ExitStack() as stack:
        try:
            client = _Client(settings, reach, stack, reach.in_all + letters * reach.seconds)
            stack.callback(_leave, client)
            _enter(client, settings)
            yield client
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError) as error:
            if isinstance(error.__context__, TimeoutError):
                raise NoAnswer(host=settings.host, seconds=f"{reach.seconds:g}") from error
            raise NoConnection(host=settings.host, why=_why(error)) from error


def _enter(client: _Client, settings: MailSettings) -> None:
    try:
        if settings.security == "starttls":
            client.starttls(context=ssl.create_default_context())
        if settings.user:
            client.login(settings.user, settings.password)
    except smtplib.SMTPAuthenticationError as error:
        raise SignInRefused(host=settings.host) from error
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException as error:
        raise MailRefused(why=_why(error)) from error


def _leave(client: _Client) -> None:
    try:
        client.quit()
    except (smtplib.SMTPException, OSError):
        client.close()


def post(client: Any, sender: str, to: str, sent: EmailMessage) -> None:
    """Hand one letter over; raises `RecipientRefused` for good, `MailRefused` for now."""
    try:
        client.send_message(sent, from_addr=sender, to_addrs=[to])
    except smtplib.SMTPRecipientsRefused as error:
        code, why = next(iter(error.recipients.values()))
        said = f"{code} {_shown(why)}"
        raise (RecipientRefused(why=said) if code >= 500 else MailRefused(why=said)) from error
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException as error:
        raise MailRefused(why=_why(error)) from error


def _why(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_shown(error.smtp_error)}"
    return _shown(str(error))


def _shown(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return "".join(c if c.isprintable() else " " for c in text)[:160].strip()
