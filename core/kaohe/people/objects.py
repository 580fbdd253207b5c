"""From ids in addresses to people, units, absences and drafts with their places; and the facts in use here."""

from __future__ import annotations

from typing import Any

from flask import current_app

from kaohe.accounts.policy import Place
from kaohe.db import TenantSession
from kaohe.pages import current, loader
from kaohe.people.facts import declared
from kaohe.people.memberships import place_of
from kaohe.people.models import ImportDraft, Leave, Person, Unit
from kaohe.scheme.model import Fact
from kaohe.tenants import service as tenants


@loader("person")
def person(session: TenantSession, ident: int) -> tuple[Person, Place]:
    """Somebody; the place is today's unit, or the last one of somebody who left."""
    found = session.need(Person, ident)
    return found, place_of(session, found, current.today)


@loader("unit")
def unit(session: TenantSession, ident: int) -> tuple[Unit, Place]:
    """A unit, which lies where it is in the tree."""
    found = session.need(Unit, ident)
    return found, Place(unit_path=found.path)


@loader("absence")
def absence(session: TenantSession, ident: int) -> tuple[Leave, Place]:
    """A dated absence; it is its person's."""
    found = session.need(Leave, ident)
    return found, place_of(session, session.need(Person, found.person_id), current.today)


@loader("draft")
def draft(session: TenantSession, ident: int) -> tuple[ImportDraft, Place]:
    """A file on its way in; it is its maker's."""
    found = session.need(ImportDraft, ident)
    return found, Place(made_by=found.created_by)


def sectors_here() -> list[Any]:
    """The sectors that this organisation has switched on and that are installed."""
    installed = current_app.extensions["kaohe"].registry.sectors
    return [installed[code] for code in tenants.sectors_on(current.session) if code in installed]


def schemes_here() -> list[Any]:
    """The schemes of the sectors in use."""
    return [scheme for sector in sectors_here() for scheme in sector.schemes]


def facts_here() -> list[Fact]:
    """The facts about people that the sectors in use declare."""
    return declared(schemes_here())
