"""Optimistic locking: a row that people edit carries a version; a form sends the one it showed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from kaohe.errors import Conflict


class Versioned:
    """Mixin: `version` grows with each change; a change based on an older one is refused."""

    version: Mapped[int] = mapped_column(BigInteger, default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    def expect(self, version: int | None) -> None:
        """Raise `Conflict` unless `version` (None: not asked) is the one that stands."""
        if version is not None and version != self.version:
            raise Conflict
