"""How `<id:appeal>` in an address becomes an appeal with its place, and whose a file is that came with one."""

from __future__ import annotations

from sqlalchemy import select

from kaohe.accounts.policy import Place
from kaohe.appeals.models import Appeal, AppealFile
from kaohe.db import TenantSession
from kaohe.files.models import StoredFile
from kaohe.files.service import place_finder
from kaohe.pages.objects import loader
from kaohe.people.models import Unit


@loader("appeal")
def load_appeal(session: TenantSession, ident: int) -> tuple[Appeal, Place]:
    """An appeal lies with its subject, in the unit of the result."""
    appeal = session.need(Appeal, ident)
    return appeal, place_of(session, appeal)


def place_of(session: TenantSession, appeal: Appeal) -> Place:
    """Whose an appeal is."""
    unit = session.need(Unit, appeal.unit_id)
    if appeal.subject_id == unit.id:
        return Place(unit_path=unit.path, made_by=appeal.filed_by, of_unit=unit.path)
    return Place(person_id=appeal.subject_id, unit_path=unit.path, made_by=appeal.filed_by)


@place_finder
def place_of_file(session: TenantSession, file: StoredFile) -> Place | None:
    """The place of the appeal that a file came with."""
    query = select(Appeal).join(AppealFile, AppealFile.appeal_id == Appeal.id)
    appeal = session.scalar(query.where(AppealFile.file_id == file.id).limit(1))
    return None if appeal is None else place_of(session, appeal)
