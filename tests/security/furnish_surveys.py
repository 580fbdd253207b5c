"""Surveys of each organisation: drafts, an open questionnaire, an open and a closed ballot, links and a decided tie."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from kaohe.db import TenantSession
from kaohe.plugins import Answer, Question, Survey
from kaohe.scheme import Text
from kaohe.surveys import service
from kaohe.surveys.models import HeldSurvey
from kaohe.tenants import service as tenants
from kaohe.testing.roles import EVERYBODY
from kaohe.testing.world import World

HARD = {
    "surveys.answer": "who has answered already, or is not asked, is told so",
    "surveys.show": "a draft is only the administrators'",
}
BODIES = {
    "surveys.decide": {"reason": "核对"},
    "surveys.answer": {"q-calm": "4"},
    "surveys.by_link": {"q-calm": "4"},
    "surveys.arrange": {"act": "up:calm"},
    "surveys.build": {"title_zh": "问卷", "about": "organisation"},
    "surveys.start": {"opens_on": "2031-01-01", "closes_on": "2031-01-02"},
    "surveys.links": {"group": "", "count": "1"},
    "surveys.withdraw_links": {"reason": "核对"},
    "surveys.move_end": {"closes_on": "2031-01-02"},
}
"""What is sent where no page of the worlds shows the form."""


def furnish(world: World) -> None:
    """Fill the organisation's surveys; `member` has a draft, everybody the open questionnaire."""
    with world.session() as session:
        tenants.switch_on(session, "managers", now=world.now)  # a sector that declares surveys
        draft = _start(session, world, replace(_asked(world), about="people"))
        world.keep("survey", "admin", draft.id)
        open_one = _start(session, world, _asked(world))
        _open(session, world, open_one)
        world.keep("survey", EVERYBODY, open_one.id)
        public = _start(session, world, _without_words(world))
        _open(session, world, public)
        [secret] = service.issue(
            session, public, group="", count=1, actor=world.actor("admin"), now=world.now
        )
        world.others["surveys.by_link"] = {"token": secret}
        closed = _start(session, world, _elected(world))
        _open(session, world, closed)
        for role, to in (
            ("admin", "member"),
            ("assessor", "member"),
            ("outsider", "colleague"),
            ("member", "colleague"),
        ):
            _vote(session, world, closed, role, to)
        service.close(session, closed, actor=world.actor("admin"), now=world.now, today=world.today)
        world.keep("survey", "colleague", closed.id)
        session.commit()


def _start(session: TenantSession, world: World, declared: Survey) -> HeldSurvey:
    return service.start(
        session,
        sector=world.sector,
        declared=declared,
        period=world.period,
        opens_on=world.today,
        closes_on=world.today + timedelta(days=5),
        actor=world.actor("admin"),
        now=world.now,
    )


def _open(session: TenantSession, world: World, survey: HeldSurvey) -> None:
    service.open_survey(session, survey, actor=world.actor("admin"), now=world.now, today=world.today)


def _vote(session: TenantSession, world: World, survey: HeldSurvey, role: str, to: str) -> None:
    person = world.people[role].id
    sheet = service.asked(session, survey, today=world.today, person_id=person)
    given = service.read(sheet, {"vote": [str(world.people[to].id)]})
    service.keep_by_person(session, survey, person, given, today=world.today)


def _asked(world: World) -> Survey:
    said: Any = Text(f"氛围调查{world.marker}", f"Climate {world.marker}")
    return Survey(
        code="climate",
        title=said,
        says=said,
        scheme=world.scheme.code,
        questions=(
            Question("calm", said),
            Question(
                "why",
                said,
                kind="choice",
                choices=(Answer("a", said), Answer("b", Text(f"另{world.marker}", f"Else {world.marker}"))),
                required=False,
            ),
            Question("words", said, kind="text", required=False),
        ),
        answered_by=("tokens", "members"),
    )


def _without_words(world: World) -> Survey:
    """What anybody may read who holds a link: nothing in it is only this organisation's."""
    plain = Text("问卷", "Questionnaire")
    asked = _asked(world)
    calm = replace(asked.questions[0], title=plain)
    return replace(asked, title=plain, says=plain, questions=(calm,), answered_by=("tokens",))


def _elected(world: World) -> Survey:
    said = Text(f"选举{world.marker}", f"Election {world.marker}")
    return Survey(
        code="star",
        title=said,
        says=said,
        scheme=world.scheme.code,
        kind="ballot",
        about="people",
        answered_by=("members",),
    )
