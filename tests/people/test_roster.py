"""A staff list as an office sends it: every doubt named, nothing written before it is confirmed, twice is nothing."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kaohe.accounts.policy import Actor
from kaohe.db import Databases, TenantSession
from kaohe.people import service as people
from kaohe.people.intake.drafts import choose, start_draft
from kaohe.people.intake.preview import DOUBTFUL, NEW, SAME, SKIPPED, UPDATED, Preview
from kaohe.people.intake.roster import preview_roster
from kaohe.people.intake.writing import write_roster
from kaohe.people.models import Attribute, ImportDraft, Leave, Membership, Person, Unit
from kaohe.people.refusals import AlreadyWritten, ChangedMeanwhile, DoubtsOpen
from kaohe.scheme.model import Fact
from kaohe.scheme.text import Text
from kaohe.testing.fixtures import NOW

SAMPLES = Path(__file__).parents[1] / "samples" / "nursing"
ROSTER = SAMPLES / "2026年护理人员花名册.xlsx"
DAY = date(2026, 9, 1)
LEVEL = Fact("star", Text("星级", "Star level"), kind="level", low=1, high=5)
KNOWS = {"facts": [LEVEL], "words": {}}


@pytest.fixture
def top(session: TenantSession) -> Unit:
    unit = people.create_unit(session, name="市中心医院", parent=None)
    people.create_person(session, number="A1", name="管理员", unit=unit, position="", joined_on=DAY, now=NOW)
    session.commit()
    return unit


@pytest.fixture
def actor(session: TenantSession, top: Unit) -> Actor:
    person = people.person_by_number(session, "A1")
    assert person is not None
    return Actor(person.id, 1, is_admin=True)


def draft_of(
    session: TenantSession, actor: Actor, data: bytes = b"", pasted: str = "", day: date = DAY
) -> ImportDraft:
    return start_draft(
        session,
        kind="roster",
        data=data,
        name="花名册.xlsx",
        pasted=pasted,
        day=day,
        by=actor.person_id,
        now=NOW,
    )


def seen(session: TenantSession, draft: ImportDraft) -> Preview:
    return preview_roster(session, draft, **KNOWS)


def asked(preview: Preview) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in preview.lines:
        for ask in line.asks:
            found.setdefault(ask.code, []).append(line.raw["name"].replace("\u3000", ""))
    return found


def answer(draft: ImportDraft, preview: Preview, **answers: dict[str, str]) -> None:
    """Answer by name: code -> {name: answer}."""
    rows = {key: dict(value) for key, value in draft.choices["rows"].items()}
    for code, by_name in answers.items():
        for line in preview.lines:
            name = line.raw["name"].replace("\u3000", "")
            if name in by_name:
                rows.setdefault(line.key, {})[code] = by_name[name]
    choose(draft, rows=rows)


def settle_sample(draft: ImportDraft, preview: Preview) -> None:
    """What a clerk would decide about the doubts of the sample."""
    answer(
        draft,
        preview,
        number={"郝清强": "keep", "张志": "=H3427", "金兰诗": "keep", "梁红刚": "=H1133", "萧娟": "keep"},
        skip={"蒋敏梓": "1"},
        joined_on={"高琪怡": "empty"},
        left={"薛晓": "=2026-06-30", "邓子浩": "ignore"},
        leave={"袁平杰": "=2026-07-01/2027-01-31"},
    )


def write(
    session: TenantSession, draft: ImportDraft, actor: Actor, seal: str | None = None
) -> dict[str, int]:
    return write_roster(session, draft, seal=seal, actor=actor, now=NOW, **KNOWS)


def test_every_doubt_of_the_sample_is_named(session: TenantSession, actor: Actor) -> None:
    preview = seen(session, draft_of(session, actor, ROSTER.read_bytes()))
    found = asked(preview)
    assert sorted(found["number"]) == sorted(["郝清强", "张志", "梁红刚", "金兰诗", "蒋敏梓", "萧娟"])
    assert found["joined_on"] == ["高琪怡"]
    assert found["left"] == ["薛晓", "邓子浩"]
    assert found["leave"] == ["袁平杰"]
    assert set(found) == {"number", "joined_on", "left", "leave"}
    assert (len(preview.lines), preview.open) == (86, 10)
    offers = {ask.code: ask.offer for line in preview.lines for ask in line.asks}
    assert offers["left"] == "2026-06-30"
    assert offers["leave"] == "2026-09-01/2027-01-31"


def test_variants_of_a_unit_are_one(session: TenantSession, actor: Actor) -> None:
    preview = seen(session, draft_of(session, actor, ROSTER.read_bytes()))
    assert sorted(name.name for name in preview.unit_names) == sorted(
        ["神经内科", "心内科", "ICU", "骨科（一）", "心内科二病区", "骨科（二）", "急诊科", "普外科"]
    )
    assert all(name.choice == "new" for name in preview.unit_names)
    assert sum(name.people for name in preview.unit_names) == 86


def test_confirmed_once_and_the_same_file_changes_nothing(session: TenantSession, actor: Actor) -> None:
    data = ROSTER.read_bytes()
    draft = draft_of(session, actor, data)
    with pytest.raises(DoubtsOpen):
        write(session, draft, actor)
    assert session.scalar(select(func.count()).select_from(Person)) == 1
    settle_sample(draft, seen(session, draft))
    preview = seen(session, draft)
    assert preview.counts() == {NEW: 85, SKIPPED: 1}
    counts = write(session, draft, actor, preview.seal())
    session.commit()
    assert (counts[NEW], counts["units"]) == (85, 8)
    with pytest.raises(AlreadyWritten):
        write(session, draft, actor)
    _check_written(session)

    again = draft_of(session, actor, data)
    preview = seen(session, again)
    assert preview.repeated
    assert preview.counts() == {SAME: 85, SKIPPED: 1}
    before = [
        session.scalar(select(func.count()).select_from(table))
        for table in (Person, Membership, Attribute, Leave)
    ]
    counts = write(session, again, actor, preview.seal())
    session.commit()
    assert NEW not in counts
    assert UPDATED not in counts
    assert before == [
        session.scalar(select(func.count()).select_from(table))
        for table in (Person, Membership, Attribute, Leave)
    ]


def _check_written(session: TenantSession) -> None:
    left = people.person_by_number(session, "H4553")
    assert left is not None
    assert (left.name, left.left_on) == ("薛晓", date(2026, 6, 30))
    assert people.unit_on(session, left.id, date(2026, 7, 1)) is None
    moved = people.person_by_number(session, "h3427")
    assert moved is not None
    assert moved.name == "张志"
    assert moved.initials == "zz"
    away = people.person_by_number(session, "H2984")
    assert away is not None
    (absence,) = people.leaves_of(session, away.id)
    assert (absence.kind, absence.ends_on) == ("产假", date(2027, 1, 31))
    undated = people.person_by_number(session, "H6008")
    assert undated is not None
    assert undated.joined_on is None
    unit = people.unit_on(session, undated.id, DAY)
    assert unit is not None
    assert unit.name == "神经内科"
    levels = people.facts_on(session, DAY)
    known = people.person_by_number(session, "H9075")
    assert known is not None
    assert levels[known.id] == {"star": 4}
    assert known.phone == "17600002340"
    assert {row.origin for row in session.scalars(select(Attribute))} == {"opening"}
    found = people.participants(session, starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 30))
    assert sum(one.takes_part for one in found) == 84  # 84 of the file and the administrator, one on leave


PASTED = "工号\t姓名\t部门\t职务\t星级\n{}"


def lines_of(session: TenantSession, actor: Actor, rows: str, day: date = DAY) -> tuple[ImportDraft, Preview]:
    draft = draft_of(session, actor, pasted=PASTED.format(rows), day=day)
    return draft, seen(session, draft)


@pytest.fixture
def staff(session: TenantSession, actor: Actor) -> None:
    draft, _ = lines_of(
        session, actor, "B1\t林晓芸\t一区\t组员\t三星\nB2\t沈佳怡\t一区\t组长\t4\nB3\t陆一帆\t二区\t组员\t2"
    )
    write(session, draft, actor)
    session.commit()


@pytest.mark.usefixtures("staff")
def test_what_changes_holds_from_the_day(session: TenantSession, actor: Actor) -> None:
    day = date(2026, 10, 1)
    draft, preview = lines_of(session, actor, "B1\t林晓芸\t二区\t组员\t四星\nB2\t沈佳怡\t一区\t\t\n", day)
    assert [(line.kind, [(c.title.zh, c.old, c.new) for c in line.changes]) for line in preview.lines] == [
        (UPDATED, [("部门", "一区", "二区"), ("星级", 3, 4)]),
        (SAME, []),
    ]
    assert preview.absent == 2
    write(session, draft, actor, preview.seal())
    session.commit()
    person = people.person_by_number(session, "B1")
    assert person is not None
    days = (date(2026, 9, 30), day)
    assert [people.unit_on(session, person.id, one).name for one in days] == ["一区", "二区"]  # type: ignore[union-attr]
    assert [people.facts_on(session, one)[person.id]["star"] for one in days] == [3, 4]
    assert person.version == 2


@pytest.mark.usefixtures("staff")
def test_another_name_under_a_known_number(session: TenantSession, actor: Actor) -> None:
    draft, preview = lines_of(session, actor, "B1\t林小云\t一区\t组员\t3\nB2\t王五\t一区\t组长\t4")
    assert asked(preview) == {"name_differs": ["林小云", "王五"]}
    answer(draft, preview, name_differs={"林小云": "same"}, number={"王五": "=B9"})
    preview = seen(session, draft)
    assert [line.kind for line in preview.lines] == [UPDATED, NEW]
    write(session, draft, actor, preview.seal())
    renamed = people.person_by_number(session, "B1")
    assert renamed is not None
    assert (renamed.name, renamed.initials.split()[0]) == ("林小云", "lxy")


@pytest.mark.usefixtures("staff")
def test_an_unknown_unit_is_asked_once_units_exist(session: TenantSession, actor: Actor) -> None:
    draft, preview = lines_of(session, actor, "C1\t甲\t三区\t\t\nC2\t乙\t三 区\t\t\nC3\t丙\t 一区\t\t")
    assert asked(preview) == {"unit_name": ["甲", "乙"]}
    assert [(name.name, name.people, name.choice) for name in preview.unit_names] == [("三区", 2, "")]
    choose(draft, units={preview.unit_names[0].key: "new"})
    preview = seen(session, draft)
    assert preview.counts() == {NEW: 3}
    choose(draft, units={preview.unit_names[0].key: "skip"})
    assert seen(session, draft).counts() == {NEW: 1, SKIPPED: 2}


@pytest.mark.usefixtures("staff")
def test_wrong_levels_and_missing_cells(session: TenantSession, actor: Actor) -> None:
    draft, preview = lines_of(session, actor, "C1\t甲\t一区\t\t九星\n\t乙\t一区\t\t\nC3\t丙\t\t\t")
    assert asked(preview) == {"fact:star": ["甲"], "number": ["乙"], "unit": ["丙"]}
    unit = next(unit for unit in people.units(session) if unit.name == "二区")
    answer(draft, preview, **{"fact:star": {"甲": "5"}}, number={"乙": "=C2"}, unit={"丙": str(unit.id)})
    assert seen(session, draft).counts() == {NEW: 3}
    answer(draft, preview, **{"fact:star": {"甲": "7"}})
    assert seen(session, draft).counts()[DOUBTFUL] == 1


@pytest.mark.usefixtures("staff")
def test_who_left_and_stands_in_the_file(session: TenantSession, actor: Actor) -> None:
    person = people.person_by_number(session, "B3")
    assert person is not None
    people.leave(session, person, on=date(2026, 9, 10))
    draft, preview = lines_of(session, actor, "B3\t陆一帆\t一区\t组员\t2", date(2026, 10, 1))
    assert asked(preview) == {"returned": ["陆一帆"]}
    answer(draft, preview, returned={"陆一帆": "ignore"})
    assert seen(session, draft).counts() == {SAME: 1}
    answer(draft, preview, returned={"陆一帆": "rejoin"})
    preview = seen(session, draft)
    assert preview.counts() == {UPDATED: 1}
    write(session, draft, actor, preview.seal())
    assert person.left_on is None
    assert people.unit_on(session, person.id, date(2026, 9, 20)) is None
    assert people.unit_on(session, person.id, date(2026, 10, 1)).name == "一区"  # type: ignore[union-attr]


@pytest.mark.usefixtures("staff")
def test_an_older_file_does_not_undo_a_later_move(session: TenantSession, actor: Actor) -> None:
    person = people.person_by_number(session, "B3")
    unit = next(unit for unit in people.units(session) if unit.name == "一区")
    assert person is not None
    people.move_person(session, person, unit=unit, position="组员", on=date(2026, 11, 1))
    draft, preview = lines_of(session, actor, "B3\t陆一帆\t市中心医院\t组员\t2", date(2026, 10, 1))
    assert asked(preview) == {"later": ["陆一帆"]}
    answer(draft, preview, later={"陆一帆": "keep"})
    assert seen(session, draft).counts() == {SAME: 1}


@pytest.mark.usefixtures("staff")
def test_what_changed_meanwhile_is_compared_again(
    databases: Databases, session: TenantSession, actor: Actor
) -> None:
    draft, preview = lines_of(session, actor, "B1\t林晓芸\t二区\t组员\t3", date(2026, 10, 1))
    session.commit()
    with databases.tenant(session.tenant_id) as other:
        person = people.person_by_number(other, "B1")
        unit = next(unit for unit in people.units(other) if unit.name == "二区")
        assert person is not None
        people.move_person(other, person, unit=unit, position="组长", on=date(2026, 9, 20))
        other.commit()
    session.expire_all()
    with pytest.raises(ChangedMeanwhile):
        write(session, draft, actor, preview.seal())


def test_all_or_nothing(databases: Databases, session: TenantSession, actor: Actor, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from kaohe.people.intake import writing

    draft = draft_of(session, actor, ROSTER.read_bytes())
    settle_sample(draft, seen(session, draft))
    ident = draft.id
    session.commit()

    def broken(self, model, rows) -> None:  # type: ignore[no-untyped-def]
        if model is Attribute:
            raise RuntimeError("the disk is full")
        original(self, model, rows)

    original = writing._Writing._bulk
    monkeypatch.setattr(writing._Writing, "_bulk", broken)
    with pytest.raises(RuntimeError):
        write(session, draft, actor)
    session.rollback()
    with databases.tenant(session.tenant_id) as other:
        assert other.scalar(select(func.count()).select_from(Person)) == 1
        assert other.scalar(select(func.count()).select_from(Unit)) == 1
        stored = other.need(ImportDraft, ident)
        assert stored.written_at is None
