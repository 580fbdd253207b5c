"""Refusals: the named errors that a user can act on, in Chinese and English.

A service raises one; one place of the shell turns it into a page, a form error or a notice. A refusal is
never a bug: anything that is not a `Refusal` is one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar


class Refusal(Exception):
    """Something the user asked for is not done, with the reason in words.

    `zh` and `en` are templates filled with the keyword arguments; `field` names the form field at fault;
    `status` is the HTTP status that the shell answers with.
    """

    zh: ClassVar[str] = "这项操作没有完成。"
    en: ClassVar[str] = "This was not done."
    status: ClassVar[int] = 422
    field: str | None = None

    def __init__(self, *, field: str | None = None, **values: Any) -> None:
        self.values = values
        if field is not None:
            self.field = field
        super().__init__(self.say("zh"))

    def say(self, language: str) -> str:
        """The message in `language` ("zh" or "en"); a value that is a bilingual text is said in it too."""
        words = {name: _said(value, language) for name, value in self.values.items()}
        return (self.zh if language == "zh" else self.en).format(**words)


def _said(value: Any, language: str) -> Any:
    """A bilingual text in the language, a figure with the minus sign of print, anything else as it is."""
    if hasattr(value, "zh") and hasattr(value, "en"):
        return getattr(value, language)
    return f"{value:f}".replace("-", "\u2212") if isinstance(value, Decimal) else value


class NotFound(Refusal):
    """There is no such thing here: also the answer for another tenant's things."""

    zh, en, status = "没有找到。", "Not found.", 404


class Forbidden(Refusal):
    """The actor may not do this, although the thing exists in the actor's own tenant."""

    zh, en, status = "您没有这项权限。", "You are not allowed to do this.", 403


class Conflict(Refusal):
    """Somebody else changed the thing in the meantime."""

    zh, en, status = (
        "别人刚刚改过，您的修改没有保存。",
        "Somebody changed this meanwhile; yours was not saved.",
        409,
    )


class SavedAlready(Conflict):
    """The same was saved in this very moment: a form sent twice, or two who do the same."""

    zh = "刚刚已经保存过同样的内容，没有再存一次。请回到页面查看。"
    en = "The same was saved a moment ago, and not once more. Go back to the page to see it."
