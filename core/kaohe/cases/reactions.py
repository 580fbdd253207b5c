"""Where an entry made by a clock leads to, and whose a case's file is."""

from __future__ import annotations

from sqlalchemy import select

from kaohe.accounts.policy import Place
from kaohe.cases.models import Case, CaseClockRow, CaseFile
from kaohe.cases.overtime import ORIGIN
from kaohe.db import TenantSession
from kaohe.entries.origins import Where, register
from kaohe.files.models import StoredFile
from kaohe.files.service import place_finder
from kaohe.people.models import Unit
from kaohe.scheme import Text


def _where(session: TenantSession, ident: int) -> Where | None:
    row = session.get(CaseClockRow, ident)
    case = session.get(Case, row.case_id) if row is not None else None
    if case is None:
        return None
    return Where("cases.show", {"case": case.id}, Text(f"工单 {case.number}", f"Case {case.number}"))


register(ORIGIN, Text("工单时限", "Clock of a case"), _where)


@place_finder
def place_of_file(session: TenantSession, file: StoredFile) -> Place | None:
    """The place of the case that the file belongs to: the desk's unit."""
    path = session.scalar(
        select(Unit.path)
        .join(Case, Case.unit_id == Unit.id)
        .join(CaseFile, CaseFile.case_id == Case.id)
        .where(CaseFile.file_id == file.id)
        .limit(1)
    )
    return Place(unit_path=path) if path is not None else None
