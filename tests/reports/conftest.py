"""The small organisation of the results' tests, and a sector with reports that work and reports that do not."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from kaohe.app import create_app
from kaohe.config import Config
from kaohe.plugins import Column, Registry, Report, ReportData, Sector
from kaohe.scheme import Text
from kaohe.tenants import service as tenants
from kaohe.testing.fixtures import NOW, Browser


def _load() -> ModuleType:
    path = Path(__file__).parent.parent / "results" / "conftest.py"
    spec = importlib.util.spec_from_file_location("kaohe_results_sample", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def helper() -> ModuleType:
    """The module with the house of the results' tests."""
    return _load()


@pytest.fixture(scope="session")
def sample(helper: ModuleType) -> ModuleType:
    """The module with the sample scheme."""
    return helper._load()


@pytest.fixture
def house(helper, databases, tenant, session, sample):
    """The sample organisation, with the sample sector switched on."""
    made = helper.House(databases, tenant, sample.make_world(session), sample)
    tenants.switch_on(session, "sample", NOW)
    session.commit()
    return made


def league(reading):
    rows = [
        {
            "name": row.name,
            "unit": row.unit,
            "score": row.score,
            "change": row.score and row.score - 100,
            "why": reading.link(row.subject_id),
            "share": None,
            "line": [row.score, row.score],
        }
        for row in reading.results()
    ]
    columns = (
        Column("name", Text("姓名", "name")),
        Column("unit", Text("部门", "unit")),
        Column("score", Text("得分", "score"), "score", link="why"),
        Column("change", Text("加减", "change"), "points"),
        Column("share", Text("占比", "share"), "percent"),
        Column("line", Text("趋势", "trend"), "spark"),
    )
    chart = ("bars", {"x": [row["name"] for row in rows], "y": [row["score"] or 0 for row in rows]})
    totals = {"score": sum(row["score"] or 0 for row in rows)}
    return ReportData(columns, rows, chart, (Text("一句说明", "a note"),), totals)


def ranks(reading):
    rows = [{"name": row.name, "rank": row.rank_all, "score": row.score} for row in reading.results()]
    columns = (
        Column("name", Text("姓名", "name")),
        Column("rank", Text("名次", "rank"), "rank"),
        Column("score", Text("得分", "score"), "score"),
    )
    return ReportData(columns, rows)


def broken(reading):
    raise KeyError("the plugin's own fault")


def wrong_kind(reading):
    return ReportData((Column("x", Text("甲", "x"), "sound"),), [])


def wrong_cell(reading):
    return ReportData((Column("x", Text("甲", "x"), "count"),), [{"x": 1.5}])


@pytest.fixture
def sector(sample) -> Sector:
    """A sector of the tests."""
    reports = (
        Report(
            "league",
            Text("榜单报表", "League report"),
            Text("谁得了多少分", "who has how much"),
            league,
            ("period", "unit", "person"),
        ),
        Report("ranks", Text("名次报表", "Ranks"), Text("谁排第几", "who stands where"), ranks),
        Report("broken", Text("坏报表", "Broken report"), Text("总是出错", "always fails"), broken),
        Report("wrong", Text("错列报表", "Wrong report"), Text("列不对", "a wrong column"), wrong_kind),
        Report("cell", Text("错格报表", "Wrong cell"), Text("格不对", "a wrong cell"), wrong_cell),
    )
    return Sector(
        "sample",
        Text("样本行业", "Sample sector"),
        (sample.sample_scheme(),),
        {"unit": Text("病区", "ward")},
        reports,
    )


@pytest.fixture
def app(databases, sector):
    """The application with that sector only."""
    registry = Registry({"sample": sector}, {"lost": "ImportError: no such thing"})
    config = Config(databases.settings, secret="a secret of the tests", testing=True)
    return create_app(config, registry=registry, databases=databases)


@pytest.fixture
def as_(app, tenant, house):
    """A browser signed in as somebody of the house."""

    def sign_in(name: str) -> Browser:
        house.session.commit()
        return Browser(app, tenant).sign_in(house.world.accounts[name])

    return sign_in
