"""A person erased from an organisation with a row in every table: the name is nowhere, seals and chains are whole."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import Text, cast, select, text
from sqlalchemy.exc import DatabaseError

from kaohe.audit import service as audit
from kaohe.db import Json, WallRefusal, walls
from kaohe.db.base import TenantModel
from kaohe.living import erasing, words
from kaohe.living.kin import models
from kaohe.people.models import Person
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.testing.fixtures import new_tenant
from kaohe.testing.world import build_world
from kaohe_nursing.scheme import NURSING

pytestmark = pytest.mark.xdist_group("wall-mutation")

NAME = "欧阳靖岚"
OF_SOMEBODY = {
    "persons.name": "renamed",
    "persons.number": "renamed",
    "persons.phone": "goes",
    "contacts.email": "the person's own go whole",
    "activation_slips.code_hash": "go whole",
}


def texts_of(model):
    """The columns of a table that hold text."""
    return [column for column in model.__table__.columns if isinstance(column.type, Text | Json)]


def spoken():
    return {(str(model.__tablename__), column) for model, column in words.columns()}


def test_every_text_is_taken_care_of_or_left_for_a_reason():
    known, forgotten = spoken(), []
    for model in models():
        table = str(model.__tablename__)
        if table in words.LEFT or table in words.GONE_WHOLE:
            continue
        for column in texts_of(model):
            place = f"{table}.{column.name}"
            if (
                (table, column.name) not in known
                and place not in words.LEFT
                and place not in OF_SOMEBODY
                and column.name not in words.CODES
            ):
                forgotten.append(place)
    assert forgotten == [], forgotten
    assert all(len(reason) > 10 for reason in words.LEFT.values())


@contextmanager
def without_walls(databases, tenant_id):
    """A transaction of who owns the tables, in which no trigger refuses."""
    engine = databases.migrating_engine(tenant_id)
    tables = list(TenantModel.metadata.tables)
    with engine.begin() as connection:
        if databases.dialect == "postgresql":
            owner = connection.execute(
                text("SELECT tableowner FROM pg_tables WHERE tablename = 'persons'")
            ).scalar_one()
            connection.exec_driver_sql(f'SET LOCAL ROLE "{owner}"')
            connection.exec_driver_sql(f"SET LOCAL app.tenant = '{tenant_id}'")
            for table in tables:
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield connection
            for table in tables:
                connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        else:
            walls.remove(connection)
            yield connection
            walls.install(connection)
    engine.dispose()


def name_everywhere(databases, world):
    """The name in a row of every column that is taken care of; the others are called something else."""
    with without_walls(databases, world.tenant.id) as connection:
        mine = {"mine": world.tenant.id, "who": world.people["member"].id, "name": NAME}
        connection.execute(
            text(
                "UPDATE persons SET name = replace(name, :name, ''), number = replace(number, :name, '') "
                "WHERE tenant_id = :mine"
            ),
            mine,
        )
        connection.execute(
            text("UPDATE persons SET name = :name, number = 'K-77' WHERE tenant_id = :mine AND id = :who"),
            mine,
        )
        for model, column in words.columns():
            doc = isinstance(model.__table__.columns[column].type, Json)
            said = f'{{"said":"同{NAME}谈过"}}' if doc else f"同{NAME}谈过"
            first = f"SELECT min(id) FROM {model.__tablename__} WHERE tenant_id = :mine"
            connection.execute(
                text(
                    f'UPDATE {model.__tablename__} SET "{column}" = :said '
                    f'WHERE tenant_id = :mine AND id = ({first}) AND ("{column}" IS NULL OR "{column}" NOT LIKE :like)'
                ),
                {"mine": world.tenant.id, "said": said, "like": f"%{NAME}%"},
            )


def standing(session):
    """Where the name stands, by table and column."""
    found = {}
    for model in models():
        for column in texts_of(model):
            query = select(model.id).where(cast(column, Text).contains(NAME))
            count = len(session.scalars(query).all())
            if count:
                found[f"{model.__tablename__}.{column.name}"] = count
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request, filled):
    """A filled organisation in which one of the staff has the name that stands everywhere."""
    databases = request.getfixturevalue(f"{request.param}_databases")
    world = filled(
        build_world(
            databases, new_tenant(databases), NURSING, sector="nursing", marker=NAME, now=datetime.now(UTC)
        )
    )
    name_everywhere(databases, world)
    return world


def test_the_name_is_nowhere_but_where_it_is_left_for_a_reason(house):
    with house.session() as session:
        before = standing(session)
        missing = {f"{table}.{column}" for table, column in spoken()} - before.keys()
        assert missing == set()
        period = session.need(Period, house.before.id)
        digest = results.standing_run(session, period).digest
        audit.seal_all(session, house.now)
        person = session.need(Person, house.people["member"].id)
        erasing.carry_out(
            session,
            person,
            basis="request",
            actor=house.actor("admin"),
            now=house.now,
            folder=house.databases.settings.folder,
        )
        session.commit()
        session.expire_all()
        left = {
            place: count
            for place, count in standing(session).items()
            if place not in words.LEFT and place.partition(".")[0] not in words.LEFT
        }
        assert left == {}
        assert results.replay(session, period).same
        assert results.recount(session, period).same
        assert results.standing_run(session, period).digest == digest
        assert audit.verify(session).whole


def test_words_that_are_kept_are_changed_in_no_other_way(house):
    with house.session() as session:
        for table, column in (
            ("decisions", "reason"),
            ("filings", "content"),
            ("entry_reasons", "words"),
            ("survey_values", "value"),
            ("rating_remarks", "words"),
        ):
            for changed, goes in (
                (f"replace({column}, '{NAME}', '别人')", False),
                (f"{column} || '又'", False),
                ("''", table != "survey_values"),
                (f"replace({column}, '{NAME}', '{walls.STAND_IN}')", True),
            ):
                where = f"tenant_id = :mine AND {column} LIKE :like"
                statement = text(f"UPDATE {table} SET {column} = {changed} WHERE {where}")
                values = {"mine": session.tenant_id, "like": f"%{NAME}%"}
                try:
                    session.execute(statement, values)
                    went = True
                except (DatabaseError, WallRefusal):
                    went = False
                session.rollback()
                assert went is goes, (table, changed)
