"""The page of a merging: what would move, what both have, and what is refused with its words."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from kaohe.audit.models import AuditRow
from kaohe.filings.models import Due
from kaohe.people import service as people
from kaohe.people.models import Merge
from kaohe.surveys.models import HeldSurvey, SurveySubject
from kaohe.testing.fixtures import NOW, TODAY, Browser


@pytest.fixture
def twice(house):
    other = people.create_person(
        house.session, number="H9001", name="许佳宁", unit=house.world.heart, position="护师",
        joined_on=date(2026, 9, 1), now=NOW,
    )  # fmt: skip
    for filing in ("sample.return", "sample.plan"):
        house.session.add(
            Due(
                filing=filing, period_id=house.period.id, subject_id=other.id, unit_id=house.world.heart.id,
                starts_on=house.period.starts_on, ends_on=house.period.ends_on, made_at=NOW, due_at=NOW,
            )
        )  # fmt: skip
    house.session.commit()
    return other


@pytest.fixture
def admin(app, tenant, house):
    house.session.commit()
    return Browser(app, tenant).sign_in(house.world.accounts["admin"])


def test_what_hangs_on_the_record_is_shown_and_goes_along(house, twice, admin):
    kept = house.world.people["许佳宁"]
    ids = {"kept": str(kept.id), "gone": str(twice.id)}
    page = admin.get(f"/living/merge?kept={kept.id}&gone={twice.id}").text
    assert "要报送的材料" in page
    assert "2 份" in page
    done = admin.post("/living/merge", {**ids, "number": "kept", "reason": "同一个人"})
    assert done.status_code == 303
    assert house.session.query(Merge).count() == 1
    acts = house.session.scalars(select(AuditRow).where(AuditRow.action == "living.merge")).all()
    assert [(one.object_kind, one.object_id) for one in acts] == [("person", kept.id)]
    old = admin.get(f"/people/{twice.id}").text
    assert "已并入" in old
    for action in (f"/people/{twice.id}/edit", f"/people/{twice.id}/move", "/accounts/new?q="):
        assert action not in old
    assert f"/people/{kept.id}/edit" in admin.get(f"/people/{kept.id}").text
    listed = admin.get("/people/?state=all&q=H9001").text
    assert "已并入" in listed
    gone = admin.get(f"/living/{twice.id}").text
    assert f"这份档案已并入许佳宁（{kept.number}）" in gone


def picked(html: str, name: str) -> tuple[str, str]:
    """The id that the picker holds, and the name that it shows."""
    held = re.search(rf'name="{name}" value="([^"]*)"', html)
    shown = re.search(rf'name="{name}_text" value="([^"]*)"', html)
    return held[1], shown[1]


def test_a_link_that_names_one_record_shows_it(house, twice, admin):
    kept = house.world.people["许佳宁"]
    answer = admin.get(f"/living/merge?kept={kept.id}")
    assert answer.status_code == 200
    assert picked(answer.text, "kept") == (str(kept.id), f"许佳宁 · {kept.number}")
    assert "请选择" not in answer.text


def test_what_was_not_chosen_is_named(house, twice, admin):
    kept = house.world.people["许佳宁"]
    both = admin.get("/living/merge?kept=&kept_text=&gone=&gone_text=")
    assert both.status_code == 422
    assert "请选择保留的档案" in both.text
    assert "请选择并入的档案" in both.text
    one = admin.get(f"/living/merge?kept={kept.id}&kept_text=许佳宁&gone=&gone_text=")
    assert one.status_code == 422
    assert "请选择保留的档案" not in one.text
    assert "请选择并入的档案" in one.text
    assert picked(one.text, "kept") == (str(kept.id), f"许佳宁 · {kept.number}")


def test_a_record_whose_name_was_emptied_is_not_chosen(house, twice, admin):
    kept = house.world.people["许佳宁"]
    emptied = admin.get(f"/living/merge?kept={kept.id}&kept_text=&gone={twice.id}&gone_text=许佳宁")
    assert emptied.status_code == 422
    assert "请选择保留的档案" in emptied.text
    assert picked(emptied.text, "kept") == ("", "")


def test_a_refusal_says_what_has_to_be_finished(house, twice, admin):
    held = HeldSurvey(
        sector="nursing", scheme_code="x", kind="ballot", title_zh="推选护理组长", title_en="Ballot", says_zh="",
        says_en="", about="people", questions=[], plan={}, answered_by=[], minimum=1, year=2026, turn=1,
        opens_on=TODAY, closes_on=TODAY, started_by=house.admin.person_id, started_at=NOW,
    )  # fmt: skip
    house.session.add(held)
    house.session.flush()
    house.session.add(SurveySubject(survey_id=held.id, subject_id=twice.id))
    house.session.flush()
    held.state = "open"
    house.session.commit()
    answer = admin.get(f"/living/merge?kept={house.id_of('许佳宁')}&gone={twice.id}")
    assert answer.status_code == 409
    assert "推选护理组长" in answer.text
