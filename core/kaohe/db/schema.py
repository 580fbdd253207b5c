"""All tables: importing this module has loaded every feature's models, so that the metadata is whole."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import ModuleInfo, iter_modules

from sqlalchemy import MetaData

import kaohe
from kaohe.db.base import PlatformModel, TenantModel


def load_models() -> None:
    """Import `models` of every feature folder, and the tables of `kaohe.db` itself."""
    import_module("kaohe.db.leases")
    for folder in iter_modules(kaohe.__path__):
        if folder.ispkg and any(module.name == "models" for module in _modules(folder.name)):
            import_module(f"kaohe.{folder.name}.models")


def metadata_of(line: str) -> MetaData:
    """The tables of the "platform" or of the "tenant" line."""
    load_models()
    return PlatformModel.metadata if line == "platform" else TenantModel.metadata


def _modules(folder: str) -> Iterator[ModuleInfo]:
    return iter_modules([f"{path}/{folder}" for path in kaohe.__path__])
