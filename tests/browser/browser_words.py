"""Which words a page may show: none of the machine's, and those of its own language outside people's own data."""

from __future__ import annotations

import re
from functools import lru_cache

from browser_house import House
from sqlalchemy import func, select

from kaohe.accounts.models import SignIn
from kaohe.appeals.models import AppealReason, AppealStepReason
from kaohe.audit.models import AuditRow
from kaohe.cases.models import Case, CaseStepWords
from kaohe.consequences.models import Decision
from kaohe.entries.models import EntryReason, WithdrawalReason
from kaohe.files.models import StoredFile
from kaohe.ledger.models import MovementReason
from kaohe.people.models import ImportDraft, Leave, Membership, Person, Unit
from kaohe.periods.models import PeriodStep
from kaohe.scheme import ClockBreach
from kaohe.tenants import service as tenants

_RAW = (
    (re.compile(r"(?<![\d.])\d{15,19}(?![\d.])"), "an id"),
    (re.compile(r"(?<![\w./@-])[a-z]{2,}(?:_[a-z0-9]+)+(?![\w./@-])"), "a code"),
    (re.compile(r"\bNone\b|\bUndefined\b|\bNaN\b|\bnull\b|\bundefined\b"), "an empty value"),
    (re.compile(r"(?<![\w.)/:-])-\d"), "a hyphen for a minus"),
    (re.compile(r"%\(\w+\)|\{\{|\}\}|\{%|<\w+\.\w+ object|Text\(|Decimal\("), "a template's own text"),
)
_MARKS = re.compile(
    r"\b(?=[0-9a-f]*\d)[0-9a-f]{8,64}\b|\bkaohe(?: [a-z]+)+"
    r"|\bhttps?://[^\s，。]+|\b[a-z]+(?:\.[a-z]+){2,}\b|\b(?:[A-Z0-9]{4}[ -]){2}[A-Z0-9]{4}\b"
)
"""Digests, the number of a request on a page of error, commands to type, addresses, codes of slips."""
_LATIN = re.compile(r"[A-Za-z][A-Za-z'-]*[A-Za-z]")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_NAMES = """
ICU Excel PDF Kaohe English CSV XLSX XLS JPEG JPG PNG WebP HEIC KB MB GB IP SHA UTF SQLite PostgreSQL
ZIP JSON SMTP TLS STARTTLS SEC
Chrome HeadlessChrome Chromium Linux Windows Android Python Ctrl Enter Tab Esc xlsx xls csv XX Asia Shanghai
"""
NAMES = frozenset(_NAMES.split())
"""Words that stand in both languages."""


def strange_words(
    house: House, code: str, words: str, language: str, quoted: tuple[str, ...] = ()
) -> list[str]:
    """What a page in this language should not have shown; `quoted` is what it says in another one on purpose."""
    bare = words if language.startswith("zh") else words.replace("None", "")  # in English it is a word
    found = [f"{what} is shown: {hit[0]}" for pattern, what in _RAW if (hit := pattern.search(bare))]
    own = own_words(house, code)
    rest = _without(_MARKS.sub(" ", words), tuple(sorted({*own, *quoted}, key=len, reverse=True)))
    if language.startswith("zh"):
        strange = [one for one in _LATIN.findall(rest) if one not in NAMES]
    else:
        initials = {one[0] for one in own} | {one[-1] for one in own}  # on the round badges beside names
        strange = [one for one in _CHINESE.findall(rest) if one not in initials]
    if strange:
        found.append(f"words of the other language: {' '.join(dict.fromkeys(strange))[:300]}")
    return found


def _without(words: str, own: tuple[str, ...]) -> str:
    for one in own:
        words = words.replace(one, " ")
    return words


def own_words(house: House, code: str) -> tuple[str, ...]:
    """The organisation's own data, longest first: names, positions, reasons, kinds of leave, notes, files."""
    with house.session(code) as session:
        changes = session.scalar(select(func.count()).select_from(AuditRow)) or 0
    return _own_words(house, code, changes + len(tenants.all_tenants(house.databases)))


@lru_cache(maxsize=8)
def _own_words(house: House, code: str, _changes: int) -> tuple[str, ...]:
    schemes = [scheme for sector in house.registry.sectors.values() for scheme in sector.schemes]
    named = {word for one in tenants.all_tenants(house.databases) for word in (one.name, one.code)}
    found = {*named, *(source.code for scheme in schemes for source in scheme.sources)}
    filings = [filing for sector in house.registry.sectors.values() for filing in sector.filings]
    found |= {
        filing.cite.article for filing in filings if filing.cite
    }  # a citation stays as the source numbers it
    rules = [
        clause for scheme in schemes for clause in scheme.clauses() if isinstance(clause.rule, ClockBreach)
    ]
    found |= {one.cite.article for one in rules if one.cite}  # a case cites it once its clock has run out
    with house.session(code) as session:
        for column in _WRITTEN_BY_PEOPLE:
            found.update(word for word in session.scalars(select(column).distinct()) if word)
    return tuple(sorted((one for one in found if one and len(one) > 1), key=len, reverse=True))


_WRITTEN_BY_PEOPLE = (
    Unit.name, Person.name, Person.number, Person.note, Membership.position, Leave.kind, Leave.note,
    EntryReason.words, WithdrawalReason.words, PeriodStep.reason, StoredFile.name, ImportDraft.name, SignIn.device,
    Decision.reason, AppealReason.words, AppealStepReason.words, Case.headline, CaseStepWords.reason, MovementReason.words,
)  # fmt: skip
