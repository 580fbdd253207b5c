"""The people's pages: who sees whom, forms that keep what was typed, the import from upload to list."""

import io
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from kaohe.accounts.models import Account, Grant
from kaohe.app import create_app
from kaohe.config import Config
from kaohe.db import Databases
from kaohe.people import service as people
from kaohe.people.models import ImportDraft, Leave, Membership, Person, Unit
from kaohe.plugins import Registry, Sector
from kaohe.scheme.model import Fact
from kaohe.scheme.text import Text
from kaohe.tenants.models import Tenant, TenantSector
from kaohe.testing.fixtures import NOW, Browser, new_tenant

ROSTER = Path(__file__).parents[1] / "samples" / "nursing" / "2026年护理人员花名册.xlsx"
LEVEL = Fact("star", Text("星级", "Star level"), kind="level", low=1, high=5)
MONTHLY = Text("月度考核", "Monthly")


@dataclass(frozen=True)
class Scheme:
    """As much of a scheme as these pages ask for."""

    code: str = "monthly"
    title: Text = MONTHLY
    subject: str = "person"
    facts: tuple[Fact, ...] = (LEVEL,)
    grades: tuple[()] = ()


@dataclass
class House:
    """A small organisation: an administrator, a head of the first unit, a member of the second."""

    tenant: Tenant
    admin: Browser
    head: Browser
    member: Browser
    ids: dict[str, int]


@pytest.fixture
def app(databases: Databases) -> Flask:
    sector = Sector("care", Text("护理", "Care"), (Scheme(),))  # type: ignore[arg-type]
    registry = Registry(sectors={"care": sector})
    config = Config(databases.settings, secret="a secret of the tests", testing=True)
    return create_app(config, databases=databases, registry=registry)


def staffed(app: Flask, databases: Databases, tenant: Tenant) -> House:
    ids: dict[str, int] = {}
    accounts: dict[str, Account] = {}
    with databases.tenant(tenant.id) as session:
        root = people.create_unit(session, name=tenant.name, parent=None)
        units = {name: people.create_unit(session, name=name, parent=root) for name in ("一区", "二区")}
        ids.update({"root": root.id, **{name: unit.id for name, unit in units.items()}})
        session.add(TenantSector(code="care", since=NOW))
        for number, name, unit in (
            ("A1", "苏敏", root),
            ("B1", "林晓芸", units["一区"]),
            ("B2", "沈佳怡", units["一区"]),
            ("C1", "陆一帆", units["二区"]),
        ):
            person = people.create_person(
                session,
                number=number,
                name=name,
                unit=unit,
                position="组员",
                joined_on=date(2020, 1, 1),
                now=NOW,
            )
            ids[number] = person.id
            account = Account(person_id=person.id, password_hash=None, state="active", created_at=NOW)
            session.add(account)
            accounts[number] = account
        session.flush()
        for number, role, unit_id in (("A1", "admin", None), ("B1", "assessor", units["一区"].id)):
            session.add(
                Grant(
                    account_id=accounts[number].id,
                    role=role,
                    unit_id=unit_id,
                    starts_on=date(2020, 1, 1),
                    ends_on=None,
                    deputy_of=None,
                    given_by=None,
                    given_at=NOW,
                )
            )
        session.commit()
    signed = {number: Browser(app, tenant).sign_in(accounts[number]) for number in ("A1", "B1", "C1")}
    return House(tenant, signed["A1"], signed["B1"], signed["C1"], ids)


@pytest.fixture
def house(app: Flask, databases: Databases, tenant: Tenant) -> House:
    return staffed(app, databases, tenant)


def names_in(text: str) -> set[str]:
    return {name for name in ("苏敏", "林晓芸", "沈佳怡", "陆一帆") if f">{name}</a>" in text}


def test_the_list_shows_whom_one_may_see(house: House) -> None:
    assert names_in(house.admin.get("/people/").text) == {"苏敏", "林晓芸", "沈佳怡", "陆一帆"}
    assert names_in(house.head.get("/people/").text) == {"林晓芸", "沈佳怡"}
    assert house.member.get("/people/").status_code == 403
    assert names_in(house.admin.get(f"/people/?unit={house.ids['二区']}").text) == {"陆一帆"}
    assert names_in(house.admin.get("/people/?q=sjy").text) == {"沈佳怡"}
    foreign = house.head.get(f"/people/?unit={house.ids['二区']}&state=all&q=C1").text
    assert "陆一帆" not in foreign


