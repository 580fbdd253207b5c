"""A reason as it is kept: one line of words, without control characters, of a bounded length."""

from __future__ import annotations

import unicodedata

from kaohe.errors import Refusal

LONGEST = 500


class ReasonTooLong(Refusal):
    """A reason is a sentence or two."""

    zh, en = "理由最多 500 个字。", "A reason has at most 500 characters."
    field = "reason"


def kept_reason(text: str | None) -> str:
    """`text` without control characters and outer spaces; more than 500 characters are refused, never cut."""
    plain = "".join(" " if unicodedata.category(one) == "Cc" else one for one in text or "").strip()
    if len(plain) > LONGEST:
        raise ReasonTooLong
    return plain
