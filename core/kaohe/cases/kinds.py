"""The kinds of cases that a tenant uses: those that its sectors declare, by a key that is kept with each case."""

from __future__ import annotations

from kaohe.cases.refusals import KindGone
from kaohe.db import TenantSession
from kaohe.plugins import CaseKind, Registry
from kaohe.tenants import service as tenants


def key_of(sector: str, kind: CaseKind) -> str:
    """What a case keeps of its kind."""
    return f"{sector}.{kind.code}"


def offered(session: TenantSession, registry: Registry) -> dict[str, CaseKind]:
    """The kinds of the sectors that are switched on, by key, in the order of their declaration."""
    found = {}
    for code in tenants.sectors_on(session):
        sector = registry.sectors.get(code)
        for kind in sector.cases if sector is not None else ():
            found[key_of(code, kind)] = kind
    return found


def kind_of(registry: Registry, key: str) -> CaseKind | None:
    """The kind of that key, whether its sector is switched on or not; None when it is not installed."""
    sector_code, _, code = key.partition(".")
    sector = registry.sectors.get(sector_code)
    return next((one for one in sector.cases if one.code == code), None) if sector is not None else None


def need_kind(registry: Registry, key: str) -> CaseKind:
    """The kind, for working on a case; `KindGone` without it."""
    kind = kind_of(registry, key)
    if kind is None:
        raise KindGone
    return kind
