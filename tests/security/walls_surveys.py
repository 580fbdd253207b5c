"""What surveys add for the walls: the rows that the pages do not need, and a probe for each rule."""

from __future__ import annotations

from kaohe.surveys.models import HeldSurvey, SurveyDecision, SurveySubject, SurveyUnit
from kaohe.testing.probing import Probe, copied, row_of
from kaohe.testing.roles import EVERYBODY
from kaohe.testing.world import World


def fill(world: World) -> None:
    """A survey of one unit about somebody, opened after that was said, and a decided tie of the closed ballot."""
    with world.session() as session:
        draft = session.need(HeldSurvey, world.things["survey"]["admin"])
        copied_over = {
            column.name: getattr(draft, column.name)
            for column in HeldSurvey.__table__.columns
            if column.name not in ("tenant_id", "id", "version")
        }
        survey = HeldSurvey(**copied_over)
        session.add(survey)
        session.flush()
        for held in (draft, survey):
            session.add(SurveyUnit(survey_id=held.id, unit_id=world.units["first"].id))
        session.add(SurveySubject(survey_id=survey.id, subject_id=world.people["member"].id))
        session.flush()
        survey.state = "open"
        session.add(
            SurveyDecision(
                survey_id=world.things["survey"]["colleague"],
                subject_id=world.people["member"].id,
                decided_by=world.people["admin"].id,
                at=world.now,
                reason=f"抽签{world.marker}",
            )
        )
        session.commit()
        world.keep("survey", "opened", survey.id)


def _into(table: str, role: str, **people: str) -> Probe:
    """A row like one that is there, in another survey."""

    def probe(session, world):
        changed = {name: world.people[who].id for name, who in people.items()}
        changed |= {"token_hash": "probe"} if table == "survey_tokens" else {}
        changed |= {"subject_id": None} if table == "survey_values" and not people else {}
        return copied(session, table, survey_id=world.things["survey"][role], **changed)

    return probe


def _gone_from(table: str, role: str) -> Probe:
    def probe(session, world):
        row = row_of(session, table, f"survey_id = {world.things['survey'][role]}")
        return f"DELETE FROM {table} WHERE id = :id", {"id": row["id"]}

    return probe


def _changed(role: str, change: str) -> Probe:
    return lambda session, world: (
        f"UPDATE surveys SET {change} WHERE id = :id",
        {"id": world.things["survey"][role]},
    )


def _pointed_elsewhere(table: str, column: str, value: str) -> Probe:
    def probe(session, world):
        where = f"survey_id <> {world.things['survey']['colleague']}" if table != "survey_voters" else "1 = 1"
        return (
            f"UPDATE {table} SET {column} = :to WHERE id = :id",
            {"to": world.people[value].id if value in world.people else world.units[value].id}
            | {"id": row_of(session, table, where)["id"]},
        )

    return probe


def _foreign_step(session, world, survey: int) -> int:
    return int(row_of(session, "survey_steps", f"survey_id <> {survey}")["id"])


def _issued_withdrawn(session, world):
    survey = world.things["survey"]["opened"]
    step = _foreign_step(session, world, survey)
    return copied(
        session, "survey_tokens", survey_id=survey, token_hash="probe", used=False, withdrawn_id=step
    )


def _withdrawn_by_anothers_step(session, world):
    token = row_of(session, "survey_tokens", "NOT used AND withdrawn_id IS NULL")
    step = _foreign_step(session, world, token["survey_id"])
    return "UPDATE survey_tokens SET withdrawn_id = :to WHERE id = :id", {"to": step, "id": token["id"]}


PROBES: dict[str, Probe] = {
    "surveys_0_survey": _changed(EVERYBODY, "minimum = minimum + 1"),
    "surveys_1_survey": _changed("colleague", "closes_on = '2099-01-01'"),
    "surveys_2_survey": lambda session, world: (
        "DELETE FROM surveys WHERE id = :id",
        {"id": world.things["survey"]["colleague"]},
    ),
    "survey_decisions_2_self": _into(
        "survey_decisions", "colleague", subject_id="outsider", decided_by="outsider"
    ),
    "survey_decisions_3_survey": _into("survey_decisions", "opened"),
    "survey_decisions_4_foreign": _into(
        "survey_decisions", "colleague", subject_id="admin", decided_by="member"
    ),
    "survey_subjects_0_survey": _into("survey_subjects", EVERYBODY, subject_id="outsider"),
    "survey_subjects_1_survey": _gone_from("survey_subjects", "opened"),
    "survey_subjects_2_kept": _pointed_elsewhere("survey_subjects", "subject_id", "admin"),
    "survey_units_0_survey": _into("survey_units", EVERYBODY),
    "survey_units_1_survey": _gone_from("survey_units", "opened"),
    "survey_units_2_kept": _pointed_elsewhere("survey_units", "unit_id", "office"),
    "survey_tokens_1_survey": _into("survey_tokens", "colleague"),
    "survey_tokens_3_foreign": _issued_withdrawn,
    "survey_tokens_4_foreign": _withdrawn_by_anothers_step,
    "survey_values_0_survey": _into("survey_values", "colleague"),
    "survey_values_3_foreign": _into("survey_values", "opened", subject_id="outsider"),
    "survey_values_2_survey": _gone_from("survey_values", "colleague"),
    "survey_voters_1_kept": _pointed_elsewhere("survey_voters", "person_id", "other_assessor"),
    "survey_voters_2_survey": _into("survey_voters", "colleague", person_id="other_assessor"),
}
