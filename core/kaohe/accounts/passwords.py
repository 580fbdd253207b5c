"""Passwords: how they are kept, and which ones are good enough.

Decides the hash (argon2id) and the rule that people are told: long enough (longer for who holds a role), not the
staff number or the name, not one that everybody tries first. Refuses nothing for lacking signs or capitals:
length is what counts. Text is compared in its compatibility form, so full-width typing does not matter.
"""

from __future__ import annotations

import re
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kaohe.errors import Refusal

LEAST = 8
LEAST_WITH_ROLE = 10
MOST = 200
_ROWS = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
)
# fmt: off
_COMMON = frozenset(
    {
        "password", "passw0rd", "p@ssw0rd", "p@ssword", "admin", "administrator", "welcome", "letmein",
        "iloveyou", "monkey", "dragon", "sunshine", "princess", "football", "baseball", "superman",
        "batman", "trustno1", "changeme", "default", "secret", "qwerty", "abc", "woaini", "woaini1314",
        "5201314", "1314520", "iloveu", "root", "test", "guest", "user", "login", "master", "hello",
        "nihao", "kaohe", "hospital", "huli", "yiyuan",
    }
)
# fmt: on

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class PasswordTooShort(Refusal):
    """Fewer characters than the rule asks."""

    zh = "密码至少要 {least} 个字符。"
    en = "A password needs at least {least} characters."
    field = "password"


class PasswordTooLong(Refusal):
    """More characters than anybody types."""

    zh = "密码最多 200 个字符。"
    en = "A password has at most 200 characters."
    field = "password"


class PasswordTooPlain(Refusal):
    """One of those that are tried first."""

    zh = "这个密码太常见，别人很容易猜到。换一个长一点、只有您知道的，例如几个不相关的词。"
    en = "This password is too common and easily guessed. Take a longer one that only you know, such as a few unrelated words."
    field = "password"


class PasswordSaysWho(Refusal):
    """The staff number or the name with little else."""

    zh = "密码不能是工号或姓名，也不能只在它们后面加几个字。"
    en = "A password may not be the staff number or the name, nor either with a few characters added."
    field = "password"


class PasswordUnchanged(Refusal):
    """The new password is the old one."""

    zh = "新密码和原密码一样，请换一个。"
    en = "The new password is the same as the old one; choose another."
    field = "password"


def plain_form(password: str) -> str:
    """The form in which passwords are hashed and compared."""
    return unicodedata.normalize("NFKC", password)


def hash_of(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(plain_form(password))


_NOBODY = _hasher.hash("nobody has this password")


def matches(kept: str | None, password: str) -> bool:
    """Whether `password` is the one kept; takes as long when there is none to compare with."""
    try:
        return _hasher.verify(kept or _NOBODY, plain_form(password)[: MOST * 4]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def check_password(password: str, *, number: str, name: str, with_role: bool) -> None:
    """Raise the refusal of a password that is not good enough for a person with this number and name."""
    text = plain_form(password)
    least = LEAST_WITH_ROLE if with_role else LEAST
    if len(text) > MOST:
        raise PasswordTooLong
    if len(text) < least:
        raise PasswordTooShort(least=least)
    for own in (number, name):
        own = plain_form(own).casefold()
        rest = text.casefold().replace(own, "") if len(own) >= 2 else text
        if len(rest) < min(4, len(text)):
            raise PasswordSaysWho
    if _is_plain(text.casefold()):
        raise PasswordTooPlain


def _is_plain(text: str) -> bool:
    if len(set(text)) <= 3 or _is_run(text):
        return True
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
    if bare in _COMMON or text in _COMMON or (bare and bare in _ROWS):
        return len(text) < 16
    return bool(re.fullmatch(r"[a-z]?(?:19|20)\d{6}[a-z]?", text))


def _is_run(text: str) -> bool:
    """Whether the text is a stretch of the alphabet, the digits or a row of keys, perhaps twice or backwards."""
    half = text[: len(text) // 2] if len(text) % 2 == 0 and text[: len(text) // 2] * 2 == text else text
    core = re.sub(r"^[a-z]{1,2}(?=\d)|(?<=\d)[a-z]{1,2}$", "", half)
    return any(part and len(part) >= 4 and part in row + row[::-1] for row in _ROWS for part in (half, core))
