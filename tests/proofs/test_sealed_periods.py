"""Nothing gets into a period that is closed, and nothing in a final one changes: by service, ORM, SQL, or in a race."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DatabaseError, IntegrityError

from kaohe.adoption.models import Adoption
from kaohe.db import TenantModel, WallRefusal, new_id
from kaohe.entries import service as entries
from kaohe.entries import sheets
from kaohe.entries.models import Entry, EntryReason, Sheet, Withdrawal
from kaohe.errors import Refusal
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.results import service as results
from kaohe.results.models import Result, Run
from kaohe.testing.recorded import plain_clauses

SEALED = ("closed", "published", "final")


@pytest.fixture(params=SEALED)
def sealed(request, living):
    """An organisation whose month before is in one of the sealed states."""
    with living.session() as session:
        period = session.need(Period, living.before.id)
        entry = session.scalars(select(Entry).where(Entry.period_id == period.id)).first()
        living.things["sealed_entry"] = {"everybody": entry.id}
        by = living.people["admin"].id
        if request.param == "closed":
            periods.step(session, period, after="open", by=by, now=living.now, reason="核对")
            periods.step(session, period, after="closed", by=by, now=living.now)
        if request.param == "final":
            results.finalise(session, period, by=by, now=living.now)
        session.commit()
        assert period.state == request.param
    living.before = period
    return living


def _commit(session, write) -> None:
    write(session)
    session.commit()


def _refused(world, write) -> None:
    with world.session() as session:
        with pytest.raises((WallRefusal, Refusal)):
            _commit(session, write)
        session.rollback()


def _rejected(world, statement, **values) -> None:
    """Refused by the database itself: its rule, or no right to do it at all."""
    with world.session() as session:
        with pytest.raises((WallRefusal, IntegrityError, DatabaseError)) as raised:
            _commit(session, lambda s: s.execute(text(statement), values))
        assert isinstance(raised.value, WallRefusal) or "permission denied" in str(raised.value), raised.value
        session.rollback()


def _copy(session, model, ident, **changed):
    table = model.__table__
    row = session.execute(select(table).where(table.c.id == ident)).mappings().one()
    return {**row, "id": new_id(), **changed}


def test_services_refuse(sealed):
    clause, day = plain_clauses(sealed.scheme)[0], sealed.before.ends_on
    admin = sealed.actor("admin")
    same = {"actor": admin, "now": sealed.now}
    ident = sealed.things["sealed_entry"]["everybody"]

    def old(session):
        return session.need(Entry, ident)

    def on_sheet(session):
        form = next(f.code for f in sealed.scheme.forms if f.kind == "round")
        who = sealed.people["member"].id
        sheets.open_sheet(
            session, period=sealed.before, subject_id=who, form=form, day=day, today=sealed.today, **same
        )

    writes = [
        lambda s: sealed.record(s, clause, period=sealed.before, happened_on=day),
        lambda s: sealed.record(
            s, clause, period=sealed.before, happened_on=day - timedelta(days=60), found_late=True
        ),
        lambda s: entries.correct(s, old(s), reason="改", today=sealed.today, **same),
        lambda s: entries.withdraw(s, old(s), reason="撤", **same),
        on_sheet,
        # back-dated into the running period without saying so: refused; said so, it counts in the running one
        lambda s: sealed.record(s, clause, period=sealed.period, happened_on=day),
    ]
    for write in writes:
        _refused(sealed, write)


def test_the_orm_is_refused(sealed):
    ident = sealed.things["sealed_entry"]["everybody"]
    running = sealed.period.id

    def by_object(session):
        values = _copy(session, Entry, ident, form_token=None, replaced_by=None)
        values.pop("tenant_id")
        session.add(Entry(**{**values, "quantity": 1, "points": None}))

    writes = [
        by_object,
        lambda s: s.execute(update(Entry).where(Entry.id == ident).values(replaced_by=ident)),
        lambda s: s.execute(update(Entry).where(Entry.id == ident).values(period_id=running)),
        lambda s: s.execute(update(Entry).where(Entry.id == ident).values(happened_on=sealed.today)),
        lambda s: s.execute(delete(Entry).where(Entry.id == ident)),
        lambda s: s.delete(s.need(Entry, ident)),
        lambda s: s.add(
            Withdrawal(
                entry_id=ident,
                period_id=sealed.before.id,
                by=sealed.people["admin"].id,
                at=sealed.now,
            )
        ),
        lambda s: s.execute(update(EntryReason).where(EntryReason.id == ident).values(words="改写")),
        lambda s: setattr(
            s.need(Period, sealed.before.id), "starts_on", sealed.before.starts_on - timedelta(days=1)
        ),
        lambda s: s.execute(update(Period).where(Period.id == sealed.before.id).values(revision_id=None)),
        lambda s: s.execute(delete(Period).where(Period.id == sealed.before.id)),
    ]
    for number, write in enumerate(writes):
        with sealed.session() as session:
            with pytest.raises((WallRefusal, DatabaseError)) as raised:
                _commit(session, write)
            assert isinstance(raised.value, WallRefusal) or "permission denied" in str(raised.value), number
            session.rollback()


def test_raw_sql_is_refused(sealed):
    ident, before, running = sealed.things["sealed_entry"]["everybody"], sealed.before.id, sealed.period.id
    with sealed.session() as session:
        one = _copy(session, Entry, ident, form_token=None, replaced_by=None)
        columns = ", ".join(one)
        names = ", ".join(f":{name}" for name in one)
        late = _copy(session, Entry, ident, form_token=None, found_late=True)
        here = (
            session.execute(select(Sheet.__table__).where(Sheet.__table__.c.tenant_id == sealed.tenant.id))
            .mappings()
            .first()
        )
    for values in (one, late):
        _rejected(sealed, f"INSERT INTO entries ({columns}) VALUES ({names})", **_plain(values))
    sheet = {**here, "id": new_id(), "period_id": before}
    _rejected(
        sealed,
        f"INSERT INTO sheets ({', '.join(sheet)}) VALUES ({', '.join(':' + n for n in sheet)})",
        **_plain(sheet),
    )
    for statement in (
        "UPDATE entries SET replaced_by = :id WHERE id = :id",
        "UPDATE entries SET quantity = quantity + 1 WHERE id = :id",
        "UPDATE entries SET period_id = :running WHERE id = :id",
        "DELETE FROM entries WHERE id = :id",
        "UPDATE entry_reasons SET words = 'x' WHERE id = :id",
        # nothing is moved into it either
        "UPDATE sheets SET period_id = :before WHERE period_id = :running",
        "UPDATE periods SET starts_on = ends_on WHERE id = :before",
        "DELETE FROM periods WHERE id = :before",
        "UPDATE results SET score = 10000 WHERE period_id = :before",
        "DELETE FROM results WHERE period_id = :before",
        "DELETE FROM runs WHERE period_id = :before",
        "DELETE FROM period_steps WHERE period_id = :before",
    ):
        used = {
            name: value
            for name, value in (("id", ident), ("before", before), ("running", running))
            if f":{name}" in statement
        }
        _rejected(sealed, statement, **used)


def test_a_sheet_is_not_moved_out(living):
    """A sheet of a period cannot be taken out of it once the period is closed."""
    with living.session() as session:
        sheet = session.scalars(select(Sheet)).first()
    results.close(living.databases, living.tenant.id, living.period.id, by=None, clock=lambda: living.now)
    with living.session() as session:  # an open period to move it to
        held = session.need(Adoption, living.adoption.id)
        third = periods.plan(session, held, periods.PeriodRule("month"), living.today.year + 1)[0]
        made = periods.create(session, held, [third], now=living.now)[0]
        periods.step(session, made, after="open", by=None, now=living.now)
        session.commit()
    _rejected(living, "UPDATE sheets SET period_id = :to WHERE id = :id", to=made.id, id=sheet.id)


def test_a_final_period_is_final(living):
    with living.session() as session:
        period = session.need(Period, living.before.id)
        results.finalise(session, period, by=None, now=living.now)
        run = session.scalars(select(Run)).one()
        result = session.scalars(select(Result)).first()
        session.commit()
        copied = _plain(_copy(session, Result, result.id, run_id=run.id))
        other = _plain(_copy(session, Run, run.id, number=2, standing=False))
    for reopen in ("open", "closed", "published"):
        _refused(
            living,
            lambda s, to=reopen: periods.step(
                s, s.need(Period, period.id), after=to, by=None, now=living.now, reason="x"
            ),
        )
        _rejected(living, f"UPDATE periods SET state = '{reopen}' WHERE id = :id", id=period.id)
    _refused(
        living, lambda s: results.reopen(s, s.need(Period, period.id), by=None, now=living.now, reason="x")
    )
    for statement in (
        "UPDATE runs SET standing = false WHERE id = :id",
        "UPDATE runs SET digest = '' WHERE id = :id",
        f"UPDATE runs SET period_id = {living.period.id} WHERE id = :id",
    ):
        _rejected(living, statement, id=run.id)
    for table, row in (("results", copied), ("runs", other)):
        _rejected(
            living,
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(':' + n for n in row)})",
            **row,
        )
    with living.session() as session:
        assert results.replay(session, session.need(Period, period.id)).same
        assert results.recount(session, session.need(Period, period.id)).same


def test_replace_does_not_get_past_the_triggers(living):
    """SQLite's REPLACE deletes without a DELETE; the guard of the deleted row must still be asked."""
    if living.databases.dialect != "sqlite":
        statement = "INSERT INTO audit_rows SELECT * FROM audit_rows LIMIT 1 ON CONFLICT (tenant_id, id) DO UPDATE SET action = 'x'"
    else:
        statement = "REPLACE INTO runs SELECT * FROM runs"
    with living.session() as session:
        with pytest.raises((WallRefusal, DatabaseError)) as raised:
            session.execute(text(statement))
        assert isinstance(raised.value, WallRefusal) or "permission denied" in str(raised.value)
        session.rollback()


