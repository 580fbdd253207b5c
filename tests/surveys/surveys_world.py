"""Small organisations of the sectors that declare surveys, with people, a running month and open surveys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kaohe.db import Databases
from kaohe.plugins import Survey
from kaohe.surveys import service
from kaohe.surveys.models import HeldSurvey
from kaohe.tenants.models import Tenant
from kaohe.testing.world import NOW, World, build_world
from kaohe_logistics.scheme import ITEM
from kaohe_logistics.surveys import SERVICE
from kaohe_managers.scheme import MONTH
from kaohe_managers.surveys import STAFF_OPINION
from kaohe_service_hall.scheme import CLERK
from kaohe_service_hall.surveys import SERVICE_STAR

DECLARED = {
    "logistics": (ITEM, SERVICE),
    "service_hall": (CLERK, SERVICE_STAR),
    "managers": (MONTH, STAFF_OPINION),
}
Form = dict[str, Sequence[str]]


@dataclass
class Poll:
    """A world with one survey."""

    world: World
    survey_id: int

    @property
    def today(self) -> date:
        return self.world.today

    def session(self, *, write: bool = True) -> Any:
        return self.world.session(write=write)

    def survey(self, session: Any) -> HeldSurvey:
        return session.need(HeldSurvey, self.survey_id)

    def subjects(self) -> list[int]:
        with self.session(write=False) as session:
            return service.subject_ids(session, self.survey(session))

    def links(self, count: int, group: str = "") -> list[str]:
        with self.session() as session:
            made = service.issue(
                session,
                self.survey(session),
                group=group,
                count=count,
                actor=self.world.actor("admin"),
                now=self.world.now,
            )
            session.commit()
        return made

    def by_link(self, secret: str, form: Form, today: date | None = None) -> None:
        day = today or self.today
        with self.session() as session:
            token, survey = service.find(session, secret)
            given = service.read(service.asked(session, survey, today=day), form)
            service.keep_by_link(session, survey, token, given, today=day)
            session.commit()

    def by_person(self, role: str, form: Form, today: date | None = None) -> None:
        day, person = today or self.today, self.world.people[role].id
        with self.session() as session:
            survey = self.survey(session)
            sheet = service.asked(session, survey, today=day, person_id=person)
            service.keep_by_person(session, survey, person, service.read(sheet, form), today=day)
            session.commit()

    def close(self) -> None:
        with self.session() as session:
            service.close(
                session,
                self.survey(session),
                actor=self.world.actor("admin"),
                now=self.world.now,
                today=self.today,
            )
            session.commit()


def start(
    world: World,
    sector: str,
    declared: Survey,
    *,
    opened: bool = True,
    subjects: Sequence[str] | None = None,
    turn: int = 0,
) -> Poll:
    """Start a declared survey for the running month, about some people or all, and open it."""
    with world.session() as session:
        actor = world.actor("admin")
        survey = service.start(
            session,
            sector=sector,
            declared=declared,
            period=world.period,
            opens_on=world.today,
            closes_on=world.today + timedelta(days=7),
            actor=actor,
            now=world.now,
            turn=turn,
        )
        if subjects is not None:
            service.set_subjects(session, survey, [world.people[role].id for role in subjects])
        if opened:
            service.open_survey(session, survey, actor=actor, now=world.now, today=world.today)
        session.commit()
        return Poll(world, survey.id)


@pytest.fixture
def begin(databases: Databases, tenant: Tenant) -> Callable[..., Poll]:
    """Start the survey that a sector declares, in an organisation of that sector."""

    def make(sector: str, *, today: bool = False, **more: Any) -> Poll:
        scheme, declared = DECLARED[sector]
        now = datetime.now(UTC) if today else NOW
        world = build_world(databases, tenant, scheme, sector=sector, whole=False, now=now)
        return start(world, sector, more.pop("declared", declared), **more)

    return make


def rated(subject: int, levels: Sequence[int], words: str = "", codes: Sequence[str] = ()) -> Form:
    """What a sheet says of one subject."""
    names = codes or ("attitude", "quality", "promptness")
    form: Form = {f"q-{code}-{subject}": [str(level)] for code, level in zip(names, levels, strict=True)}
    if words:
        form[f"q-suggestion-{subject}"] = [words]
    return form
