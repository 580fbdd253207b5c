"""What every hook, sector, table and route must have; what must never stand in the core."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
from pathlib import Path

import pytest
from sqlalchemy import Double, Float, Numeric

import kaohe
from kaohe.accounts.policy import POLICIES
from kaohe.app import create_app
from kaohe.audit import words
from kaohe.config import Config
from kaohe.db import PlatformModel, TenantModel
from kaohe.db.schema import load_models
from kaohe.pages import objects
from kaohe.plugins import (
    Answer,
    CaseClock,
    CaseKind,
    CaseState,
    CaseStep,
    Circumstance,
    Column,
    Question,
    Report,
    ReportData,
    Sector,
    Survey,
    SurveyTotal,
    build_registry,
)
from kaohe.plugins.hookspecs import KaoheHooks
from kaohe.scheme.text import NO_TEXT, Text

CORE = Path(kaohe.__path__[0])
ROOT = CORE.parent.parent
HOOKS = (ROOT / "docs" / "hooks.md").read_text()
FEATURES = (
    "tenants",
    "people",
    "accounts",
    "audit",
    "jobs",
    "files",
    "adoption",
    "periods",
    "entries",
    "results",
    "reports",
    "web",
)


def _core(*suffixes):
    for path in sorted(CORE.rglob("*")):
        if path.suffix in suffixes and "vendor" not in path.parts and "translations" not in path.parts:
            yield path


# -- hooks and sectors


def test_every_hook_and_argument_is_documented():
    hooks = [name for name in vars(KaoheHooks) if name.startswith("kaohe_")]
    assert hooks
    for name in hooks:
        assert f"`{name}`" in HOOKS
        for argument in list(inspect.signature(getattr(KaoheHooks, name)).parameters)[1:]:
            assert f"`{argument}`" in HOOKS, (name, argument)


@pytest.mark.parametrize(
    "kind",
    [
        Sector,
        Report,
        ReportData,
        Column,
        CaseClock,
        CaseKind,
        CaseState,
        CaseStep,
        Circumstance,
        Survey,
        Question,
        Answer,
        SurveyTotal,
    ],
)
def test_every_field_that_a_sector_fills_is_documented(kind):
    for field in dataclasses.fields(kind):
        assert f"`{field.name}`" in HOOKS or f"`{kind.__name__}.{field.name}`" in HOOKS, (kind, field.name)


@pytest.fixture(scope="module")
def registry():
    return build_registry()


def test_every_installed_sector_loads(registry):
    assert registry.faults == {}
    assert registry.sectors


def test_every_sector_has_tests(registry):
    for code in registry.sectors:
        assert list((ROOT / "tests" / "plugins" / code).glob("test_*.py")), code


def _texts(value, seen):
    if isinstance(value, Text):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type) and id(value) not in seen:
        seen.add(id(value))
        for field in dataclasses.fields(value):
            yield from _texts(getattr(value, field.name), seen)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one, seen)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _texts(one, seen)


def test_every_text_of_a_sector_stands_in_both_languages(registry):
    count = 0
    for sector in registry.sectors.values():
        for text in _texts(sector, set()):
            if text == NO_TEXT:  # a unit of measure that has no name, say
                continue
            assert text.zh.strip(), (sector.code, text)
            assert text.en.strip(), (sector.code, text)
            assert not re.search(r"[\u4e00-\u9fff]", text.en), (sector.code, text)
            count += 1
    assert count > 100


# -- routes


@pytest.fixture(scope="module")
def app(sqlite_databases):

    config = Config(sqlite_databases.settings, secret="a secret of the contract", testing=True)
    return create_app(config, databases=sqlite_databases)


def test_every_route_has_a_policy_and_every_policy_is_asked(app):
    policies = app.extensions["kaohe"].policies
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            assert policies[rule.endpoint] in POLICIES, rule
    code = "\n".join(
        path.read_text() for path in _core(".py", ".html") if path != CORE / "accounts" / "policy.py"
    )
    assert [action for action in POLICIES if f'"{action}"' not in code and f"'{action}'" not in code] == []


def test_every_unsafe_route_has_words_in_the_log(app):
    unsafe = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }
    assert sorted(unsafe - set(words.ACTS)) == []
    told = {act for act in words.ACTS if not act.startswith("cli.")}  # the operator's acts have no route
    assert sorted(told - unsafe) == []
    for text in [*words.ACTS.values(), *words.KINDS.values(), *words.PLACES.values()]:
        assert text.zh
        assert text.en
        assert not re.search(r"[\u4e00-\u9fff]", text.en)
    assert {endpoint.partition(".")[0] for endpoint in unsafe} <= set(words.PLACES)


def test_every_kind_of_object_has_a_word_in_the_log(app):
    assert app
    assert sorted(set(objects.names()) - set(words.KINDS)) == []


# -- tables


def test_every_table_is_a_tenants_or_the_platforms():
    load_models()
    tenant, platform = set(TenantModel.metadata.tables), set(PlatformModel.metadata.tables)
    assert tenant & platform == set()
    assert platform == {"tenants", "worker_leases"}
    for table in TenantModel.metadata.tables.values():
        assert [column.name for column in table.primary_key] == ["tenant_id", "id"]


def test_no_float_takes_part():
    load_models()
    for table in [*TenantModel.metadata.tables.values(), *PlatformModel.metadata.tables.values()]:
        for column in table.columns:
            kinds = (column.type, getattr(column.type, "impl", column.type))
            assert not any(isinstance(kind, Float | Double | Numeric) for kind in kinds), column
            if column.name.endswith("_fen"):
                assert kinds[0].python_type is int, column


# -- what never stands in the core

SECTOR_WORDS = {
    "nursing": r"护士|病区|查房|护理|病房|患者|病人|星级|医院|nurs(?:e|es|ing)\b|\bwards?\b|\bward[- ]round|star[- ]?level"
    r"|\bpatients?\b|\bhospitals?\b",
    "power_supply": r"停电|抢修|台区|供电|用电|电费|抄表|表箱|95598|\boutages?\b|\bpower[- ](?:supply|cut)|\belectric",
    "coach_transport": r"客运|班车|班线|快客|驾驶|司机|司乘|旅客|乘客|车队|车站|无票|\bcoach(?:es)?\b|\bpassengers?\b",
    "teacher": r"名师|名教师|教师|教研|课堂|学生|学校|学年|开学|学期|\bteachers?\b|\bpupils?\b|\bschools?\b",
    "logistics": r"后勤|食堂|餐饮|保洁|物业|宿舍|\bcanteens?\b|\blogistics\b|\bcleaning\b",
    "service_hall": r"服务大厅|办事大厅|营业厅|窗口|业扩|服务之星|\bservice[- ]halls?\b",
    "managers": r"中层|干部|矿|班组|科室|企管|\bmiddle managers?\b|\bminers?\b",
}
"""Words by which each sector's work is known. 保证金 and 罚款 are none: the core's ledger keeps deposits and fines."""
SECTOR_WORD = re.compile("|".join(f"(?:{words})" for words in SECTOR_WORDS.values()), re.IGNORECASE)
ALLOWED = {
    ("accounts/passwords.py", "hospital"): "a password that is guessed first",
    ("commands/organisations.py", "医院"): "an organisation's name as an example in the help of founding one",
    ("demo.py", "医院"): "the name of the demonstration's organisation",
    ("entries/mark_lists.py", "科室"): "a heading under which lists of any organisation name the unit",
    ("entries/mark_lists.py", "班组"): "the same",
    ("entries/templates/entries/no_marks.html", "school"): "the name of a drawn icon",
    ("people/intake/fields.py", "科室"): "a heading under which lists of any organisation name the unit",
    ("people/intake/fields.py", "班组"): "the same",
    ("periods/rules.py", "school"): "what a year that begins in summer is called",
    ("periods/rules.py", "学年"): "the same",
    ("periods/templates/periods/plan.html", "学年"): "the same, in the hint on the month a year begins in",
    ("testing/company.py", "矿"): "a person's name in the tests' organisation",
    ("testing/fixtures.py", "医院"): "the names of the tests' organisations",
}


def test_no_words_of_a_sector_stand_in_the_core(registry):
    assert set(registry.sectors) <= set(SECTOR_WORDS)
    found, used = [], set()
    for path in _core(".py", ".html", ".js", ".css"):
        name = str(path.relative_to(CORE))
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            for hit in SECTOR_WORD.finditer(line):
                allowed = (name, hit[0].lower())
                used.add(allowed)
                if allowed not in ALLOWED:
                    found.append(f"{name}:{number}: {hit[0]}: {line.strip()[:100]}")
    assert not found, "\n".join(found)
    assert sorted(set(ALLOWED) - used) == [], "allowed, and nowhere any more"


def test_the_words_of_a_sector_are_its_own(registry):
    """Each sector says what its list names: the search above is not for words that nobody uses."""
    for code, sector in registry.sectors.items():
        said = " ".join(text.zh + " " + text.en for text in _texts(sector, set()))
        words = {hit[0].lower() for hit in re.finditer(SECTOR_WORDS[code], said, re.IGNORECASE)}
        assert len(words) >= 2, (code, words)


def _feature_sources():
    for feature in FEATURES:
        for path in sorted((CORE / feature).rglob("*.py")):
            yield path, path.read_text()


def test_features_never_mention_the_tenants_key():
    """The session knows whose it is; a rule in the database's own language (models) has to say it."""
    allowed = {
        "Rule(",
        "_PERIOD_OF",
        "WHERE tenant_id = ",
        "e.tenant_id",
        "session.tenant_id",
        "tenant_id = NEW",
        "OLD.tenant_id",
    }
    found = []
    for path, source in _feature_sources():
        tree = ast.parse(source)
        for node in ast.walk(tree):
            named = isinstance(node, ast.Attribute) and node.attr == "tenant_id"
            if (
                named
                and not (isinstance(node.value, ast.Name) and node.value.id[0].islower())
                and not (isinstance(node.value, ast.Attribute) and node.value.attr in ("session", "kit"))
            ):
                found.append(f"{path.relative_to(CORE)}:{node.lineno}")
            if isinstance(node, ast.keyword) and node.arg == "tenant_id" and "models" in path.name:
                found.append(f"{path.relative_to(CORE)}:{node.value.lineno}")
    assert allowed
    assert not found, "\n".join(found)