def test_racing_with_the_closing(databases, tenant, world, full):
    """Entries that were accepted while the period was being closed are all in its results; the others were told no."""
    clauses, accepted, refused, wrong = plain_clauses(world.scheme), [], [], []
    stop = threading.Event()
    pairs = [
        ("member", "assessor"),
        ("colleague", "assessor"),
        ("outsider", "other_assessor"),
        ("assessor", "admin"),
    ]
    actors = {by: world.actor(by) for _, by in pairs}

    def write(who: str, by: str) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            try:
                with databases.tenant(tenant.id) as session:
                    entry = entries.record(
                        session,
                        actor=actors[by],
                        period=session.need(Period, world.period.id),
                        subject_id=world.people[who].id,
                        clause_id=clauses[number % 20],
                        reason="赶在关闭前",
                        happened_on=world.today,
                        now=world.now,
                        today=world.today,
                    )
                    session.commit()
                    accepted.append(entry.id)
            except Refusal as refusal:
                refused.append(refusal)
                return
            except Exception as error:  # looked at below
                wrong.append(error)
                return

    threads = [threading.Thread(target=write, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    time.sleep(1.5 if full else 0.7)
    results.close(databases, tenant.id, world.period.id, by=None, clock=lambda: world.now)
    time.sleep(0.2)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(refused) == len(pairs)
    with databases.tenant(tenant.id, write=False) as session:
        period = session.need(Period, world.period.id)
        stored = set(session.scalars(select(Entry.id).where(Entry.period_id == period.id)))
        assert stored == set(accepted)
        assert results.recount(session, period).same
        assert results.replay(session, period).same
    print(
        f"race with closing on {databases.dialect}: {len(accepted)} entries accepted and counted, {len(refused)} refused"
    )


def test_bulk_inserts_are_refused_too(sealed):
    def bulk(session):
        values = _copy(
            session, Entry, sealed.things["sealed_entry"]["everybody"], form_token=None, replaced_by=None
        )
        values.pop("tenant_id")
        rows = [{**values, "id": new_id(), "quantity": 1, "points": None} for _ in range(3)]
        session.execute(insert(Entry), rows)

    _refused(sealed, bulk)


def _plain(row):
    """A row as raw SQL takes it: what the column types would have made of it, for whatever database refuses it."""
    made = {}
    tables = TenantModel.metadata.tables
    types = {
        column.name: column.type
        for table in ("entries", "sheets", "results", "runs")
        for column in tables[table].columns
    }
    for name, value in row.items():
        kind = types[name]
        bound = getattr(kind, "process_bind_param", None)
        made[name] = bound(value, postgresql.dialect()) if bound and value is not None else value
    return made
