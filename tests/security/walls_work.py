"""What cases, filings, ratings, messages and the calendar add for the walls: their last rows, and a probe a rule."""

from __future__ import annotations

from datetime import timedelta

from kaohe.calendar import service as calendar
from kaohe.filings.models import DueMove
from kaohe.messages.models import Contact
from kaohe.ratings.models import Rating, RatingMove
from kaohe.testing.probing import Probe, copied, row_of
from kaohe.testing.roles import EVERYBODY
from kaohe.testing.world import World

NEVER, LONG_AGO = "9999-12-31 00:00:00.000000", "2000-01-01 00:00:00.000000"


def fill(world: World) -> None:
    """A rating, deadlines moved, somebody's e-mail address, and a year of the calendar confirmed by hand."""
    admin, now = world.people["admin"].id, world.now
    later = {"before": now, "after": now + timedelta(days=9), "moved_by": admin, "at": now}
    round_id = world.things["rating_round"][EVERYBODY]
    with world.session() as session:
        session.add(
            Rating(
                round_id=round_id,
                rater_id=world.people["assessor"].id,
                subject_id=world.people["member"].id,
                clause_id=1,
                value=5,
                at=now,
            )
        )
        session.add(RatingMove(round_id=round_id, reason=f"延期{world.marker}", **later))
        session.add(DueMove(due_id=world.things["due"]["member"], reason=f"解锁{world.marker}", **later))
        session.add(Contact(person_id=admin, email="admin@example.cn", changed_at=now))
        calendar.confirm_year(session, calendar.through(session) + 1, by=admin, now=now)
        session.commit()


def _themselves(table: str) -> Probe:
    return lambda session, world: copied(
        session, table, rater_id=world.people["member"].id, subject_id=world.people["member"].id
    )


def _late(table: str) -> Probe:
    return lambda session, world: copied(session, table, rater_id=world.people["outsider"].id, at=NEVER)


def _rater_became_rated(session, world):
    row = row_of(session, "rating_assignments")
    return "UPDATE rating_assignments SET rater_id = subject_id WHERE id = :id", {"id": row["id"]}


def _own_due(session, world):
    return copied(session, "due_moves", moved_by=world.people["member"].id)


def _step(place: int, *, note: bool, at: str) -> Probe:
    where = "NOT is_note AND replaced_by IS NULL"
    return lambda session, world: copied(
        session, "case_steps", where, place=place, is_note=note, happened_at=at
    )


PROBES: dict[str, Probe] = {
    "rating_assignments_1_self": _themselves("rating_assignments"),
    "rating_assignments_2_self": _rater_became_rated,
    "rating_remarks_0_self": _themselves("rating_remarks"),
    "rating_remarks_1_late": _late("rating_remarks"),
    "ratings_2_self": _themselves("ratings"),
    "ratings_3_late": _late("ratings"),
    "due_moves_2_self": _own_due,
    "calendar_days_2_reason": lambda session, world: copied(
        session, "calendar_days", day="2031-01-01", reason="  "
    ),
    "case_steps_2_future": _step(99, note=True, at=NEVER),
    "case_steps_3_order": _step(99, note=False, at=LONG_AGO),
    "case_files_1_kept": lambda session, world: (
        "UPDATE case_files SET added_by = :by",
        {"by": world.people["outsider"].id},
    ),
}
