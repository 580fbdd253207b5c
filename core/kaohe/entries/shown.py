"""One entry with everything that is shown of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kaohe.entries.models import Entry, Withdrawal
from kaohe.files.models import StoredFile


@dataclass(frozen=True)
class EntryView:
    """One entry with everything that is shown of it.

    `name`, `staff_number`: of the person, or name and code of the unit where that is what it is about; `unit` is then
    the unit above it.
    `state`: "valid", "corrected" (replaced by `replaced_by_entry`) or "withdrawn" (`withdrawal`, by `withdrawn_by`,
    `withdrawn_because`).
    `replaces`: the id of the entry that this one corrected. `moved`: the points it moved by itself, None where they
    follow from a whole. `number`: which occurrence it was on its ladder. `recorder` is "" where the system made the entry.
    """

    entry: Entry
    reason: str | None
    recorder: str
    name: str
    staff_number: str
    unit: str
    files: tuple[StoredFile, ...] = ()
    withdrawal: Withdrawal | None = None
    withdrawn_by: str = ""
    withdrawn_because: str = ""
    replaces: int | None = None
    replaced_by_entry: int | None = None
    moved: Decimal | None = None
    number: int | None = None

    @property
    def amount(self) -> int | None:
        """The fine that it called for, in fen."""
        return self.entry.amount_fen

    @property
    def of_unit(self) -> bool:
        """Whether it is about a unit itself."""
        return self.entry.subject_id == self.entry.unit_id

    @property
    def state(self) -> str:
        if self.entry.replaced_by is None:
            return "valid"
        return "withdrawn" if self.withdrawal is not None else "corrected"