def test_the_export_holds_what_the_list_shows(house: House) -> None:
    answer = house.head.get("/people/export?sort=number")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    told = {str(cell) for row in rows for cell in row}
    assert {"林晓芸", "沈佳怡", "星级"} <= told
    assert not {"陆一帆", "苏敏"} & told
    assert house.member.get("/people/export").status_code == 403


def test_the_picker_offers_only_whom_one_may_choose(house: House) -> None:
    said = house.head.get("/people/pick?q=b&action=entries.record").text
    assert "沈佳怡" in said
    assert "林晓芸" not in said
    assert "没有找到" in house.member.get("/people/pick?q=b&action=entries.record").text
    assert "陆一帆" in house.member.get("/people/pick?q=c1&action=people.read").text
    assert house.admin.get("/people/pick?q=沈&action=no.such").status_code == 200


def test_a_person_is_shown_to_the_right_ones(house: House) -> None:
    own = house.member.get(f"/people/{house.ids['C1']}")
    assert own.status_code == 200
    assert "编辑信息" not in own.text
    assert house.member.get(f"/people/{house.ids['B2']}").status_code == 403
    assert house.head.get(f"/people/{house.ids['C1']}").status_code == 403
    assert house.head.get(f"/people/{house.ids['B2']}").status_code == 200
    assert house.head.get(f"/people/{house.ids['B2']}/edit").status_code == 403
    assert house.admin.get("/people/99").status_code == 404


def test_new_person_and_what_was_typed_is_kept(house: House, databases: Databases) -> None:
    typed = {
        "number": "b1",
        "name": "王五",
        "unit": str(house.ids["二区"]),
        "position": "组长",
        "fact_star": "3",
    }
    refused = house.admin.post("/people/new", typed)
    assert refused.status_code == 422
    assert "已由 林晓芸 使用" in refused.text
    assert 'value="王五"' in refused.text
    done = house.admin.post("/people/new", {**typed, "number": "d1", "joined_on": "2026-09-01"})
    assert done.status_code == 303
    with databases.tenant(house.tenant.id, write=False) as session:
        person = people.person_by_number(session, "D1")
        assert person is not None
        assert people.facts_on(session, date(2026, 9, 1), [person.id]) == {person.id: {"star": 3}}
    log = house.admin.get("/audit").text
    assert f"{typed['name']}" in log, "the log says who was put on the list"
    assert house.admin.post("/people/new", {**typed, "number": "d2", "fact_star": "9"}).status_code == 422
    assert house.admin.post("/people/new", {**typed, "number": "d2", "unit": "77"}).status_code == 404


def test_two_administrators_edit_one_person(house: House, databases: Databases) -> None:
    path = f"/people/{house.ids['B2']}/edit"
    seen = re.search(r'name="version"[^>]*value="(\d+)"', house.admin.get(path).text)
    assert seen is not None
    form = {"number": "B2", "name": "沈佳怡", "phone": "13500000000", "version": seen[1]}
    assert house.admin.post(path, form).status_code == 303
    late = house.admin.post(path, {**form, "phone": "13900000000"})
    assert late.status_code == 409
    assert "13500000000" in late.text
    assert "13900000000" in late.text
    with databases.tenant(house.tenant.id, write=False) as session:
        assert session.need(Person, house.ids["B2"]).phone == "13500000000"


