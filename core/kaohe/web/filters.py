"""The filters of templates: figures, money, dates and spans as `kaohe.written` writes them, in the account's language."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from jinja2 import pass_context
from markupsafe import Markup, escape

from kaohe.written import (
    clock,
    date,
    initials,
    maker,
    moment,
    money,
    number,
    percent,
    points,
    said,
    share,
    short_date,
    signed,
    size,
    span,
    tone,
    weekday,
)

_TAG_OR_DATE = re.compile(r"<[^>]*>|(?<!\d)(\d{4}-\d\d-\d\d)(?!\d)")


def unbroken(words: object) -> Markup:
    """The words with every date kept on one line, where a browser would break at its hyphens; tags stay as they are."""

    def whole(found: re.Match[str]) -> str:
        return f'<span class="k-nowrap">{found[1]}</span>' if found[1] else found[0]

    return Markup(_TAG_OR_DATE.sub(whole, str(escape(words))))  # noqa: S704 - escaped above


def register(app: Flask, language: Callable[[], str], zone: Callable[[], str]) -> None:
    """Give templates the filters; `language` and `zone` are asked at each use (they follow the account).

    They take the context, although they do not read it, so that Jinja does not work them out once for all
    when their argument is a constant.
    """

    def plain(call: Callable[..., str]) -> Callable[..., str]:
        return pass_context(lambda _, *args, **named: call(*args, **{"language": language(), **named}))

    def timed(call: Callable[..., str]) -> Callable[..., str]:
        return pass_context(
            lambda _, *args, **named: call(*args, **{"language": language(), "zone": zone(), **named})
        )

    words: tuple[Callable[..., str], ...] = (number, points, signed, money, percent, span, size, said, maker)
    times: tuple[Callable[..., str], ...] = (date, short_date, moment, clock, weekday)
    app.jinja_env.filters.update({call.__name__: plain(call) for call in words})
    app.jinja_env.filters.update({call.__name__: timed(call) for call in times})
    app.jinja_env.filters["datetime"] = timed(moment)
    app.jinja_env.filters.update(tone=tone, initials=initials, unbroken=unbroken)
    app.jinja_env.globals.update(share=share)
