"""The outbox: once to each person for one thing, with the transaction or not at all."""

from __future__ import annotations

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select
from tests.messages.conftest import WHEN, address, hire, tell

from kaohe.db import WallRefusal
from kaohe.messages import mail_settings
from kaohe.messages import service as messages
from kaohe.messages.models import Delivery, Message, Robot
from kaohe.scheme import Text


def mail_on(session, **changes):
    mail_settings.write(
        session,
        mail_settings.MailSettings(on=True, host="mail.example.cn", sender="kaohe@example.cn", **changes),
    )


def robot(session, kinds, **changes):
    row = Robot(
        title="群",
        service="wecom",
        url="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k",
        kinds=kinds,
        added_at=WHEN,
        **changes,
    )
    session.add(row)
    session.flush()
    return row


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def test_each_person_is_told_once_of_one_thing(session, people):
    one, two, three = people("甲", "乙", "丙")
    assert tell(session, [one, two, two, None]) == 2
    assert tell(session, [one, two, three]) == 1
    assert tell(session, [one, two, three]) == 0
    assert tell(session, [one], about="thing:2") == 1
    assert [messages.unread(session, who) for who in (one, two, three)] == [2, 1, 1]


def test_what_is_rolled_back_was_not_said(databases, tenant, session, people):
    (one,) = people("甲")
    session.commit()
    tell(session, [one])
    session.rollback()
    assert messages.unread(session, one) == 0
    assert tell(session, [one]) == 1


def test_a_kind_that_does_not_exist_is_a_mistake_of_the_caller(session, people):
    with pytest.raises(ValueError, match="kind"):
        tell(session, people("甲"), kind="gossip")
    with pytest.raises(ValueError, match="about"):
        tell(session, people("甲乙"), about="")


def test_a_title_is_one_line_and_not_too_long(session, people):
    (one,) = people("甲")
    tell(session, [one], title=Text("上\n报" + "很" * 300, "x\r\nBcc: all" + "y" * 300))
    kept = session.scalar(select(Message))
    assert "\n" not in kept.title_zh + kept.title_en
    assert len(kept.title_zh) == messages.LONGEST_TITLE


def test_what_was_said_is_not_changed_but_it_may_be_read(session, people):
    (one,) = people("甲")
    tell(session, [one])
    session.commit()
    kept = session.scalar(select(Message))
    messages.mark_read(session, kept, WHEN)
    session.commit()
    assert messages.unread(session, one) == 0
    kept.title_zh = "别的"
    with pytest.raises(WallRefusal):
        session.flush()


def test_the_first_reading_counts_and_all_are_read_at_once(session, people):
    one, two = people("甲", "乙")
    for number in range(3):
        tell(session, [one, two], about=f"thing:{number}", kind="due" if number else "to_sign")
    assert messages.unread_by_kind(session, one) == {"due": 2, "to_sign": 1}
    first = session.scalar(select(Message).where(Message.person_id == one).order_by(Message.id))
    messages.mark_read(session, first, WHEN)
    messages.mark_read(session, first, WHEN.replace(year=2027))
    assert first.read_at == WHEN
    assert messages.mark_all_read(session, one, WHEN) == 2
    assert messages.unread(session, one) == 0
    assert messages.unread(session, two) == 3


def test_mail_goes_to_those_with_an_address_who_want_that_kind(session, people):
    with_address, without, opted_out, muted = people("甲", "乙", "丙", "丁")
    mail_on(session)
    address(session, with_address, "a@example.cn")
    address(session, opted_out, "c@example.cn", wants_mail=False)
    address(session, muted, "d@example.cn", muted=["due"])
    assert tell(session, [with_address, without, opted_out, muted]) == 4
    rows = session.execute(select(Message.person_id).join(Delivery, Delivery.message_id == Message.id)).all()
    assert [row.person_id for row in rows] == [with_address]
    tell(session, [muted], about="thing:2", kind="overdue")
    assert count(session, Delivery) == 2


def test_one_person_is_told_without_reading_everybodys_address(session, people):
    ids = people(*(f"人{n}" for n in range(50)))
    for n, one in enumerate(ids):
        address(session, one, f"p{n}@example.cn")
    mail_on(session)
    tell(session, ids[:2])
    said = []
    engine = session.get_bind().engine

    def hear(connection, cursor, statement, parameters, context, many):
        if "FROM contacts" in statement:
            said.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        assert tell(session, ids[:3]) == 1
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    ((statement, parameters),) = said
    assert len(session.connection().exec_driver_sql(statement, parameters).all()) == 3
    assert count(session, Delivery) == 3


def test_no_mail_when_it_is_off(session, people):
    (one,) = people("甲")
    address(session, one, "a@example.cn")
    tell(session, [one])
    assert count(session, Delivery) == 0


def test_a_group_is_told_once_however_many_persons_and_calls(session, people):
    one, two = people("甲", "乙")
    listening = robot(session, ["due"])
    robot(session, ["published"])
    robot(session, ["due"], active=False)
    robot(session, ["due"], removed_at=WHEN)
    tell(session, [one])
    tell(session, [one, two])
    rows = session.scalars(select(Delivery)).all()
    assert [(row.robot_id, row.about) for row in rows] == [(listening.id, "thing:1")]


def test_two_at_once_say_it_once(databases, tenant):
    with databases.tenant(tenant.id) as session:
        ids = hire(session, *(f"人{n}" for n in range(40)))
        mail_on(session)
        for number, one in enumerate(ids):
            address(session, one, f"p{number}@example.cn")
        session.commit()
    told: list[int] = []
    gate = threading.Barrier(4)

    def speak() -> None:
        with databases.tenant(tenant.id) as mine:
            gate.wait()
            told.append(tell(mine, ids))
            mine.commit()

    threads = [threading.Thread(target=speak) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with databases.tenant(tenant.id) as session:
        assert count(session, Message) == 40
        assert count(session, Delivery) == 40
    assert sum(told) == 40


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=st.lists(st.tuples(st.sets(st.integers(0, 5)), st.integers(0, 2)), max_size=8))
def test_law_nobody_has_two_messages_about_one_thing(session, calls):
    everybody = session.info.get("hired") or hire(session, *(f"人{n}" for n in range(6)))
    session.info["hired"] = everybody
    base = session.info["round"] = session.info.get("round", 0) + 1
    wanted = {(person, thing) for people, thing in calls for person in people}
    told = sum(
        tell(session, [everybody[p] for p in people], about=f"{base}:{thing}") for people, thing in calls
    )
    assert told == len(wanted)


def test_ten_thousand_are_told_by_a_few_statements(session, people):
    from sqlalchemy import event

    ids = people(*(f"人{n}" for n in range(3_000)))
    said: list[str] = []
    engine = session.get_bind().engine
    listen = ("before_cursor_execute", lambda c, cur, statement, p, ctx, many: said.append(statement))
    event.listen(engine, *listen)
    try:
        assert tell(session, ids) == 3_000
    finally:
        event.remove(engine, *listen)
    assert len(said) < 20, len(said)
