"""What the sectors in use declare of surveys, as the pages look it up."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import select

from kaohe.adoption.models import Adoption
from kaohe.errors import NotFound
from kaohe.pages import current
from kaohe.plugins import Sector, Survey
from kaohe.surveys.refusals import NothingDeclared
from kaohe.tenants import service as tenants


def sectors() -> list[Sector]:
    """The sectors that this organisation uses and whose plugin is there."""
    registry = current_app.extensions["kaohe"].registry
    codes = tenants.sectors_on(current.session)
    return [registry.sectors[code] for code in codes if code in registry.sectors]


def declared(key: str) -> tuple[str, Survey]:
    """The declaration that a form named as "sector.code"."""
    found = {
        f"{sector.code}.{one.code}": (sector.code, one) for sector in sectors() for one in sector.surveys
    }
    if key not in found:
        raise NotFound(field="declared")
    return found[key]


def first_scheme() -> tuple[str, str]:
    """The sector and scheme under which a questionnaire of one's own is kept: the one that is used first."""
    own = {scheme.code: sector.code for sector in sectors() for scheme in sector.schemes}
    used = current.session.scalars(select(Adoption.scheme_code).order_by(Adoption.created_at, Adoption.id))
    code = next((one for one in used if one in own), next(iter(own), None))
    if code is None:
        raise NothingDeclared
    return own[code], code
