"""Words about an erased person, wherever they stand: emptied where the row is about the person, the name taken out elsewhere.

Decides that a name is taken out of free text only where it can mean nobody else: not where somebody else bears it, or a
longer name that begins or ends with it. Numbers and phones count as whole words only. Texts that are sealed or not
about people stay (`LEFT`, with the reasons). The database lets words that are never rewritten be changed in these two
ways and in no other (`kaohe.db.walls.reworded`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Text as SqlText
from sqlalchemy import cast, func, select, update

from kaohe.db import Json, TenantSession
from kaohe.db.base import Kept
from kaohe.db.walls import STAND_IN
from kaohe.living.kin import Kin, models
from kaohe.people.models import Person

SPOKEN: dict[str, tuple[str, ...]] = {
    "attributes": ("value", "reason"),
    "cases": ("headline", "sought", "fields"),
    "deliveries": ("error",),
    "files": ("name",),
    "filing_drafts": ("typed",),
    "jobs": ("args", "note", "result", "error"),
    "leaves": ("kind", "note"),
    "persons": ("note",),
    "rating_remarks": ("words",),
    "robots": ("title",),
    "survey_values": ("value",),
    "surveys": ("title_zh", "title_en", "says_zh", "says_en", "questions"),
}
"""Columns with words in tables whose rows may be changed; those of other tables are their `__erasable__`."""

GONE_WHOLE = ("audit_details", "import_drafts", "messages")
"""Tables whose rows go where they name the person."""

LEFT: dict[str, str] = {
    "adoptions": "codes of schemes",
    "attempts": "keys of failed tries to sign in: hashed",
    "attributes.name": "the code of a fact that the sector declares",
    "cases.number": "a running number",
    "decision_acts": "values of facts before and after, which are codes and figures",
    "decisions.before": "a fact's value",
    "decisions.after": "a fact's value",
    "memberships.position": "the name of a post",
    "periods": "the name of a period, which is sealed with it",
    "proposals.doc": "the scheme's own titles",
    "period_steps.before": "a state of the period",
    "period_steps.after": "a state of the period",
    "results": "figures and the scheme's own words, sealed by the digest of the computation",
    "revisions": "the scheme as it was adopted, sealed",
    "robots.url": "the address of a service",
    "runs": "the scheme's own words, sealed by the digest of the computation",
    "sign_ins.device": "what a browser calls itself",
    "settings": "the organisation's own settings",
    "surveys.plan": "codes and figures, and the names of groups of units",
    "units": "the name of a unit is the unit's",
}
"""Tables and columns with text that stays, and why."""

CODES = frozenset(
    {
        "about", "action", "address", "answered_by", "base", "basis", "changes", "choices", "circumstance", "claim", "clock",
        "code", "code_hash", "counts", "declared", "density", "device", "digest", "effect", "effects", "endpoint", "filing",
        "form", "form_token", "grade", "group_code", "hash", "initials", "key", "kind", "kinds", "language", "link_hash", "link_values",
        "made", "media_type", "moved", "muted", "object_kind", "origin", "outcome", "password_hash", "path", "purpose",
        "question", "remedy", "request_id", "role", "scheme_code", "secret", "sector", "service", "sha256", "side", "source",
        "standing_word", "state", "step", "token_hash", "totals", "url", "what",
    }
)  # fmt: skip
"""Names of columns that hold codes, keys and marks: nothing that somebody wrote."""

EMPTIED_NOT = ("proposals",)
"""Made of the scheme's own titles and days: they say nothing that somebody wrote."""
LEAST_LETTERS, LEAST_DIGITS, PIECE = 4, 7, 500


def columns() -> Iterator[tuple[type[Any], str]]:
    """Every column out of which names are taken."""
    for model in models():
        for column in (*SPOKEN.get(str(model.__tablename__), ()), *model.__erasable__):
            yield model, column


def empty(session: TenantSession, tables: Sequence[Kin]) -> dict[str, int]:
    """Empty the words of rows about the person that are never deleted; how many rows of each table."""
    counts: dict[str, int] = {}
    for one in tables:
        if one.model.__kept__ is not Kept.APPEND_ONLY or one.table in EMPTIED_NOT:
            continue
        for column in one.model.__erasable__:
            held = getattr(one.model, column)
            nothing = "{}" if isinstance(held.type, Json) else ""
            statement = (
                update(one.model)
                .where(one.condition, cast(held, SqlText) != nothing)
                .values({held: cast(nothing, SqlText)})
            )
            done = session.execute(statement.execution_options(synchronize_session=False))
            counts[one.table] = counts.get(one.table, 0) + done.rowcount
    session.expire_all()
    return counts


def take_out(session: TenantSession, ids: Sequence[int]) -> dict[str, int]:
    """Put the stand-in wherever these persons are named; how many texts of each table. Before they are renamed."""
    counts: dict[str, int] = {}
    for said in said_of(session, ids):
        for model, column in columns():
            found = _naming(session, model, column, said)
            for start in range(0, len(found), PIECE):
                held = getattr(model, column)
                statement = (
                    update(model)
                    .where(model.id.in_(found[start : start + PIECE]))
                    .values({held: func.replace(cast(held, SqlText), said, STAND_IN)})
                )
                session.execute(statement.execution_options(synchronize_session=False))
            if found:
                table = str(model.__tablename__)
                counts[table] = counts.get(table, 0) + len(found)
    session.expire_all()
    return counts


def said_of(session: TenantSession, ids: Sequence[int], *, sure: bool = True) -> list[str]:
    """The names, numbers and phones by which free text can mean these persons; the longest first.

    `sure`: and nobody else.
    """
    found = set()
    for one in session.scalars(select(Person).where(Person.id.in_(ids))):
        others = select(Person.id).where(
            Person.name.contains(one.name, autoescape=True), Person.id.not_in(ids)
        )
        if not sure or session.scalar(others.limit(1)) is None:
            found.add(one.name)
        found |= {word for word in (one.number, one.phone) if word and _speaks(word)}
    plain = [word for word in found if json.dumps(word, ensure_ascii=False) == f'"{word}"']
    return sorted(plain, key=lambda word: (-len(word), word))


def _speaks(word: str) -> bool:
    """Whether a number or phone can be told from a figure."""
    if word.isdigit():
        return len(word) >= LEAST_DIGITS
    return len(word) >= LEAST_LETTERS


def _naming(session: TenantSession, model: type[Any], column: str, said: str) -> list[int]:
    """The rows whose text holds the word, and only as a word."""
    text = cast(getattr(model, column), SqlText)
    rows = session.execute(select(model.id, text).where(text.contains(said, autoescape=True)))
    before = r"(?<![0-9A-Za-z])" if said[0].isascii() else ""
    after = r"(?![0-9A-Za-z])" if said[-1].isascii() else ""
    word = re.compile(before + re.escape(said) + after)
    return [ident for ident, held in rows if 0 < held.count(said) == len(word.findall(held))]