def test_moving_leaving_and_coming_back(house: House, databases: Databases) -> None:
    path = f"/people/{house.ids['B2']}"
    move = {"unit": str(house.ids["二区"]), "position": "组员", "on": "2026-09-16"}
    assert house.admin.post(f"{path}/move", move).status_code == 303
    assert house.head.get(path).status_code == 403
    early = house.admin.post(f"{path}/move", {**move, "unit": str(house.ids["root"]), "on": "2026-09-01"})
    assert early.status_code == 422
    assert "2026-09-16" in early.text
    assert house.admin.post(f"{path}/undo-move").status_code == 303
    assert house.admin.post(f"{path}/leave", {"on": "2026-09-20"}).status_code == 303
    assert "已离职" in house.admin.get(path).text
    assert house.admin.post(f"{path}/move", {**move, "on": "2026-10-08"}).status_code == 303
    assert house.admin.post(f"{path}/stay").status_code == 422
    with databases.tenant(house.tenant.id, write=False) as session:
        held = people.memberships_of(session, house.ids["B2"])
        assert [(one.unit_id, one.ends_on) for one in held] == [
            (house.ids["一区"], date(2026, 9, 20)),
            (house.ids["二区"], None),
        ]


def test_absences_and_facts_of_a_person(house: House, databases: Databases) -> None:
    path = f"/people/{house.ids['B2']}"
    form = {"kind": "产假", "starts_on": "2026-09-01", "ends_on": "2026-08-01"}
    assert house.admin.post(f"{path}/absence", form).status_code == 422
    assert house.admin.post(f"{path}/absence", {**form, "ends_on": ""}).status_code == 303
    with databases.tenant(house.tenant.id, write=False) as session:
        absence = session.scalars(select(Leave.id)).one()
    assert house.admin.get(f"/people/absences/{absence}/end").status_code == 200
    assert house.admin.post(f"/people/absences/{absence}/end", {"on": "2026-12-31"}).status_code == 303
    assert "2026-12-31" in house.head.get(path).text
    assert house.admin.post(f"/people/absences/{absence}/drop").status_code == 303
    fact = {"value": "4", "starts_on": "2026-09-01", "reason": ""}
    assert house.admin.post(f"{path}/facts/star", fact).status_code == 422
    assert house.admin.post(f"{path}/facts/star", {**fact, "reason": "评定"}).status_code == 303
    assert house.admin.get(f"{path}/facts/nothing").status_code == 422
    assert "评定" in house.head.get(path).text


def test_the_tree_is_changed_by_the_administrator(house: House, databases: Databases) -> None:
    assert "二区" not in house.head.get("/people/units").text
    assert house.head.get("/people/units/new").status_code == 403
    new = {"name": "三区", "code": "", "parent": str(house.ids["一区"])}
    assert house.admin.post("/people/units/new", new).status_code == 303
    assert house.admin.post("/people/units/new", new).status_code == 422
    with databases.tenant(house.tenant.id, write=False) as session:
        third = session.scalars(select(Unit).where(Unit.name == "三区")).one().id
    assert (
        house.admin.post(f"/people/units/{third}/move", {"parent": str(house.ids["二区"])}).status_code == 303
    )
    assert "三区" not in house.head.get("/people/units").text
    assert house.admin.post(f"/people/units/{third}/edit", {"name": "三病区", "code": "S"}).status_code == 303
    assert (
        house.admin.post(f"/people/units/{house.ids['二区']}/close", {"on": "2026-09-30"}).status_code == 422
    )
    assert house.admin.post(f"/people/units/{third}/close", {"on": "2026-09-10"}).status_code == 303
    assert "三病区" in house.admin.get("/people/units?closed=1").text
    assert house.admin.post(f"/people/units/{third}/reopen").status_code == 303
    assert house.admin.post(f"/people/units/{third}/order", {"to": "up"}).status_code == 303


def answers(text: str) -> dict[str, str]:
    """What somebody would choose for the questions of the sample's preview."""
    form: dict[str, str] = {}
    kept: set[str] = set()
    for line, code in re.findall(r'name="a-(\d+)-([\w:]+)"', text):
        name = f"{line}-{code}"
        if code == "number":
            number = re.search(
                rf"工号 (H\d+) [^<]*</span>\s*<span class=\"k-fix\">\s*<select[^>]*name=\"a-{name}\"", text
            )
            assert number is not None
            first = number[1] not in kept
            kept.add(number[1])
            form |= {f"a-{name}": "keep"} if first else {f"a-{name}": "other", f"t-{name}": f"X{line}"}
        elif code == "joined_on":
            form[f"a-{name}"] = "empty"
        elif code == "left":
            form |= {f"a-{name}": "left", f"t-{name}": "2026-06-30"}
        else:
            form |= {f"a-{name}": code, f"t-{name}": "2026-07-01", f"u-{name}": "2027-01-31"}
    return form


