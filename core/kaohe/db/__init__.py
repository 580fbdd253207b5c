"""Databases: engines, sessions bound to one tenant, column types, keys, walls and migrations."""

from kaohe.db.base import Kept, Keyed, PlatformModel, TenantModel, to_many, to_one
from kaohe.db.engines import Databases, DatabaseSettings
from kaohe.db.ids import new_id, read_id
from kaohe.db.sessions import PlatformSession, TenantSession, WallRefusal, is_duplicate, lost_race, once
from kaohe.db.ties import tied
from kaohe.db.types import Instant, Json, Points, Quantity, from_scaled, to_scaled
from kaohe.db.walls import ERASED_NEVER_REWRITTEN, Rule

__all__ = [
    "ERASED_NEVER_REWRITTEN",
    "DatabaseSettings",
    "Databases",
    "Instant",
    "Json",
    "Kept",
    "Keyed",
    "PlatformModel",
    "PlatformSession",
    "Points",
    "Quantity",
    "Rule",
    "TenantModel",
    "TenantSession",
    "WallRefusal",
    "from_scaled",
    "is_duplicate",
    "lost_race",
    "new_id",
    "once",
    "read_id",
    "tied",
    "to_many",
    "to_one",
    "to_scaled",
]
