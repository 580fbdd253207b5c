"""The request at hand: its tenant, its session, who acts, and what time it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import g
from werkzeug.local import LocalProxy

from kaohe.accounts.policy import Actor, Place
from kaohe.db import Databases, TenantSession
from kaohe.tenants.models import Tenant


@dataclass
class Current:
    """Everything a view may take for granted about its request; `session` is the tenant's."""

    databases: Databases
    request_id: str
    now: datetime
    tenant: Tenant | None = None
    session: TenantSession = None  # type: ignore[assignment]  # set for every page of a tenant
    signed_in: Actor | None = None
    account: Any = None
    person: Any = None
    sign_in: Any = None
    language: str = "zh"
    places: dict[str, Place] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)  # what the audit row keeps besides the form
    after_commit: list[Any] = field(default_factory=list)
    turned_away: bool = False  # sent to the door unsigned: nothing was done
    audited: tuple[str, int] | None = None  # kind and id of what was acted on, when the address does not say

    @property
    def actor(self) -> Actor:
        """Who acts; only asked where the policy lets nobody in unsigned."""
        assert self.signed_in is not None
        return self.signed_in

    @property
    def today(self) -> date:
        """Today in the tenant's zone."""
        zone = ZoneInfo(self.tenant.zone if self.tenant else "Asia/Shanghai")
        return self.now.astimezone(zone).date()


current = cast(Current, LocalProxy(lambda: g.kaohe))
