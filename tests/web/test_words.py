"""The English of the interface: catalogues that load, pages without a Chinese word of ours, forms that say why."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask
from flask_babel import get_babel, get_locale, gettext
from flask_wtf.i18n import translations as form_words
from sqlalchemy import update

from kaohe import web
from kaohe.accounts.models import Account
from kaohe.app import create_app
from kaohe.config import Config
from kaohe.db import Databases
from kaohe.plugins import Registry, Sector
from kaohe.scheme import Text
from kaohe.testing.fixtures import Browser, new_tenant
from kaohe.testing.world import World, build_world

CORE = Path(web.__file__).parent.parent / "translations"
HAN = re.compile(r"[\u3400-\u9fff]+")
SAID = ("aria-label", "placeholder", "title", "alt", "data-confirm", "value")
NOT_SAID = {"script", "style"}
DATA = re.compile(
    r"小[一二三四五六]|总部|办公室|[一二三]部|职员|事由|备注|更正|撤回|事假|名单|[新另]人|证据|事务|部门|工号|姓名|职务|"
    r"范文\d*|中文|考"
)
ADMIN = (
    "/",
    "/accounts",
    "/accounts/new",
    "/audit",
    "/entries/",
    "/entries/batch",
    "/entries/marks",
    "/entries/measures",
    "/entries/new",
    "/entries/rounds",
    "/jobs/",
    "/me",
    "/people/",
    "/people/import",
    "/people/new",
    "/people/units",
    "/periods/",
    "/reports/",
    "/results/league",
    "/schemes/",
    "/settings",
)
EMPTY = ("/", "/entries/", "/results/league", "/results/mine", "/schemes/", "/reports/")


class Reader(HTMLParser):
    """Every text that somebody reads or hears on a page, except what is marked as Chinese."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if self.silent:
            self.silent += [tag] if tag == self.silent[0] else []
        elif tag in NOT_SAID or (tag != "html" and (named.get("lang") or "").startswith("zh")):
            self.silent.append(tag)
        else:
            self.heard += [named[name] or "" for name in SAID if name in named]

    def handle_endtag(self, tag: str) -> None:
        if self.silent and tag == self.silent[0]:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.heard.append(data)


def left_over(page: str, names: re.Pattern[str]) -> list[str]:
    """The Chinese words of a page that are not data."""
    reader = Reader()
    reader.feed(page)
    return [text.strip() for text in reader.heard if HAN.search(DATA.sub("", names.sub("", text)))]


def open_hall(databases: Databases, *, whole: bool) -> tuple[Flask, World]:
    """The application over an organisation whose people read English."""
    app = create_app(Config(databases.settings, secret="of a test", testing=True), databases=databases)
    tenant = new_tenant(databases, "Model Hospital")
    sector = app.extensions["kaohe"].registry.sectors["nursing"]
    world = build_world(databases, tenant, sector.schemes[0], sector=sector.code, whole=whole)
    with world.session() as session:
        session.execute(update(Account).values(language="en"))
        session.commit()
    return app, world


@pytest.fixture
def hall(sqlite_databases: Databases) -> tuple[Flask, World]:
    """A living organisation."""
    return open_hall(sqlite_databases, whole=True)


def browser(hall: tuple[Flask, World], role: str) -> Browser:
    """A client signed in as that role."""
    app, world = hall
    with world.session(write=False) as session:
        account = session.need(Account, world.accounts[role].id)
    return Browser(app, world.tenant).sign_in(account)


def names_of(world: World) -> re.Pattern[str]:
    """The names and initials of the people."""
    names = [person.name for person in world.people.values()]
    return re.compile("|".join([*names, *(name[0] for name in names)]))


def test_english_pages_hold_no_chinese_apart_from_data(hall: tuple[Flask, World]) -> None:
    _, world = hall
    own = f"/results/{world.period.id}/{world.people['member'].id}"
    for role, paths in (("admin", ADMIN), ("member", ("/", "/me", own, f"{own}/steps", f"{own}/sheet"))):
        client = browser(hall, role)
        for path in paths:
            answer = client.get(path, follow_redirects=True)
            assert answer.status_code == 200, path
            assert '<html lang="en"' in answer.text, path
            assert left_over(answer.text, names_of(world)) == [], path


def test_pages_without_entries_are_english_too(sqlite_databases: Databases) -> None:
    hall = open_hall(sqlite_databases, whole=False)
    for role in ("admin", "member"):
        client = browser(hall, role)
        for path in EMPTY:
            answer = client.get(path, follow_redirects=True)
            assert left_over(answer.text, names_of(hall[1])) == [], path


def test_a_page_that_is_not_there_says_so_in_english(hall: tuple[Flask, World]) -> None:
    app, _ = hall
    client = app.test_client()
    client.set_cookie("kaohe_language", "en")
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert "Not found" in answer.text
    assert left_over(answer.text, re.compile("$^")) == []


def test_the_door_speaks_the_language_of_the_cookie(hall: tuple[Flask, World]) -> None:
    app, world = hall
    client = app.test_client()
    assert "登录" in client.get(f"/t/{world.tenant.code}/sign-in").text
    client.set_cookie("kaohe_language", "en")
    page = client.get(f"/t/{world.tenant.code}/sign-in").text
    assert "Sign in" in page
    assert left_over(page, names_of(world)) == []


def test_a_page_in_chinese_stays_chinese(hall: tuple[Flask, World]) -> None:
    _, world = hall
    with world.session() as session:
        session.execute(update(Account).values(language="zh"))
        session.commit()
    page = browser(hall, "admin").get("/people/").text
    assert "人员与部门" in page
    assert "People and units" not in page


def test_every_catalogue_is_compiled_as_written_and_found_by_the_application(
    hall: tuple[Flask, World],
) -> None:
    app, _ = hall
    with app.app_context():
        folders = [Path(one) for one in get_babel().translation_directories]
    sectors = app.extensions["kaohe"].registry.sectors.values()
    assert folders[-1] == CORE  # a sector does not overrule the core
    assert set(folders[:-1]) == {Path(one.translations) for one in sectors if one.translations}
    for folder in folders:
        with (folder / "en/LC_MESSAGES/messages.po").open("rb") as file:
            written = read_po(file, locale="en")
        compiled = Translations.load(folder, ["en"])
        for message in written:
            if message.id and message.string:
                assert compiled.gettext(message.id) == message.string, "compile the catalogues: make words"


def test_a_sector_brings_its_own_words(sqlite_databases: Databases, tmp_path: Path) -> None:
    words = Catalog(locale="en")
    words.add("本行业的话", "A word of this sector")
    words.add("首页", "Overruled")
    folder = tmp_path / "en/LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, words)
    registry = Registry({"own": Sector("own", Text("本行业", "Own"), (), translations=str(tmp_path))})
    config = Config(sqlite_databases.settings, secret="of a test", testing=True)
    app = create_app(config, registry=registry, databases=sqlite_databases)
    with app.test_request_context("/", headers={"Cookie": "kaohe_language=en"}):
        assert gettext("本行业的话") == "A word of this sector"
        assert gettext("首页") == "Home"


@pytest.mark.parametrize(
    ("cookie", "locale", "required"),
    [("zh", "zh_Hans_CN", "该字段是必填字段。"), ("en", "en", "This field is required.")],
)
def test_the_messages_of_forms_follow_the_language(
    hall: tuple[Flask, World], cookie: str, locale: str, required: str
) -> None:
    app, _ = hall
    with app.test_request_context("/", headers={"Cookie": f"kaohe_language={cookie}"}):
        assert str(get_locale()) == locale
        assert form_words.gettext("This field is required.") == required
