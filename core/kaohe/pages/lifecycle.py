"""The life of a request: tenant → session → who acts → objects → policy → view → audit and commit.

A safe request reads (the session cannot write). An unsafe one commits once, after the view, when its answer
is below 400, together with its audit row; a refused one is rolled back and leaves its audit row in a
transaction of its own.
"""

from __future__ import annotations

import logging
import secrets
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf, validate_csrf
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from wtforms.validators import ValidationError

from kaohe.accounts import service as accounts
from kaohe.accounts.policy import authorize
from kaohe.audit import service as audit
from kaohe.db import Databases, TenantSession, lost_race, upgrade
from kaohe.db.walls import WallsDiffer
from kaohe.errors import Forbidden, NotFound, Refusal
from kaohe.pages import objects
from kaohe.pages.current import Current
from kaohe.pages.panels import panels
from kaohe.tenants.models import Tenant

_log = logging.getLogger("kaohe.pages")

SAFE = {"GET", "HEAD", "OPTIONS"}
COOKIE = "kaohe"
_TENANT_SECONDS = 5.0


class FormExpired(Refusal):
    """The form's token is missing, old or not this browser's."""

    zh = "这个页面打开太久了，请刷新后再提交；填写的内容没有保存。"
    en = "This page was open too long. Reload it and send again; nothing was saved."
    status = 400


def install(app: Flask, databases: Databases, policies: dict[str, str]) -> None:
    """Hook the life of a request into the application."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    CSRFProtect(app)
    tenants = TenantLookup(databases)

    @app.before_request
    def begin() -> Any:
        g.kaohe = Current(databases, secrets.token_hex(8), datetime.now(UTC))
        app.extensions["kaohe"].lease.keep(g.kaohe.now)
        if request.endpoint is None or request.endpoint == "static":
            return None
        return _enter(tenants, policies.get(request.endpoint))

    @app.after_request
    def end(response: Response) -> Response:
        return _leave(response)

    @app.teardown_request
    def close(error: BaseException | None) -> None:
        here = g.get("kaohe")
        if here is not None and here.session is not None:
            here.session.close()

    @app.url_defaults
    def add_tenant_code(endpoint: str, values: dict[str, Any]) -> None:
        here = g.get("kaohe")
        if (
            here is not None
            and here.tenant is not None
            and app.url_map.is_endpoint_expecting(endpoint, "code")
        ):
            values.setdefault("code", here.tenant.code)

    app.jinja_env.globals["csrf_token"] = generate_csrf
    app.jinja_env.globals["panels"] = panels


class BeingUpgraded(Refusal):
    """The tenant's tables are not at this code's version, or its walls differ: `kaohe db upgrade` mends both."""

    zh = "本单位的数据正在升级，很快就好。已保存的内容都在。"
    en = "This organisation's data is being upgraded and will be back soon. Everything saved is there."
    status = 503


class TenantLookup:
    """Tenants by code, remembered for a few seconds; each one's tables are verified once a process."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._found: dict[str, tuple[float, Tenant | None]] = {}
        self._verified: set[int] = set()

    def __call__(self, code: str) -> Tenant:
        at, tenant = self._found.get(code, (0.0, None))
        if time.monotonic() - at > _TENANT_SECONDS:
            with self._databases.platform(write=False) as session:
                tenant = session.scalar(select(Tenant).where(Tenant.code == code))
            if len(self._found) > 1000:
                self._found.clear()
            self._found[code] = (time.monotonic(), tenant)
        if tenant is None or tenant.state != "active":
            raise NotFound
        if tenant.id not in self._verified:
            self._verify(tenant)
        return tenant

    def _verify(self, tenant: Tenant) -> None:
        try:
            upgrade.verify(self._databases, tenant.id)
        except (upgrade.NotMigrated, WallsDiffer) as error:
            _log.error("tenant %s is closed: %s", tenant.code, error)
            raise BeingUpgraded from error
        self._verified.add(tenant.id)


def _enter(tenants: TenantLookup, action: str | None) -> Any:
    here: Current = g.kaohe
    values = request.view_args or {}
    code = values.pop("code", None)
    if code is not None:
        here.tenant = tenants(code)
        here.session = here.databases.tenant(here.tenant.id, write=request.method not in SAFE)
        accounts.recognise(here, request.cookies.get(COOKIE))
    if request.method not in SAFE:
        _check_form_token()
    if action is None:
        raise NotFound
    try:
        places = _load_objects(here, values)
        authorize(here.signed_in, action, *places)
    except (NotFound, Forbidden):
        if here.signed_in is None and here.tenant is not None:
            here.turned_away = True
            return redirect(
                url_for("accounts.sign_in", next=request.full_path if request.method == "GET" else None)
            )
        raise
    return None


def _load_objects(here: Current, values: dict[str, Any]) -> list[Any]:
    places = []
    for name, value in list(values.items()):
        if isinstance(value, int) and objects.known(name):
            if here.signed_in is None:
                raise Forbidden
            values[name], place = objects.load(here.session, name, value)
            here.audited = here.audited or (name, value)
            if place is not None:
                here.places[name] = place
                places.append(place)
    return places


def _check_form_token() -> None:
    try:
        validate_csrf(request.headers.get("X-CSRFToken") or request.form.get("csrf_token"))
    except (CSRFError, ValidationError) as error:
        raise FormExpired from error


def _leave(response: Response) -> Response:
    here: Current | None = g.get("kaohe")
    if here is None:
        return response
    if here.session is not None and request.method not in SAFE:
        try:
            _settle(here, response.status_code)
        except (Refusal, StaleDataError, IntegrityError) as error:
            refusal = error if isinstance(error, Refusal) else lost_race(error)
            if refusal is None:
                raise
            here.session.rollback()
            response = _app_answer(refusal)
            _record_refusal(here, response.status_code)
        else:
            for ring in here.after_commit:
                ring()
    response.headers["X-Request-Id"] = here.request_id
    return response


def _settle(here: Current, status: int) -> None:
    if status >= 400 or here.turned_away:
        here.session.rollback()
        _record_refusal(here, status)
        return
    _record(here.session, here, status, "done")
    here.session.commit()


def _record_refusal(here: Current, status: int) -> None:
    assert here.tenant is not None
    with here.databases.tenant(here.tenant.id) as session:
        _record(session, here, status, "refused")
        session.commit()


def _record(session: TenantSession, here: Current, status: int, outcome: str) -> None:
    """The act's audit row; what is secret or anonymous is recorded as an act of nobody (see `Pages.page`).

    Not even the request's number is kept of it: it stands in the answer, so a server in front that logs answers would
    have it beside an address and a moment, and a sign-in's other requests around it.
    """
    pages = current_app.blueprints.get(request.blueprint or "")
    if request.endpoint in getattr(pages, "unnamed", ()):
        unnamed: dict[str, Any] = {"person_id": None, "address": "", "request_id": "", "detail": {}}
        audit.record_unnamed(session, **{**_audited(here, status, outcome), **unnamed})
    else:
        audit.record(session, **_audited(here, status, outcome))


def _audited(here: Current, status: int, outcome: str) -> dict[str, Any]:
    kind, ident = here.audited or (None, None)
    return {
        "now": here.now,
        "person_id": here.signed_in.person_id if here.signed_in else None,
        "action": request.endpoint or "unknown",
        "object_kind": kind,
        "object_id": ident,
        "outcome": outcome,
        "status": status,
        "request_id": here.request_id,
        "address": request.remote_addr or "",
        "detail": here.notes,
    }


def _app_answer(refusal: Refusal) -> Response:
    return current_app.make_response(current_app.handle_user_exception(refusal))
