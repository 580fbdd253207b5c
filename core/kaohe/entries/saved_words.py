"""What is said once an entry was saved: whose it is, what it counts, and how often this happened."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from kaohe.entries import (
    moved,
    scene,
    score,
    service,
)
from kaohe.entries.models import Entry
from kaohe.pages.current import current
from kaohe.people.models import Person, Unit
from kaohe.scheme import Assessment


def said_of(shown: scene.Scene, kept: service.Kept) -> dict[str, Any]:
    """What a saved entry is said to be: whose, which clause, what it moved, the score now, whether it can be undone."""
    entry, name = kept.entry, kept.name
    if name is None:
        name = name_of(entry)
    now = score.score_now(current.session, shown.period, entry.subject_id)
    number = max(
        (len(step[5]) + step[4] for step in now.steps if step[0] == "ladder" and step[2] == entry.clause_id),
        default=1,
    )
    found = shown.scheme.find(entry.clause_id)
    return {
        "entry": entry,
        "name": name or "",
        "title": found.title if found else "",
        "moved": moved.moved_by(shown.scheme, entry, number),
        "now": now,
        "counted": counted_words(shown, entry, now),
        "stands": entry.replaced_by is None,
    }


def name_of(entry: Entry) -> str:
    """The name of the person, or of the unit that it is about."""
    person = current.session.get(Person, entry.subject_id)
    return person.name if person is not None else current.session.need(Unit, entry.subject_id).name


def counted_words(shown: scene.Scene, entry: Entry, now: Assessment) -> str:
    """A word where an item was held already and a further one costs nothing."""
    found = shown.scheme.find(entry.clause_id)
    times = getattr(found.clause.rule, "times", None) if found and found.clause else None
    if times is None:
        return ""
    for step in now.steps:
        if step[0] == "count" and step[2] == entry.clause_id and step[4] > step[6]:
            return (
                _("本期已记过 %(n)s 次，不再扣分", n=step[6])
                if step[5] < 0
                else _("本期已记过 %(n)s 次，不再加分", n=step[6])
            )
    return ""
