"""What people type into the forms, read as figures, days and ids; what cannot be read is named, never guessed."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from kaohe.entries import typed_refusals

LONGEST = 40
LONGEST_YUAN = 12


def ident(text: str | None) -> int | None:
    """An id as it stands in a form; None for anything else."""
    text = (text or "").strip()
    fits = text.isascii() and text.isdigit() and len(text) <= 19
    return int(text) if fits and 0 < int(text) < 1 << 63 else None


def token(text: str | None) -> str | None:
    """The mark of a form as this application makes them; whatever else was sent of it is dropped."""
    return "".join(c for c in (text or "")[:60] if c.isascii() and (c.isalnum() or c in "-_")) or None


def plain(text: str | None, longest: int = 100) -> str:
    """Words in one line without control characters."""
    return "".join(c for c in (text or "")[:longest] if c.isprintable()).strip()


def figure(text: str | None, field: str = "quantity") -> Decimal | None:
    """A plain number, in half or full width, with either minus; None for nothing typed."""
    plain = unicodedata.normalize("NFKC", text or "").strip().replace("\u2212", "-")
    if not plain:
        return None
    if len(plain) > LONGEST or not set(plain) <= set("+-.0123456789"):
        raise typed_refusals.NotAFigure(typed=(text or "").strip()[:LONGEST], field=field)
    try:
        return Decimal(plain)
    except InvalidOperation:
        raise typed_refusals.NotAFigure(typed=(text or "").strip()[:LONGEST], field=field) from None


def yuan(text: str | None, field: str = "amount") -> int | None:
    """An amount in yuan with two decimals at most, as integer fen; None for nothing typed."""
    plain = unicodedata.normalize("NFKC", text or "").strip().removeprefix("¥").removesuffix("元").strip()
    if not plain:
        return None
    whole, dot, rest = plain.replace(",", "").partition(".")
    fits = whole.isascii() and whole.isdigit() and len(whole) <= LONGEST_YUAN and len(rest) <= 2
    if not fits or (dot and not (rest.isascii() and rest.isdigit())):
        raise typed_refusals.NotAnAmount(typed=(text or "").strip()[:LONGEST], field=field)
    return int(whole) * 100 + int(rest.ljust(2, "0") or "0")


def day(text: str | None, usual: date, field: str = "happened_on") -> date:
    """A day as the date field sends it; `usual` for nothing typed."""
    plain = (text or "").strip()
    if not plain:
        return usual
    try:
        return date.fromisoformat(plain.replace("/", "-").replace(".", "-"))
    except ValueError:
        raise typed_refusals.NotADate(typed=plain[:LONGEST], field=field) from None


def ticked(form: Mapping[str, str], name: str) -> bool:
    """Whether a box was ticked."""
    return form.get(name) in ("1", "on", "y", "true")
