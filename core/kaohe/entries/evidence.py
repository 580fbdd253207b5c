"""Evidence of entries: whose a file is that shows an entry, and the files of many entries at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from kaohe.accounts.policy import Place
from kaohe.db import TenantSession
from kaohe.entries.models import Entry, Evidence
from kaohe.entries.subjects import chunks
from kaohe.files.models import StoredFile
from kaohe.files.service import place_finder
from kaohe.people.models import Unit


@place_finder
def place_of_file(session: TenantSession, file: StoredFile) -> Place | None:
    """The place of the latest entry that the file shows."""
    row = session.execute(
        select(Entry.subject_id, Entry.unit_id, Unit.path)
        .join(Evidence, Evidence.entry_id == Entry.id)
        .join(Unit, Unit.id == Entry.unit_id)
        .where(Evidence.file_id == file.id)
        .order_by(Entry.recorded_at.desc(), Entry.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    subject, unit, path = row
    return Place(person_id=None if subject == unit else subject, unit_path=path)


def files_of(session: TenantSession, entry_ids: Sequence[int]) -> dict[int, list[StoredFile]]:
    """The files of each entry, oldest first."""
    found: dict[int, list[StoredFile]] = defaultdict(list)
    for some in chunks(entry_ids):
        query = (
            select(Evidence.entry_id, StoredFile)
            .join(StoredFile, StoredFile.id == Evidence.file_id)
            .where(Evidence.entry_id.in_(some))
            .order_by(Evidence.id)
        )
        for ident, file in session.execute(query):
            found[ident].append(file)
    return found
