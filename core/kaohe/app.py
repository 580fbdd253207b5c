"""The application: a function that puts databases, sectors, features and the shell together."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from flask import Flask
from flask_babel import Babel
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from kaohe.config import Config
from kaohe.db import Databases
from kaohe.db.leases import Lease
from kaohe.db.schema import load_models
from kaohe.db.upgrade import verify
from kaohe.pages import lifecycle
from kaohe.pages.blueprint import IdConverter
from kaohe.pages.words import Asked
from kaohe.plugins import Registry, build_registry

FEATURES = (
    "accounts",
    "people",
    "audit",
    "jobs",
    "files",
    "papers",
    "messages",
    "calendar",
    "adoption",
    "periods",
    "exemptions",
    "entries",
    "filings",
    "cases",
    "surveys",
    "ratings",
    "ledger",
    "results",
    "appeals",
    "consequences",
    "living",
    "reports",
    "web",
)
LARGEST_REQUEST = 64 * 1024 * 1024


class RouteWithoutPolicy(Exception):
    """A route that names no policy: the application does not start."""


@dataclass
class Kaohe:
    """What the running application holds: `app.extensions["kaohe"]`."""

    config: Config
    databases: Databases
    registry: Registry
    lease: Lease
    policies: dict[str, str]


def create_app(
    config: Config, *, registry: Registry | None = None, databases: Databases | None = None
) -> Flask:
    """The WSGI application; refuses to start on a database that is behind or whose walls differ."""
    load_models()
    databases = databases or Databases(config.database)
    verify(databases)
    app = Flask("kaohe.web", static_folder="static", template_folder="templates")
    app.request_class = Asked
    app.config.update(
        SECRET_KEY=config.secret,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=20_000,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.https,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        TESTING=config.testing,
    )
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=config.proxies)  # type: ignore[method-assign]
    app.url_map.converters["id"] = IdConverter
    app.jinja_env.undefined = StrictUndefined
    policies: dict[str, str] = {}
    app.extensions["kaohe"] = Kaohe(
        config, databases, registry or build_registry(), Lease(databases), policies
    )
    _register_features(app, policies)
    lifecycle.install(app, databases, policies)
    _refuse_routes_without_policy(app, policies)
    return app


def _register_features(app: Flask, policies: dict[str, str]) -> None:
    import_module("kaohe.web.shell").install(app, Babel(app))
    for feature in FEATURES:
        if find_spec(f"kaohe.{feature}.views") is None:
            continue
        for pages in import_module(f"kaohe.{feature}.views").PAGES:
            app.register_blueprint(pages)
            policies.update(pages.allow)


def _refuse_routes_without_policy(app: Flask, policies: dict[str, str]) -> None:
    bare = {rule.endpoint for rule in app.url_map.iter_rules()} - policies.keys() - {"static"}
    if bare:
        raise RouteWithoutPolicy(", ".join(sorted(bare)))
