"""Where an entry leads back to, for whoever looks at it: a link only to a page that this person may open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for

from kaohe.accounts.policy import Place, allowed
from kaohe.entries import origins
from kaohe.entries.models import Entry
from kaohe.errors import Refusal
from kaohe.pages import objects
from kaohe.pages.current import current
from kaohe.scheme import Text


@dataclass(frozen=True)
class Shown:
    """What an entry was made from: what kind of thing, which one, and its address ("" where one may not go)."""

    title: Text
    name: Text | None
    url: str


def origin_of(entry: Entry) -> Shown | None:
    """What the system made the entry from; None for one that somebody recorded."""
    title = origins.title_of(entry.origin)
    if not entry.is_made or title is None:
        return None
    where = origins.where_of(current.session, entry.origin, entry.origin_id)
    if where is None:
        return Shown(title, None, "")
    return Shown(title, where.title, _address(where))


def _address(where: origins.Where) -> str:
    action = current_app.extensions["kaohe"].policies.get(where.endpoint)
    if action is None:
        return ""
    try:
        places = [place for name, value in where.values.items() if (place := _place(name, value)) is not None]
    except Refusal:
        return ""
    if not all(allowed(current.actor, action, place) for place in places or (None,)):
        return ""
    return url_for(where.endpoint, **where.values)


def _place(name: str, value: Any) -> Place | None:
    """The place of an id in the address, as the page's own door would find it."""
    return objects.load(current.session, name, value)[1] if objects.known(name) else None