def test_features_write_no_sql_and_no_tables():
    """No text(), Table, exec_driver_sql, INSERT … SELECT or connection of their own."""
    banned = {"text", "Table", "MetaData", "create_engine", "DDL", "literal_column"}
    found = []
    for path, source in _feature_sources():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
                found += [
                    f"{path.relative_to(CORE)}:{node.lineno} {one.name}"
                    for one in node.names
                    if one.name in banned
                ]
            if isinstance(node, ast.Attribute) and node.attr in (
                "exec_driver_sql",
                "from_select",
                "__table__",
                "raw_connection",
            ):
                found.append(f"{path.relative_to(CORE)}:{node.lineno} {node.attr}")
    found = [one for one in found if not one.startswith("web/views.py")]  # the health check asks SELECT 1
    assert not found, "\n".join(found)


def test_no_float_literal_stands_with_points_or_money():
    """Schemes and services of results hold no float at all."""
    found = []
    for folder in ("scheme", "results", "entries", "periods", "adoption"):
        for path in sorted((CORE / folder).rglob("*.py")):
            tree = ast.parse(path.read_text())
            seconds = {
                id(node.value)
                for node in ast.walk(tree)
                if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "").endswith("_SECONDS")
            }
            for node in ast.walk(tree):
                if (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, float)
                    and id(node) not in seconds
                ):
                    found.append(f"{path.relative_to(CORE)}:{node.lineno}: {node.value}")
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
                    found.append(f"{path.relative_to(CORE)}:{node.lineno}: float()")
    assert not found, "\n".join(found)
