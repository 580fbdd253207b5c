"""The shell around every page: languages, security headers, errors as pages, and what the layout needs."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, render_template, request, url_for
from flask_babel import Babel, get_translations
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from kaohe.db import lost_race
from kaohe.errors import Refusal
from kaohe.web import assets, charts, filters, navigation

_log = logging.getLogger("kaohe.web")

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)
LANGUAGE_COOKIE = "kaohe_language"
TRANSLATIONS = Path(__file__).parent.parent / "translations"


def install(app: Flask, babel: Babel) -> None:
    """Hook languages, headers, errors, filters and the layout's context into the application."""
    babel.init_app(
        app,
        default_locale="zh_Hans_CN",
        locale_selector=locale,
        default_translation_directories=";".join(_catalogues(app)),
    )
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, n: _catalogue().ungettext(one, many, n),
        newstyle=True,
    )
    app.jinja_env.globals.update(_=_said, gettext=_said)
    filters.register(app, language, zone)
    charts.register(app)
    assets.register(app)
    app.context_processor(navigation.context)
    app.after_request(_headers)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(StaleDataError, _at_once)
    app.register_error_handler(IntegrityError, _at_once)
    app.register_error_handler(CSRFError, lambda error: error_page(400, str(error.description)))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _broken)


def _catalogues(app: Flask) -> list[str]:
    """The folders of translations: each sector's, then the core's, which a sector cannot overrule."""
    sectors = app.extensions["kaohe"].registry.sectors
    return [*(one.translations for _, one in sorted(sectors.items()) if one.translations), str(TRANSLATIONS)]


def _said(text: str, /, **values: Any) -> Markup:
    """A text in the reader's language with escaped values in it: as Jinja's own, which asks the context three times a text."""
    found = Markup(_catalogue().ugettext(text))  # noqa: S704 - our own catalogue
    return found % values if values or "%" in found else found


def _catalogue() -> Any:
    """The request's catalogue, found once: a page says some hundred texts."""
    found = g.get("catalogue")
    if found is None:
        found = g.catalogue = get_translations()
    return found


def language() -> str:
    """The language of this request: the account's, else the browser's choice kept in a cookie, else Chinese."""
    here = g.get("kaohe")
    if here is not None and here.account is not None:
        return str(here.account.language)
    return "en" if request.cookies.get(LANGUAGE_COOKIE) == "en" else "zh"


def zone() -> str:
    """The time zone in which this request's moments are shown."""
    here = g.get("kaohe")
    return here.tenant.zone if here is not None and here.tenant is not None else "Asia/Shanghai"


def locale() -> str:
    """The locale for Babel and WTForms."""
    return "en" if language() == "en" else "zh_Hans_CN"


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
    if request.endpoint != "static" and "private" not in headers.get("Cache-Control", ""):
        headers["Cache-Control"] = "no-store"  # whatever a view's file sender says of the static files
        headers.pop("Expires", None)
    return response


def _refused(refusal: Refusal) -> Any:
    here = g.get("kaohe")
    if here is not None and here.session is not None:
        here.session.rollback()  # the database itself may have refused; the page reads again
    return error_page(refusal.status, refusal.say(language()))


def _at_once(error: Exception) -> Any:
    """Two did the same in one moment: whoever came second is told; anything else is a bug."""
    refusal = lost_race(error)
    return _refused(refusal) if refusal is not None else _broken(error)


def _http_error(error: HTTPException) -> Any:
    if error.code is not None and error.code < 400:
        return error
    return error_page(error.code or 500)


def _broken(error: Exception) -> Any:
    here = g.get("kaohe")
    _log.exception("request %s failed", here.request_id if here is not None else "-")
    if here is not None and here.session is not None:
        here.session.rollback()
    return error_page(500)


def error_page(status: int, message: str = "") -> tuple[str, int]:
    """The page that says in words what was not done and why."""
    here = g.get("kaohe")
    tenant = here.tenant if here is not None else None
    return (
        render_template(
            "error.html",
            code=status,
            message=message,
            request_id=here.request_id if here is not None else "",
            home_url=url_for("web.home", code=tenant.code) if tenant is not None else "/",
        ),
        status,
    )
