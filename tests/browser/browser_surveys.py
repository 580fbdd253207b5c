"""Surveys in the demonstration, for the walk over every page: a questionnaire with results, an open one, a ballot."""

from __future__ import annotations

from datetime import timedelta

from browser_house import House

from kaohe.accounts.policy import Actor
from kaohe.db import TenantSession
from kaohe.people.models import Person
from kaohe.periods import service as periods
from kaohe.plugins import Answer, Question, Survey
from kaohe.scheme import Text
from kaohe.surveys import service

CLIMATE = Survey(
    code="climate",
    title=Text("病房氛围调查", "Climate on the wards"),
    says=Text("请如实回答，不记名。", "Please answer as it is; nobody is named."),
    scheme="nursing",
    questions=(
        Question(
            "calm",
            Text("交接班是否从容", "Handing over is calm"),
            words=(Text("很忙乱", "Very hectic"), Text("很从容", "Very calm")),
        ),
        Question(
            "room",
            Text("最想改善的地方", "What should become better first"),
            kind="choice",
            choices=(Answer("rest", Text("休息室", "Rest room")), Answer("store", Text("库房", "Store"))),
            required=False,
        ),
        Question("words", Text("还想说什么", "Anything else"), kind="text", required=False),
    ),
    answered_by=("tokens", "members"),
    groups=(Answer("day", Text("白班", "Day shift")), Answer("night", Text("夜班", "Night shift"))),
)


def hold(session: TenantSession, house: House, code: str, admin: Person) -> tuple[list[int], str]:
    """The ids of an open survey, a closed one and a draft, and the secret of an unused link to the open one."""
    today, now = house.today(code), house.now
    actor = Actor(admin.id, 0, is_admin=True)
    made = []
    for _ in range(3):
        survey = service.start(
            session,
            sector="nursing",
            declared=CLIMATE,
            period=periods.current(session, today),
            opens_on=today,
            closes_on=today + timedelta(days=9),
            actor=actor,
            now=now,
        )
        made.append(survey)
    opened, closed, draft = made
    for survey in (opened, closed):
        service.open_survey(session, survey, actor=actor, now=now, today=today)
    for secret in service.issue(session, closed, group="day", count=4, actor=actor, now=now):
        link, _survey = service.find(session, secret)
        sheet = service.asked(session, closed, today=today)
        given = service.read(sheet, {"q-calm": ["4"], "q-room": ["rest"]})
        service.keep_by_link(session, closed, link, given, today=today)
    service.close(session, closed, actor=actor, now=now, today=today)
    [secret] = service.issue(session, opened, group="night", count=1, actor=actor, now=now)
    return [opened.id, closed.id, draft.id], secret
