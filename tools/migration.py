"""Write the next migration from the difference between the models and the last one: `tools/migration.py tenant "…"`.

The line is "platform" or "tenant". The result is a draft to be read and corrected before it is committed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy.types import TypeDecorator

from kaohe.db import Databases, DatabaseSettings
from kaohe.db.schema import load_models
from kaohe.db.upgrade import alembic_config


def render_item(kind: str, item: Any, context: Any) -> str | bool:
    """Our column types are written by their names."""
    if kind == "type" and isinstance(item, TypeDecorator) and type(item).__module__ == "kaohe.db.types":
        return f"kaohe.db.types.{type(item).__name__}()"
    return False


def main(line: str, message: str) -> None:
    """Upgrade a throw-away SQLite database to the last migration and write the next one."""
    load_models()
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(DatabaseSettings(Path(folder)))
        engine = databases.migrating_engine(None if line == "platform" else 1)
        with engine.begin() as connection:
            config = alembic_config(line, connection)
            config.attributes["render_item"] = render_item
            command.upgrade(config, "head")
            command.revision(config, message=message, autogenerate=True, rev_id=_next(line))
        engine.dispose()


def _next(line: str) -> str:
    versions = Path("core/kaohe/db/migrations") / line / "versions"
    return f"{len(list(versions.glob('[0-9]*.py'))) + 1:04d}"


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
