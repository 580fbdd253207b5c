"""The filters of templates: figures, money, dates and spans as `kaohe.written` writes them, in the account's language."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from jinja2 import pass_context

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
    app.jinja_env.filters.update(tone=tone, initials=initials)
    app.jinja_env.globals.update(share=share)
