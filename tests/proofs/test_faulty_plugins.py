"""A sector that is broken, in whichever way, is named; the host and the other sectors go on."""

from __future__ import annotations

from dataclasses import replace
from threading import Event, Thread
from types import SimpleNamespace

import pytest

from kaohe.app import create_app
from kaohe.config import Config
from kaohe.plugins import Column, DuplicateSector, Report, ReportData, Sector, build_registry, hookimpl
from kaohe.scheme import Text
from kaohe.tenants import service as tenants
from kaohe.testing.fixtures import Browser
from kaohe_coach_transport import plugin as coach
from kaohe_nursing import plugin as nursing

OWN = replace(nursing.SECTOR.schemes[0], code="broken")


class Point:
    """An entry point whose module is `plugin`; a string of it raises at load."""

    def __init__(self, name, plugin):
        self.name, self.plugin = name, plugin

    def load(self):
        if isinstance(self.plugin, Exception):
            raise self.plugin
        return self.plugin


def _plugin(sector):
    @hookimpl
    def kaohe_sector():
        if isinstance(sector, Exception):
            raise sector
        return sector

    return SimpleNamespace(kaohe_sector=kaohe_sector)


def _sector(**more):
    return Sector(code="broken", title=Text("坏的", "Broken"), schemes=(OWN,), **more)


def _unknown_hook():
    @hookimpl
    def kaohe_unheard_of():
        return None

    return SimpleNamespace(kaohe_unheard_of=kaohe_unheard_of)


GOOD = Point("nursing", nursing)
TEXT = Text("坏", "bad")


@pytest.mark.parametrize(
    ("plugin", "named"),
    [
        (ImportError("no module"), "ImportError"),
        (SyntaxError("bad"), "SyntaxError"),
        (_plugin(RuntimeError("at the hook")), "at the hook"),
        (_plugin("not a sector"), "TypeError"),
        (_plugin(None), "TypeError"),
        (_plugin(_sector(reports="none")), "reports"),
        (_plugin(_sector(words={"unit": "no text"})), "words"),
        (_plugin(_sector(reports=(Report("r", TEXT, TEXT, "no function"),))), "reports"),
        (
            _plugin(_sector(reports=(Report("r", TEXT, TEXT, print), Report("r", TEXT, TEXT, print)))),
            "reports",
        ),
        (_plugin(_sector(demo="no function")), "demo"),
        (_plugin(replace(_sector(), code="Not A Code")), "code"),
        (_plugin(replace(_sector(), schemes=())), "schemes"),
        (_plugin(replace(_sector(), schemes=("no scheme",))), "schemes"),
        (_unknown_hook(), "kaohe_unheard_of"),
        (SimpleNamespace(), "TypeError"),
        (_plugin(replace(_sector(), schemes=(replace(nursing.SECTOR.schemes[0], root=None),))), ""),
    ],
)
def test_a_plugin_broken_at_load_is_named_and_left_out(plugin, named, caplog):
    registry = build_registry([Point("broken", plugin), GOOD])
    assert list(registry.sectors) == ["nursing"]
    assert named in registry.faults["broken"]
    assert "broken" in caplog.text


def test_a_filing_of_a_code_that_another_sector_has_is_named_and_its_sector_left_out(caplog):
    """What is owed is kept by the filing's code alone: the first by name keeps it, the second is not loaded."""
    (own, *_) = coach.SECTOR.filings
    second = _sector(filings=(replace(own, scheme=OWN.code, title=TEXT),))
    registry = build_registry([Point("zz_late", _plugin(second)), Point("coach_transport", coach), GOOD])
    assert sorted(registry.sectors) == ["coach_transport", "nursing"]
    assert repr(own.code) in registry.faults["zz_late"]
    assert registry.filing(own.code) is own
    with pytest.raises(DuplicateSector, match="coach_transport"):
        build_registry([Point("coach_transport", coach), Point("other", coach)])


