"""Sessions: one is bound to one tenant for its life, the other to the platform's own tables.

The tenant session adds `tenant_id = …` to every ORM statement. That is not the wall (the file, or row
security, is) but what lets the planner use the indexes, which all start with the tenant. Refusals raised by
triggers come out as `WallRefusal` with their code; a lost race on a version as `Conflict`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, event
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.orm.exc import StaleDataError

from kaohe.db.base import TenantModel
from kaohe.errors import Conflict, NotFound, Refusal, SavedAlready

M = TypeVar("M")
R = TypeVar("R")
USUAL_ZONE = ZoneInfo("Asia/Shanghai")


class WallRefusal(Refusal):
    """The database itself refused the write: `code` names the rule (kept, period, …)."""

    zh = "这条数据已经封存或不允许这样修改，没有写入。"
    en = "This is sealed or may not be changed this way; nothing was written."
    status = 409

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class PlatformSession(Session):
    """A session over the installation's tables; never joined with a tenant's."""

    def __init__(self, bind: Any) -> None:
        super().__init__(bind, expire_on_commit=False)


class TenantSession(Session):
    """A session that is one tenant's for its whole life; without a tenant there is none."""

    def __init__(
        self,
        engine: Engine,
        *,
        tenant_id: int,
        write: bool = True,
        zone: Callable[[int], ZoneInfo] = lambda _: USUAL_ZONE,
    ) -> None:
        if not isinstance(tenant_id, int) or isinstance(tenant_id, bool) or tenant_id <= 0:
            raise ValueError("a tenant session needs a tenant")
        super().__init__(
            engine.execution_options(tenant_id=tenant_id, kaohe_write=write),
            expire_on_commit=False,
            autoflush=True,
        )
        self.tenant_id = tenant_id
        self.writes = write
        self._zone = zone
        self._found: dict[Any, Any] = {}

    @property
    def zone(self) -> ZoneInfo:
        """The tenant's time zone: what "today" and "the end of the day" mean here."""
        return self._zone(self.tenant_id)

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        """The row with this bare id, or None."""
        return super().get(entity, (self.tenant_id, ident), **options)

    def need(self, entity: type[M], ident: int | None, **options: Any) -> M:
        """The row with this bare id; `NotFound` when there is none here, whoever's it may be."""
        found = None if ident is None else self.get(entity, ident, **options)
        if found is None:
            raise NotFound
        return found

    def flush(self, objects: Any = None) -> None:
        with refusals():
            super().flush(objects)

    def execute(self, *args: Any, **options: Any) -> Any:
        with refusals():
            return super().execute(*args, **options)

    def recall(self, key: Any, find: Callable[[], M]) -> M:
        """What `find` finds; in a session that only reads it is looked for once, however many ask by this key."""
        if self.writes:
            return find()
        if key not in self._found:
            self._found[key] = find()
        found: M = self._found[key]
        return found

    def rows(self, query: Any) -> Any:
        """The rows of a select of columns, where they are many: this tenant's, read past the unit of work."""
        self.flush()
        with refusals():
            return self.connection().execute(_within(query, self.tenant_id))

    def commit(self) -> None:
        with refusals():
            super().commit()


_CODE = re.compile(r"kaohe:(\w+)")


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what a trigger raised into a `WallRefusal`; everything else passes."""
    try:
        yield
    except DatabaseError as error:
        code = _CODE.search(str(error.orig))
        if code is None:
            raise
        raise WallRefusal(code[1]) from error


def is_duplicate(error: IntegrityError) -> bool:
    """Whether a unique key was violated (and not another constraint)."""
    state = getattr(error.orig, "sqlstate", None)
    return state == "23505" or "UNIQUE constraint failed" in str(error.orig)


def once(session: TenantSession, make: Callable[[], R], made: Callable[[], R | None]) -> R:
    """What `make` writes; where somebody wrote the same in this very moment, what stands now (`made`)."""
    try:
        with session.begin_nested():
            return make()
    except IntegrityError as error:
        stands = made() if is_duplicate(error) else None
        if stands is None:
            raise
        return stands


def lost_race(error: Exception) -> Refusal | None:
    """What to tell whoever came second to what two did at once; None where the error is something else."""
    if isinstance(error, StaleDataError):
        return Conflict()
    return SavedAlready() if isinstance(error, IntegrityError) and is_duplicate(error) else None


@event.listens_for(TenantSession, "do_orm_execute")
def _only_this_tenant(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load:
        return
    if state.is_select or state.is_update or state.is_delete:
        state.statement = _within(state.statement, state.session.tenant_id)  # type: ignore[attr-defined]


def _within(statement: Any, tenant_id: int) -> Any:
    return statement.options(
        with_loader_criteria(TenantModel, lambda cls: cls.tenant_id == tenant_id, include_aliases=True)
    )
