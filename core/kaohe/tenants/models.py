"""Organisations (platform), and what each of them has set (tenant)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from kaohe.db import Instant, Json, PlatformModel, TenantModel


class Tenant(PlatformModel):
    """One organisation, walled off from the others; `code` stands in its addresses."""

    __tablename__ = "tenants"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    zone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    state: Mapped[str] = mapped_column(default="active")  # active | suspended
    created_at: Mapped[datetime] = mapped_column(Instant)


class Setting(TenantModel):
    """One setting of the tenant, by key."""

    __tablename__ = "settings"
    __unique__ = (("key",),)

    key: Mapped[str]
    value: Mapped[Any] = mapped_column(Json)


class TenantSector(TenantModel):
    """A sector that the tenant has switched on."""

    __tablename__ = "tenant_sectors"
    __unique__ = (("code",),)

    code: Mapped[str]
    since: Mapped[datetime] = mapped_column(Instant)
