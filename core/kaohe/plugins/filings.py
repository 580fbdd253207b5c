"""What a sector declares of filings: returns, targets, summaries that a subject owes by a date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from marshmallow import Schema

from kaohe.scheme import Citation, Scheme, Text

Rhythm = Literal["month", "quarter", "half", "year"]
RHYTHMS = ("month", "quarter", "half", "year")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class DueBy:
    """By which day: `day` of the month that lies `months` after the first (`of` "start") or last ("end") month.

    The day itself is in time; a day that a month lacks is its last. A day off is not shifted unless `working`: then
    the next working day counts.
    """

    day: int
    months: int = 0
    of: Literal["start", "end"] = "end"
    working: bool = False


@dataclass(frozen=True)
class Filing:
    """Something that each subject of a scheme's periods files for each stretch of the rhythm.

    `code` stands in the database and is the installation's only one. `missed`: the code that the scheme's clause
    `FilingMissed` names, where it is not this one; without such a clause a miss is shown and costs nothing.
    `late`: whether it can be filed after the due date without being unlocked. `opens`: days before the due date from
    which it is asked for. `remind`: days before the due date on which whoever files is reminded. `setting` names a
    setting of the scheme that chooses among `choices`; `due` holds where it names none of them.
    """

    code: str
    title: Text
    says: Text
    scheme: str
    schema: type[Schema]
    due: DueBy
    owed_by: Literal["person", "unit"] = "person"
    rhythm: Rhythm = "month"
    missed: str = ""
    late: bool = True
    opens: int = 20
    remind: tuple[int, ...] = (3,)
    setting: str = ""
    choices: Mapping[str, DueBy] = field(default_factory=dict)
    cite: Citation | None = None

    def due_by(self, scheme: Scheme) -> DueBy:
        """The rule that holds under a scheme as it was adopted."""
        chosen = scheme.setting(self.setting) if self.setting else None
        return self.choices.get(chosen or "", self.due)

    def clause_of(self, scheme: Scheme) -> int | None:
        """The id of the clause under which a miss counts; None where it costs nothing."""
        from kaohe.scheme.rules import FilingMissed

        code = self.missed or self.code
        return next(
            (
                clause.id
                for clause in scheme.clauses()
                if isinstance(clause.rule, FilingMissed) and clause.rule.filing == code
            ),
            None,
        )


def problem(filing: object, schemes: frozenset[str]) -> str:
    """The first field of a declared filing that does not hold what it should; "" where all do."""
    if not isinstance(filing, Filing):
        return "the declaration"
    held = {
        "code": isinstance(filing.code, str) and bool(_CODE.fullmatch(filing.code)),
        "title": isinstance(filing.title, Text),
        "says": isinstance(filing.says, Text),
        "scheme": filing.scheme in schemes,
        "schema": isinstance(filing.schema, type) and issubclass(filing.schema, Schema),
        "due": all(_is_rule(rule) for rule in (filing.due, *filing.choices.values())),
        "owed_by": filing.owed_by in ("person", "unit"),
        "rhythm": filing.rhythm in RHYTHMS,
        "opens": filing.opens >= 0,
        "remind": all(isinstance(days, int) and days > 0 for days in filing.remind),
    }
    return next((name for name, fine in held.items() if not fine), "")


def _is_rule(rule: object) -> bool:
    return isinstance(rule, DueBy) and 1 <= rule.day <= 31 and rule.of in ("start", "end")
