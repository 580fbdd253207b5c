"""Filings and ratings in the worlds of the matrix: something owed and filed by everybody, one round with its raters."""

from __future__ import annotations

from datetime import timedelta

from kaohe.filings import service
from kaohe.filings.models import Due
from kaohe.plugins import build_registry
from kaohe.ratings.models import RatingAssignment, RatingRemark, RatingRound
from kaohe.testing.roles import EVERYBODY, HOMES, ROLES
from kaohe.testing.world import World

HARD = {"ratings.sheet": "a sheet is for who is assigned"}
BODIES: dict[str, dict[str, str]] = {
    "filings.file": {"do": "draft"},
    "filings.unlock": {"due": "", "reason": "核对"},
    "ratings.sheet": {},
    "ratings.extend": {"due": "", "reason": "核对"},
    "ratings.end": {"assignments": ""},
}
PICKERS = {"ratings.assign": {"rater": "person"}}
"""Fields that the page shows empty, and a script fills with an id."""


def furnish(world: World) -> None:
    """A filing of each person, with what was filed, a draft and a round of ratings."""
    filing = build_registry().filing("managers_targets")
    assert filing is not None
    with world.session() as session:
        for role, home in zip(ROLES, HOMES, strict=True):
            due = Due(
                filing=filing.code,
                period_id=world.period.id,
                subject_id=world.people[role].id,
                unit_id=world.units[home].id,
                starts_on=world.period.starts_on,
                ends_on=world.period.ends_on,
                made_at=world.now,
                due_at=world.now + timedelta(days=20),
            )
            session.add(due)
            session.flush()
            content = {
                "targets": [
                    {
                        "target": f"目标{world.marker}",
                        "measure": f"标准{world.marker}",
                        "leader": f"责任人{world.marker}",
                    }
                ],
                "words": f"说明{world.marker}",
            }
            actor = world.actor(role)
            service.file(session, due, filing=filing, content=content, actor=actor, now=world.now)
            typed = {"f-words": f"草稿{world.marker}"}
            service.save_draft(session, due, filing=filing, typed=typed, actor=actor, now=world.now)
            world.keep("due", role, due.id)
        round_ = RatingRound(
            period_id=world.period.id, role="leader", due_at=world.now + timedelta(days=5), made_at=world.now
        )
        session.add(round_)
        session.flush()
        for rater, subject in (("assessor", "member"), ("member", "colleague"), ("admin", "member")):
            ids = {
                "round_id": round_.id,
                "rater_id": world.people[rater].id,
                "subject_id": world.people[subject].id,
            }
            session.add(RatingAssignment(**ids, assigned_by=None, at=world.now, ended_at=None))
            session.add(RatingRemark(**ids, words=f"评语{world.marker}", at=world.now, replaced_by=None))
        session.commit()
        world.keep("rating_round", EVERYBODY, round_.id)
