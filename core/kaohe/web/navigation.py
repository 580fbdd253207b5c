"""What the layout shows around a page: the way through the product, the period in view, who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, get_flashed_messages, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kaohe.accounts.policy import allowed
from kaohe.adoption import service as adoption
from kaohe.messages import service as messages
from kaohe.pages.current import Current
from kaohe.people import service as people
from kaohe.periods import service as periods
from kaohe.scheme import Text
from kaohe.surveys import service as surveys
from kaohe.tenants import service as tenants


@dataclass(frozen=True)
class Way:
    """An item of the navigation: where it leads, and the action that one must be allowed."""

    label: Any
    endpoint: str
    icon: str
    allow: str
    word: str | None = None  # key of the sector's own word for it
    declares: str = ""  # shown where a sector of the tenant fills this field of `Sector`,
    also: Callable[[Current], bool] | None = None  # or where this holds
    pages: tuple[
        str, ...
    ] = ()  # endpoints of other pages that belong to it, where they are not the feature's first item's


def _asks(here: Current) -> bool:
    """Administrators ask questions of their own in every organisation; others find them once any were asked."""
    return here.actor.is_admin or surveys.any_asked(here.session)


_ROUNDS = ("entries.round", "entries.round_unit")
_RECORDS = ("entries.show", "entries.correct", "entries.withdraw")
_DAILY = (
    "web.home", "cases.index", "entries.new", "entries.rounds", "entries.index", "results.mine", "filings.index",
    "ratings.index", "results.league", "appeals.index",
)  # fmt: skip
THUMB = 4
_ALONE = ("web.search", "accounts.me", "accounts.change_password")
"""Pages that belong to no item, though their feature has one."""
WAYS: tuple[tuple[Way, ...], ...] = (
    (
        Way(_l("首页"), "web.home", "home", "home"),
        Way(_l("上报"), "filings.index", "send", "filings.mine", declares="filings"),
        Way(_l("评分"), "ratings.index", "star", "ratings.mine", declares="raters"),
        Way(_l("工单"), "cases.index", "headset", "cases.read", declares="cases"),
        Way(_l("录入"), "entries.new", "pencil-plus", "entries.start"),
        Way(_l("检查表"), "entries.rounds", "clipboard-check", "entries.start", "sheet", pages=_ROUNDS),
        Way(_l("考核记录"), "entries.index", "list-details", "entries.list", pages=_RECORDS),
        Way(_l("我的结果"), "results.mine", "clipboard-data", "self"),
        Way(_l("结果"), "results.league", "trophy", "results.league"),
        Way(_l("问卷与投票"), "surveys.index", "checklist", "surveys.read", declares="surveys", also=_asks),
        Way(_l("结果运用"), "consequences.index", "scale", "consequences.list"),
        Way(_l("保证金与罚款"), "ledger.home", "wallet", "self", declares="accounts"),
        Way(_l("申诉"), "appeals.index", "message-report", "appeals.list"),
    ),
    (
        Way(_l("方案"), "adoption.index", "file-text", "adoption.read"),
        Way(_l("周期"), "periods.index", "calendar-time", "periods.read"),
        Way(_l("报表"), "reports.index", "chart-bar", "reports.read"),
    ),
    (
        Way(_l("人员与部门"), "people.index", "users", "people.list"),
        Way(_l("账户"), "accounts.index", "key", "accounts.manage"),
        Way(_l("后台任务"), "jobs.index", "loader", "reports.read"),
        Way(_l("操作日志"), "audit.index", "history", "audit.read"),
        Way(_l("设置"), "web.settings", "settings", "settings.edit"),
    ),
)


def context() -> dict[str, Any]:
    """The variables of the layout; everything is there for a page outside a tenant too."""
    here: Current | None = g.get("kaohe")
    found: dict[str, Any] = {
        "tenant": here.tenant if here else None,
        "language": here.language if here and here.account else _cookie_language(),
        "density": "standard",
        "period": None,
        "periods": [],
        "nav": [],
        "thumb": [],
        "who": None,
        "inbox": None,
        "density_url": None,
        "home_url": "/",
        "search_url": None,
        "language_url": None,
        "messages": get_flashed_messages(with_categories=True),
        "may": _may,
    }
    if here is None or here.tenant is None:
        return found
    code = here.tenant.code
    found["home_url"] = url_for("web.home", code=code)
    found["language_url"] = url_for("web.language", code=code)
    if here.signed_in is not None and here.session is not None and here.session.is_active:
        found.update(_once(here))
    return found


def _once(here: Current) -> dict[str, Any]:
    """The same for every template of a page that is read; a page is often made of several."""
    if request.method != "GET":
        return _signed_in(here)
    if "kaohe_layout" not in g:
        g.kaohe_layout = _signed_in(here)
    found: dict[str, Any] = g.kaohe_layout
    return found


def _cookie_language() -> str:
    return "en" if request.cookies.get("kaohe_language") == "en" else "zh"


def _may(action: str, place: Any = None) -> bool:
    here: Current = g.kaohe
    return allowed(here.signed_in, action, place)


def _signed_in(here: Current) -> dict[str, Any]:
    unit = people.unit_on(here.session, here.actor.person_id, here.today)
    shown = periods.in_view(
        here.session, here.today, (request.view_args or {}).get("period"), request.args.get("period")
    )
    several = len({one.adoption_id for one in shown.others}) > 1
    nav = [items for items in (_items(here, group) for group in WAYS) if items]
    return {
        "density": here.account.density,
        "who": {
            "name": here.person.name,
            "unit": unit.name if unit else "",
            "role": _role(here),
            "menu": _menu(here),
        },
        "density_url": url_for("accounts.change_view"),
        "nav": nav,
        "thumb": _thumb(nav),
        "period": _described(shown.period, several),
        "periods": [
            {**_described(one, several), "url": _switch(one), "current": one is shown.period}
            for one in shown.others
        ],
        "search_url": url_for("web.search"),
        "inbox": {
            "url": url_for("messages.index"),
            "count": messages.unread(here.session, here.actor.person_id),
        },
    }


def _described(period: Any, several: bool = False) -> Any:
    """A period for the switch; its scheme is named where several schemes have periods."""
    if period is None:
        return None
    title = Text(period.title_zh, period.title_en)
    if several and period.revision_id is not None:
        of = adoption.scheme_of(g.kaohe.session, period.revision_id).title
        title = Text(f"{title.zh} · {of.zh}", f"{title.en} · {of.en}")
    return {"id": period.id, "title": title, "state": period.state}


def _switch(period: Any) -> str:
    """The page at hand about another period; a page that is not about a period leads to the start page."""
    values = request.view_args or {}
    here = request.endpoint or ""
    if request.method == "GET" and ("period" in values or _takes_a_period(here, values)):
        return url_for(here, **{**values, **_bare_ids(), "period": period.id})
    return url_for("web.home", period=period.id)


def _takes_a_period(endpoint: str, values: dict[str, Any]) -> bool:
    """Whether the page takes the period as `?period=`: those of recording, results and reports that are about no one entry."""
    return endpoint.split(".")[0] in ("entries", "results", "reports") and "entry" not in values


def _bare_ids() -> dict[str, Any]:
    return {name: value.id for name, value in (request.view_args or {}).items() if hasattr(value, "id")}


def _menu(here: Current) -> list[dict[str, Any]]:
    menu: list[dict[str, Any]] = [{"label": _("我的账户"), "url": url_for("accounts.me"), "icon": "user"}]
    if here.actor.is_assessor:
        menu.append(
            {"label": _("代理与本部门账户"), "url": url_for("accounts.deputies"), "icon": "user-share"}
        )
    return [*menu, {"label": _("退出"), "url": url_for("accounts.sign_out"), "icon": "logout", "post": True}]


def _role(here: Current) -> str:
    if here.actor.is_admin:
        return _("管理员")
    return _("考核人") if here.actor.is_assessor else _("成员")


def _items(here: Current, group: tuple[Way, ...]) -> list[dict[str, Any]]:
    current_way = _current_way(here)
    return [
        {
            "label": way.label,
            "endpoint": way.endpoint,
            "url": url_for(way.endpoint),
            "icon": way.icon,
            "current": way is current_way,
            "count": None,
        }
        for way in group
        if way.endpoint in current_app.view_functions
        and allowed(here.signed_in, way.allow)
        and (not way.declares or _declared(here, way.declares) or (way.also is not None and way.also(here)))
    ]


def _thumb(nav: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The items at the foot of a phone's page: what one does daily first, whatever else the sectors in use bring."""
    offered = {item["endpoint"]: item for group in nav for item in group}
    return [offered[endpoint] for endpoint in _DAILY if endpoint in offered][:THUMB]


def _declared(here: Current, name: str) -> bool:
    """Whether a sector that the tenant uses declares something of that name; its sectors are asked once a request."""
    if "sectors" not in g:
        known = current_app.extensions["kaohe"].registry.sectors
        g.sectors = [known[code] for code in tenants.sectors_on(here.session) if code in known]
    return any(getattr(sector, name) for sector in g.sectors)


def _current_way(here: Current) -> Way | None:
    """The item that this page belongs to: its own, else the first of its feature; one's own result is one's own."""
    ways = [way for group in WAYS for way in group]
    endpoint = request.endpoint or ""
    shown = (request.view_args or {}).get("subject")
    if endpoint.startswith("results.") and here.actor.is_me(getattr(shown, "id", None)):
        endpoint = "results.mine"
    exact = next((way for way in ways if endpoint in (way.endpoint, *way.pages)), None)
    return exact or next((way for way in ways if _fits(way, endpoint)), None)


def _fits(way: Way, endpoint: str) -> bool:
    if endpoint in _ALONE or way.endpoint in ("results.mine", "web.home"):
        return False
    return way.endpoint.split(".")[0] == endpoint.split(".")[0]
