"""How `<id:entry>` and `<id:sheet>` in an address become objects with their place."""

from __future__ import annotations

from kaohe.accounts.policy import Place
from kaohe.db import TenantSession
from kaohe.entries import evidence, service, sheets
from kaohe.entries.models import Entry, Sheet
from kaohe.pages.objects import loader

FINDERS = (evidence.place_of_file,)


@loader("entry")
def load_entry(session: TenantSession, ident: int) -> tuple[Entry, Place]:
    """An entry and its place: its subject, the unit it lies in, its recorder."""
    entry = session.need(Entry, ident)
    return entry, service.place_of(session, entry)


@loader("sheet")
def load_sheet(session: TenantSession, ident: int) -> tuple[Sheet, Place]:
    """A sheet and its place."""
    sheet = session.need(Sheet, ident)
    return sheet, sheets.place_of_sheet(session, sheet)
