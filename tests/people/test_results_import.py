"""Earlier results: one row each or a column a month, asked when unclear, twice is nothing."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession
from kaohe.people import service as people
from kaohe.people.intake.drafts import choose, start_draft
from kaohe.people.intake.preview import NEW, SAME, SKIPPED, UPDATED, Preview
from kaohe.people.intake.results import preview_results
from kaohe.people.intake.results_writing import write_results
from kaohe.people.models import EarlierResult, ImportDraft
from kaohe.people.refusals import ChangedMeanwhile, DoubtsOpen
from kaohe.scheme.text import Text
from kaohe.testing.fixtures import NOW

GRADES = (SimpleNamespace(code="good", title=Text("良好", "Good")),)
SCHEMES = [
    SimpleNamespace(code="units", subject="unit", grades=(), title=Text("部门", "Units")),
    SimpleNamespace(code="monthly", subject="person", grades=GRADES, title=Text("月度", "Monthly")),
]
KNOWS: dict[str, Any] = {"schemes": SCHEMES, "words": {}}
WIDE = "2026年考核成绩汇总\n工号\t姓名\t1月\t2月\t3月\nB1\t林晓芸\t95.5\t100\t\nb2\t沈佳怡\t88\t86分\t90.25\nB3\t陆一帆\t\t\t\n"
LONG = "工号\t姓名\t周期\t得分\t等次\nB1\t林晓芸\t2026年1月\t95.5\t良好\nB2\t沈佳怡\t上个月\t90.123\t\nB9\t陆一帆\t2026-02\t80\t\n"


@pytest.fixture
def actor(session: TenantSession) -> Actor:
    unit = people.create_unit(session, name="单位", parent=None)
    ids = [
        people.create_person(
            session, number=number, name=name, unit=unit, position="", joined_on=date(2020, 1, 1), now=NOW
        ).id
        for number, name in (("B1", "林晓芸"), ("B2", "沈佳怡"), ("B3", "陆一帆"))
    ]
    session.commit()
    return Actor(ids[0], 1, is_admin=True)


def draft_of(session: TenantSession, actor: Actor, pasted: str) -> ImportDraft:
    return start_draft(
        session,
        kind="results",
        data=b"",
        name="",
        pasted=pasted,
        day=date(2026, 9, 1),
        by=actor.person_id,
        now=NOW,
    )


def seen(session: TenantSession, draft: ImportDraft) -> Preview:
    return preview_results(session, draft, **KNOWS)


def stored(session: TenantSession) -> list[tuple[date, date, Decimal | None, str | None]]:
    rows = session.scalars(select(EarlierResult).order_by(EarlierResult.person_id, EarlierResult.starts_on))
    return [(row.starts_on, row.ends_on, row.score, row.grade) for row in rows]


def settle(draft: ImportDraft, preview: Preview, who: str, **answers: str) -> None:
    line = next(line for line in preview.lines if line.raw["number"] == who)
    rows = {**draft.choices["rows"], line.key: {**draft.choices["rows"].get(line.key, {}), **answers}}
    choose(draft, rows=rows)


def test_a_column_a_month(session: TenantSession, actor: Actor) -> None:
    draft = draft_of(session, actor, WIDE)
    preview = seen(session, draft)
    assert [line.kind for line in preview.lines] == [NEW, "doubtful", SKIPPED]
    (ask,) = preview.lines[1].asks
    assert ask.code == "score:3"
    assert ask.options[0][0] == "=86"
    with pytest.raises(DoubtsOpen):
        write_results(session, draft, seal=None, now=NOW, **KNOWS)
    settle(draft, preview, "b2", **{"score:3": "=86"})
    preview = seen(session, draft)
    write_results(session, draft, seal=preview.seal(), now=NOW, **KNOWS)
    session.commit()
    assert [(row[0].month, row[2]) for row in stored(session)] == [
        (1, Decimal("95.5")),
        (2, Decimal(100)),
        (1, Decimal(88)),
        (2, Decimal(86)),
        (3, Decimal("90.25")),
    ]
    again = draft_of(session, actor, WIDE)
    preview = seen(session, again)
    assert preview.repeated
    assert preview.counts() == {SAME: 2, SKIPPED: 1}


def test_a_row_a_result(session: TenantSession, actor: Actor) -> None:
    draft = draft_of(session, actor, LONG)
    preview = seen(session, draft)
    asked = {line.raw["number"]: [ask.code for ask in line.asks] for line in preview.lines}
    assert asked == {"B1": [], "B2": ["period", "score"], "B9": ["number"]}
    assert preview.lines[2].asks[0].options[0][0] == "=B3"
    settle(draft, preview, "B2", period="=2026-01", score="=90.12")
    settle(draft, preview, "B9", number="=B3")
    write_results(session, draft, seal=None, now=NOW, **KNOWS)
    session.commit()
    assert stored(session) == [
        (date(2026, 1, 1), date(2026, 1, 31), Decimal("95.5"), "good"),
        (date(2026, 1, 1), date(2026, 1, 31), Decimal("90.12"), None),
        (date(2026, 2, 1), date(2026, 2, 28), Decimal(80), None),
    ]


def test_another_score_replaces_and_a_double_is_asked(session: TenantSession, actor: Actor) -> None:
    first = draft_of(session, actor, "工号\t姓名\t周期\t得分\nB1\t林晓芸\t2026-01\t90")
    write_results(session, first, seal=None, now=NOW, **KNOWS)
    session.commit()
    rows = "工号\t姓名\t周期\t得分\nB1\t林晓芸\t2026-01\t91\nB1\t林晓芸\t2026年1月\t92"
    draft = draft_of(session, actor, rows)
    preview = seen(session, draft)
    assert [line.kind for line in preview.lines] == [UPDATED, "doubtful"]
    assert [(change.old, change.new) for change in preview.lines[0].changes] == [("90", "91")]
    choose(draft, rows={preview.lines[1].key: {"skip": "1"}})
    shown = seen(session, draft)
    write_results(session, draft, seal=shown.seal(), now=NOW, **KNOWS)
    session.commit()
    assert [row[2] for row in stored(session)] == [Decimal(91)]


def test_the_chosen_scheme_and_a_stale_preview(session: TenantSession, actor: Actor) -> None:
    draft = draft_of(session, actor, "工号\t姓名\t周期\t得分\nB1\t林晓芸\t2026-01\t90")
    preview = seen(session, draft)
    choose(draft, scheme="units")
    other = draft_of(session, actor, "工号\t姓名\t周期\t得分\nB1\t林晓芸\t2026-01\t95")
    write_results(session, other, seal=None, now=NOW, **KNOWS)
    choose(draft, scheme="monthly")
    with pytest.raises(ChangedMeanwhile):
        write_results(session, draft, seal=preview.seal(), now=NOW, **KNOWS)
    choose(draft, scheme="units")
    write_results(session, draft, seal=None, now=NOW, **KNOWS)
    codes = session.scalars(select(EarlierResult.scheme_code).order_by(EarlierResult.scheme_code)).all()
    assert codes == ["monthly", "units"]
