"""From an id in an address to an authorised object: the one door for URL values, form choices and lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kaohe.accounts.policy import Actor, Place, authorize
from kaohe.db import TenantSession, read_id
from kaohe.errors import NotFound

Loader = Callable[[TenantSession, int], tuple[Any, Place | None]]
_LOADERS: dict[str, Loader] = {}


def loader(name: str) -> Callable[[Loader], Loader]:
    """Register how `<id:name>` in an address becomes an object and its place; it raises `NotFound`.

    The place is None for what belongs to the whole tenant (a period, a scheme).
    """

    def register(load: Loader) -> Loader:
        if _LOADERS.get(name, load) is not load:
            raise ValueError(f"two loaders for {name}")
        _LOADERS[name] = load
        return load

    return register


def load(session: TenantSession, name: str, ident: int) -> tuple[Any, Place | None]:
    """The object and its place; the loader of that name must exist."""
    return _LOADERS[name](session, ident)


def known(name: str) -> bool:
    """Whether an address may carry `<id:name>`."""
    return name in _LOADERS


def names() -> list[str]:
    """All names that addresses may carry."""
    return sorted(_LOADERS)


def choose(session: TenantSession, actor: Actor, action: str, name: str, ident: int | str | None) -> Any:
    """The object that a form named, authorised for `action`: the same door as for addresses.

    Raises `NotFound` for an id that is malformed, missing or another tenant's, `Forbidden` where the actor may not.
    """
    known = read_id(ident)
    if known is None:
        raise NotFound
    found, place = load(session, name, known)
    authorize(actor, action, *([place] if place else []))
    return found
