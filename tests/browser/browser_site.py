"""The application over one of the test's databases, SQLite or PostgreSQL, with people signed in by their cookie."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from browser_house import House
from browser_server import Served
from browser_visitor import DESKTOP, PHONE, Visitor
from playwright.sync_api import Browser

from kaohe.accounts.models import Account
from kaohe.accounts.service import start_sign_in
from kaohe.app import create_app
from kaohe.config import Config
from kaohe.db import Databases
from kaohe.plugins import build_registry


class Site(House):
    """A running application over databases that live as long as the test run."""

    def __init__(self, databases: Databases) -> None:
        self.databases = databases
        self.registry = build_registry()
        config = Config(databases.settings, secret="a secret of the browser's tests", testing=True)
        self.app = create_app(config, registry=self.registry, databases=databases)
        self._server = Served(self.app)
        self.url = self._server.url
        self.visitors: list[Visitor] = []

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def enter(
        self, chromium: Browser, code: str, account: Account, *, phone: bool = False, **more: Any
    ) -> Visitor:
        """A window of somebody who is signed in."""
        visitor = Visitor(self, chromium, code, PHONE if phone else DESKTOP, **more)
        with self.session(code, write=True) as session:
            token = start_sign_in(session, account=account, now=datetime.now(UTC))
            session.commit()
        cookie = {"name": "kaohe", "value": token, "domain": "127.0.0.1", "path": f"/t/{code}/"}
        visitor.context.add_cookies([cookie])  # type: ignore[list-item]
        self.visitors.append(visitor)
        return visitor

    def faults(self) -> list[str]:
        """What was wrong on anybody's page; everybody leaves."""
        return [fault for visitor in self.visitors for fault in visitor.close()]
