"""The two kinds of tables, and the recipes that keep tenants apart in them.

A tenant table has the primary key (tenant_id, id); its references, unique keys and indexes are declared by
name only and get the tenant in front here, so none can be forgotten. Feature code never mentions tenant_id.

A class says, besides its columns:

- `__refs__`: column -> table it points at (composite foreign key);
- `__unique__`, `__indexes__`: tuples of column names, or `Index`-like `Keyed` with a condition;
- `__kept__`: what may happen to a row once written (`Kept`);
- `__erasable__`: columns with words in rows that are never rewritten: they may be emptied, or a person's name be taken
  out of them, where the law asks (`kaohe.db.walls.reworded`);
- `__rules__`: further triggers (`kaohe.db.walls.Rule`).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship

from kaohe.db.ids import new_id

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_1_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Kept(enum.Enum):
    """What may happen to a row after it was written."""

    FREE = "free"  # changed and deleted
    LASTING = "lasting"  # changed, never deleted
    APPEND_ONLY = "append_only"  # neither; `replaced_by` may go once from null to a value


@dataclass(frozen=True)
class Keyed:
    """An index or unique key with a condition or covering columns; columns without the tenant."""

    columns: tuple[str, ...]
    unique: bool = False
    where: str | None = None
    name: str | None = None


class PlatformModel(DeclarativeBase):
    """Base of the few tables of the installation itself."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {int: BigInteger, str: Text}


class TenantModel(DeclarativeBase):
    """Base of every tenant's tables."""

    __abstract__ = True
    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {int: BigInteger, str: Text, bool: Boolean}

    __refs__: ClassVar[dict[str, str]] = {}
    __unique__: ClassVar[tuple[tuple[str, ...] | Keyed, ...]] = ()
    __indexes__: ClassVar[tuple[tuple[str, ...] | Keyed, ...]] = ()
    __kept__: ClassVar[Kept] = Kept.FREE
    __erasable__: ClassVar[tuple[str, ...]] = ()
    __rules__: ClassVar[tuple[Any, ...]] = ()
    __mapper_args__ = {"confirm_deleted_rows": False}  # gone is gone, whoever deleted it

    @declared_attr
    def tenant_id(cls) -> Mapped[int]:
        return mapped_column(
            BigInteger, primary_key=True, default=_tenant_of, sort_order=-100, autoincrement=False
        )

    @declared_attr
    def id(cls) -> Mapped[int]:
        return mapped_column(
            BigInteger, primary_key=True, default=new_id, sort_order=-99, autoincrement=False
        )

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        table = cls.__tablename__
        args: list[Any] = [
            ForeignKeyConstraint(["tenant_id", column], [f"{target}.tenant_id", f"{target}.id"])
            for column, target in cls.__refs__.items()
        ]
        for key in cls.__unique__:
            args.append(
                _index(table, key, unique=True)
                if isinstance(key, Keyed)
                else UniqueConstraint("tenant_id", *key)
            )
        args.extend(_index(table, key, unique=False) for key in cls.__indexes__)
        return (*args, {"sqlite_with_rowid": False})


def _index(table: str, key: tuple[str, ...] | Keyed, *, unique: bool) -> Index:
    keyed = key if isinstance(key, Keyed) else Keyed(key)
    where = text(keyed.where) if keyed.where else None
    name = keyed.name or f"{'uq' if unique else 'ix'}_{table}_{'_'.join(keyed.columns)}"
    return Index(
        name[:60],
        "tenant_id",
        *keyed.columns,
        unique=unique or keyed.unique,
        sqlite_where=where,
        postgresql_where=where,
    )


def _tenant_of(context: Any) -> int:
    return int(context.execution_options["tenant_id"])


def to_one(owner: str, column: str, target: str, **options: Any) -> Any:
    """A relationship from `owner.column` to `target`; both class names; the tenant is matched, never written."""
    return relationship(
        target,
        primaryjoin=f"and_(foreign({owner}.{column}) == remote({target}.id), "
        f"{owner}.tenant_id == remote({target}.tenant_id))",
        **options,
    )


def to_many(owner: str, target: str, column: str, **options: Any) -> Any:
    """The rows of `target` whose `column` points at `owner`."""
    return relationship(
        target,
        primaryjoin=f"and_({owner}.id == foreign(remote({target}.{column})), "
        f"{owner}.tenant_id == remote({target}.tenant_id))",
        **options,
    )


__all__ = ["Date", "Kept", "Keyed", "PlatformModel", "TenantModel", "mapped_column", "to_many", "to_one"]
