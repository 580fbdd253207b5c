"""Whose result an address means, and who may read it: somebody who moved, a unit, nobody at all; and small lists."""

from __future__ import annotations

import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from kaohe.db import WallRefusal
from kaohe.entries import reading, service
from kaohe.entries.models import Entry, WithdrawalReason
from kaohe.people import service as people
from kaohe.people.models import Person, Unit
from kaohe.testing.fixtures import NOW, Browser


@pytest.fixture
def as_(app, house, monkeypatch):
    """A browser signed in as somebody of the house, on the house's day."""
    from datetime import datetime as real

    from kaohe.pages import lifecycle

    class Clock(real):
        @classmethod
        def now(cls, tz=None):
            return NOW

    monkeypatch.setattr(lifecycle, "datetime", Clock)
    return lambda who: Browser(app, house.tenant).sign_in(house.world.accounts[who])


def cells(answer):
    assert answer.status_code == 200, answer.text
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    return [cell for row in book.get_sheet_by_index(0).to_python() for cell in row]


def move(house, who="许佳宁", on=date(2026, 9, 12)):
    person = house.session.need(Person, house.id_of(who))
    people.move_person(
        house.session, person, unit=house.session.need(Unit, house.world.bone.id), position="护士", on=on
    )
    house.session.commit()


def test_the_head_of_the_old_unit_reads_the_result_of_then(house, as_):
    """Closed in 心内科, moved to 骨科 afterwards: both heads open it, another member does not."""
    house.record("许佳宁", house.sample.QUARREL)
    house.close()
    move(house, on=date(2026, 10, 3))
    house.session.commit()
    path = f"/results/{house.period.id}/{house.id_of('许佳宁')}"
    for who in ("head", "admin", "member"):
        assert as_(who).get(path).status_code == 200, who
    assert path in as_("head").get(f"/results/{house.period.id}/league").text


def test_moved_within_the_month_it_is_the_unit_of_the_last_day(house, as_):
    move(house)
    house.record("许佳宁", house.sample.QUARREL, happened_on=date(2026, 9, 10))
    house.close()
    path = f"/results/{house.period.id}/{house.id_of('许佳宁')}"
    assert as_("bone").get(path).status_code == 200
    assert as_("head").get(path).status_code == 403


def test_a_stranger_and_nobody_are_not_found(house, as_):
    head = as_("head")
    assert head.get(f"/results/{house.period.id}/{house.id_of('张志')}").status_code == 403
    assert head.get(f"/results/{house.period.id}/987654321").status_code == 404
    assert head.get(f"/results/{house.period.id}/{house.period.id}").status_code == 404


def test_a_unit_in_a_scheme_about_people_takes_no_part(house, as_):
    page = as_("admin").get(f"/results/{house.period.id}/{house.world.heart.id}")
    assert page.status_code == 200
    assert "不在本期考核范围内" in page.text


def test_why_an_entry_was_withdrawn_can_be_erased_and_never_rewritten(house):
    entry = house.record("许佳宁", house.sample.QUARREL)
    service.withdraw(
        house.session, entry, actor=house.world.actors["admin"], reason="系误录，涉及家属姓名", now=NOW
    )
    house.session.commit()
    assert reading.one(house.session, entry).withdrawn_because == "系误录，涉及家属姓名"
    with pytest.raises((WallRefusal, DatabaseError)):
        house.session.execute(update(WithdrawalReason).values(words="另一句话"))
    house.session.rollback()
    house.session.execute(delete(WithdrawalReason))
    house.session.commit()
    view = reading.one(house.session, house.session.scalars(select(Entry)).one())
    assert (view.state, view.withdrawn_because) == ("withdrawn", "")


def test_an_erased_reason_is_said_to_be_erased(house, as_):
    entry = house.record("许佳宁", house.sample.QUARREL)
    service.withdraw(house.session, entry, actor=house.world.actors["admin"], reason="误录", now=NOW)
    house.session.execute(delete(WithdrawalReason))
    house.session.commit()
    admin = as_("admin")
    assert "（理由已删除）" in admin.get(f"/entries/{entry.id}").text
    assert admin.get("/entries/export.xlsx").status_code == 200


def test_periods_and_readers_as_workbooks(house, as_):
    admin = as_("admin")
    found = cells(admin.get("/periods/export.xlsx"))
    assert "2026 年 9 月" in found
    assert any(str(cell).startswith("2026-09-30") for cell in found)
    readers = cells(admin.get(f"/schemes/{house.period.revision_id}/readers.xlsx"))
    assert "许佳宁" in readers
    assert "未确认" in readers
    assert as_("member").get(f"/schemes/{house.period.revision_id}/readers.xlsx").status_code == 403
    few = cells(admin.get(f"/schemes/{house.period.revision_id}/readers.xlsx?q=许佳宁"))
    assert "张志" not in few


def test_the_league_as_a_workbook_says_why_somebody_has_no_score(house, as_):
    person = house.session.need(Person, house.id_of("张志"))
    people.leave(house.session, person, on=date(2026, 9, 5))
    house.session.commit()
    house.close()
    found = cells(as_("admin").get(f"/results/{house.period.id}/export"))
    assert "张志" in found
    assert "期末前已离开，本期不评" in found