def test_two_plugins_of_one_code_stop_the_start():
    with pytest.raises(DuplicateSector, match="nursing"):
        build_registry([GOOD, Point("other", nursing)])


def _reports():
    def raises(reading):
        raise ZeroDivisionError("in a report")

    def nothing(reading):
        return None

    def odd_kind(reading):
        return ReportData((Column("a", Text("甲", "A"), kind="unheard of"),), [{"a": 1}])

    def a_float(reading):
        return ReportData((Column("a", Text("甲", "A"), kind="points"),), [{"a": 1.5}])

    def no_row(reading):
        return ReportData((Column("a", Text("甲", "A")),), ["not a row"])

    def breaks_the_session(reading):
        reading.session.execute("SELECT nonsense")

    def writes(reading):
        reading.unit_of_nobody.name = "x"

    return [raises, nothing, odd_kind, a_float, no_row, breaks_the_session, writes]


@pytest.fixture
def site(databases, tenant, living):
    """An application with a sector whose every report is broken, beside a good one."""
    reports = tuple(
        Report(build.__name__, Text("坏报表", "Broken report"), Text("坏", "bad"), build)
        for build in _reports()
    )
    broken = replace(nursing.SECTOR, code="broken", schemes=(OWN,), reports=reports, demo=None)
    registry = build_registry([GOOD, Point("broken", _plugin(broken)), Point("lost", ImportError("gone"))])
    with living.session() as session:
        tenants.switch_on(session, "broken", living.now)
        tenants.switch_on(session, "lost", living.now)
        session.commit()
    config = Config(databases.settings, secret="a secret of this test", testing=True)
    app = create_app(config, databases=databases, registry=registry)
    return Browser(app, tenant).sign_in(living.accounts["admin"]), registry


def test_a_broken_report_is_named_on_its_page_and_nothing_else_stops(site, living):
    browser, registry = site
    assert "lost" in registry.faults
    for build in _reports():
        for path in (f"/reports/broken/{build.__name__}", f"/reports/broken/{build.__name__}/export"):
            answer = browser.get(path)
            assert answer.status_code == 500, (path, answer.status_code)
            assert "坏报表" in answer.text, path
            assert "Traceback" not in answer.text
            assert "X-Request-Id" in answer.headers
    good = registry.sectors["nursing"].reports
    pages = [
        "/",
        "/people/",
        "/entries/",
        "/results/league",
        "/reports/",
        *(f"/reports/nursing/{one.code}" for one in good),
    ]
    for path in pages:
        answer = browser.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
    overview = browser.get("/reports/").text
    assert "lost" in overview or "gone" in overview  # the sector that could not be loaded is named


def test_a_slow_report_holds_up_nobody_else(databases, tenant, living):
    """While one report does not come to its end, another page is read and a form is taken."""
    begun, answered = Event(), Event()

    def slow(reading):
        reading.people()
        begun.set()
        assert answered.wait(60)
        return ReportData((), [])

    report = Report("slow", Text("慢", "Slow"), Text("慢", "slow"), slow)
    broken = replace(nursing.SECTOR, code="broken", schemes=(OWN,), reports=(report,), demo=None)
    registry = build_registry([Point("broken", _plugin(broken))])
    with living.session() as session:
        tenants.switch_on(session, "broken", living.now)
        session.commit()
    config = Config(databases.settings, secret="a secret of this test", testing=True)
    app = create_app(config, databases=databases, registry=registry)
    browser = Browser(app, tenant).sign_in(living.accounts["admin"])
    other = Browser(app, tenant).sign_in(living.accounts["assessor"])
    answers = []
    thread = Thread(target=lambda: answers.append(browser.get("/reports/broken/slow").status_code))
    thread.start()
    assert begun.wait(60)
    assert other.get("/me").status_code == 200
    assert other.post("/me/view", {"density": "compact"}).status_code == 303
    answered.set()
    thread.join(60)
    assert answers == [200]