def upload(browser: Browser, data: bytes, name: str = "花名册.xlsx", **more: str):  # type: ignore[no-untyped-def]
    form = {"file": (io.BytesIO(data), name), "day": "2026-09-01", **more}
    return browser.post("/people/import", form, content_type="multipart/form-data")


def test_from_the_upload_to_the_list(house: House, databases: Databases) -> None:
    assert house.head.get("/people/import").status_code == 403
    assert upload(house.admin, b"", "").status_code == 422
    assert upload(house.admin, b"\x00\x01 no table", "x.xlsx").status_code == 422
    answer = upload(house.admin, ROSTER.read_bytes())
    assert answer.status_code == 303
    draft = answer.location
    shown = house.admin.get(draft).text
    assert "要处理 86" in shown
    assert "全部新建" in shown
    assert house.admin.post(f"{draft}/write", {"seal": "x"}).status_code == 422
    assert house.admin.post(f"{draft}/settle", {"units": "new"}).status_code == 303
    shown = house.admin.get(f"{draft}?kind=doubtful").text
    assert "要处理 10" in shown
    assert house.admin.get(f"{draft}/problems").status_code == 200
    assert house.admin.post(f"{draft}/settle", answers(shown)).status_code == 303
    shown = house.admin.get(draft).text
    assert "新增 86" in shown
    seal = re.search(r'name="seal" value="(\w+)"', shown)
    assert seal is not None
    assert house.admin.post(f"{draft}/write", {"seal": seal[1]}).status_code == 303
    assert "已导入" in house.admin.get(draft).text
    assert house.admin.post(f"{draft}/write", {"seal": seal[1]}).status_code == 409
    with databases.tenant(house.tenant.id, write=False) as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 4 + 86
        before = session.scalar(select(func.count()).select_from(Membership))
    again = upload(house.admin, ROSTER.read_bytes()).location
    shown = house.admin.get(again).text
    assert "不变 86" in shown
    assert "内容一样" in shown
    assert house.admin.post(f"{again}/drop").status_code == 303
    with databases.tenant(house.tenant.id, write=False) as session:
        assert session.scalar(select(func.count()).select_from(Membership)) == before
        assert session.get(ImportDraft, int(again.rsplit("/", 1)[1])) is None


def test_columns_can_be_told_otherwise(house: House) -> None:
    text = "编号\t谁\t在哪\nD1\t王五\t一区\n"
    answer = house.admin.post("/people/import", {"pasted": text, "day": "2026-09-01"})
    draft = answer.location
    columns = {"column-number": "0", "column-name": "1", "column-unit": "2", "day": "2026-08-01"}
    assert house.admin.post(f"{draft}/reading", columns).status_code == 303
    shown = house.admin.get(draft).text
    assert "新增 1" in shown
    assert 'value="2026-08-01"' in shown
    wrong = house.admin.post(f"{draft}/reading", {**columns, "column-unit": "1"})
    assert wrong.status_code == 422
    assert "同一列" in wrong.text
    assert house.admin.get(f"{draft}?kind=nonsense&page=99").status_code == 200


def test_earlier_results_through_the_pages(house: House) -> None:
    text = "工号\t姓名\t1月\t2月\nB1\t林晓芸\t95.5\t100\nB2\t沈佳怡\t缺考\t90\n"
    answer = house.admin.post("/people/import?kind=results", {"pasted": text, "day": "2026-09-01"})
    draft = answer.location
    shown = house.admin.get(draft).text
    assert "新增 1" in shown
    assert "要处理 1" in shown
    assert "月度考核" in shown
    assert house.admin.post(f"{draft}/settle", {"skip": "3"}).status_code == 303
    assert house.admin.post(f"{draft}/reading", {"year": "2025", "scheme": "monthly"}).status_code == 303
    shown = house.admin.get(draft).text
    assert "2025-01" in shown
    seal = re.search(r'name="seal" value="(\w+)"', shown)
    assert seal is not None
    assert house.admin.post(f"{draft}/write", {"seal": seal[1]}).status_code == 303
    own = house.head.get(f"/people/{house.ids['B1']}").text
    assert "以前的考核结果" in own
    assert re.search(r"2025-01-01 — 2025-01-31.*?95\.5", own, re.S)
    assert own.index("2025-02-01") < own.index("2025-01-01")
    assert "以前的考核结果" not in house.admin.get(f"/people/{house.ids['C1']}").text


