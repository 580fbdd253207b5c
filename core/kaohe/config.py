"""Settings of an installation, from the environment (`KAOHE_…`); every one has a default that works.

KAOHE_DATA       folder of the data (default: ./data)
KAOHE_DATABASE   "sqlite" (default) or a PostgreSQL address of the application's role
KAOHE_MIGRATE    the PostgreSQL address of the migrating role
KAOHE_SECRET     key for signing; by default made once and kept in the data folder
KAOHE_DEMO       "1": demonstration mode (sign-in by a click)
KAOHE_HTTPS      "1": cookies are sent over HTTPS only
KAOHE_PROXIES    number of trusted proxies in front (default 0)
KAOHE_REACH      hosts inside the network that messages may be sent to (docs/messages.md)
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kaohe.db.engines import DatabaseSettings


@dataclass(frozen=True)
class Config:
    """What one process runs with."""

    database: DatabaseSettings
    secret: str
    demo: bool = False
    https: bool = False
    proxies: int = 0
    testing: bool = False

    @property
    def folder(self) -> Path:
        return self.database.folder

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Read the settings; makes the data folder and its secret when they are not there."""
        env = os.environ if environ is None else environ
        folder = Path(env.get("KAOHE_DATA", "data")).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        url = env.get("KAOHE_DATABASE", "sqlite")
        if url.startswith("postgresql://"):
            url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        migrate = env.get("KAOHE_MIGRATE")
        if migrate and migrate.startswith("postgresql://"):
            migrate = migrate.replace("postgresql://", "postgresql+psycopg://", 1)
        return cls(
            database=DatabaseSettings(folder, url, migrate),
            secret=env.get("KAOHE_SECRET") or _kept_secret(folder / "secret"),
            demo=env.get("KAOHE_DEMO") == "1",
            https=env.get("KAOHE_HTTPS") == "1",
            proxies=int(env.get("KAOHE_PROXIES", "0")),
        )


def _kept_secret(path: Path) -> str:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text()