def test_another_organisation_is_not_there(app: Flask, house: House, databases: Databases) -> None:
    other = staffed(app, databases, new_tenant(databases, "别家医院"))
    missing = 77
    for path in ("/people/{}", "/people/{}/edit", "/people/units/{}/edit", "/people/import/{}"):
        kind = "一区" if "units" in path else "B1"
        there, nowhere = (house.admin.get(path.format(ident)) for ident in (other.ids[kind], missing))
        assert (there.status_code, nowhere.status_code) == (404, 404)
    move = {"unit": str(other.ids["一区"]), "position": "", "on": "2026-09-16"}
    assert house.admin.post(f"/people/{house.ids['B2']}/move", move).status_code == 404
    assert "别家医院" not in house.admin.get("/people/units").text


def test_english_is_there(house: House, databases: Databases) -> None:
    with databases.tenant(house.tenant.id) as session:
        account = session.scalars(select(Account).where(Account.person_id == house.ids["A1"])).one()
        account.language = "en"
        session.commit()
    refused = house.admin.post("/people/new", {"number": "b1", "name": "W", "unit": str(house.ids["二区"])})
    assert "already belongs to" in refused.text
    assert "Star level" in house.admin.get("/people/").text


ODD = (
    "\x00",
    "a\x00b",
    "\u202e倒\u200b",
    "𠮷" * 70,
    "=1+1",
    "'; DROP TABLE persons; --",
    "9" * 400,
    "NaN",
    "🚑",
    " \u3000 ",
)


@pytest.mark.parametrize("text", ODD)
def test_odd_text_is_refused_or_kept_but_breaks_nothing(house: House, text: str) -> None:
    member = f"/people/{house.ids['B2']}"
    forms = {
        "/people/new": {
            "number": text,
            "name": text,
            "unit": str(house.ids["一区"]),
            "note": text,
            "fact_star": text,
        },
        f"{member}/edit": {"number": "B2", "name": text, "phone": text, "note": text, "version": text},
        f"{member}/move": {"unit": text, "position": text, "on": text},
        f"{member}/absence": {"kind": text, "starts_on": "2026-09-01", "note": text},
        f"{member}/leave": {"on": "0001-01-01"},
        f"{member}/facts/star": {"value": text, "starts_on": "2026-09-01", "reason": text},
        "/people/units/new": {"name": text, "code": text, "parent": str(house.ids["root"])},
        "/people/import": {"pasted": text, "day": "2026-09-01"},
    }
    for path, form in forms.items():
        assert house.admin.post(path, form).status_code < 500, path
    for path in ("/people/", "/people/pick", "/people/export"):
        query = {"q": text, "unit": text, "position": text, "sort": text, "page": text, "action": text}
        assert house.admin.get(path, query_string=query).status_code == 200, path
    pasted = f"工号\t姓名\t部门\nD1\t王五\t一区\n\t{'甲'}\t一区\n"
    draft = house.admin.post("/people/import", {"pasted": pasted, "day": "2026-09-01"}).location
    settle = {"a-3-number": text, "t-3-number": text, "skip": text, "units": text, "unit-0": text}
    assert house.admin.post(f"{draft}/settle", settle).status_code < 500
    reading = {
        "day": text,
        "sheet": text,
        "column-name": text,
        "column-number": "0",
        "year": text,
        "scheme": text,
    }
    assert house.admin.post(f"{draft}/reading", reading).status_code < 500
    assert house.admin.post(f"{draft}/write", {"seal": text}).status_code < 500
    assert house.admin.get(draft).status_code == 200
