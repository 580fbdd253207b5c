"""Publishing results tells everybody who has one: once, in bulk, and not when it is undone."""

from __future__ import annotations

from sqlalchemy import event, select
from tests.results.conftest import House, house, sample  # noqa: F401

from kaohe.messages import service as messages
from kaohe.messages.models import Message
from kaohe.results import service
from kaohe.testing.fixtures import NOW


def told(house: House) -> dict[int, Message]:  # noqa: F811
    rows = house.session.scalars(select(Message).where(Message.kind == "published"))
    return {row.person_id: row for row in rows}


def test_everybody_with_a_result_is_told_once(house: House) -> None:  # noqa: F811
    house.close()
    assert told(house) == {}
    service.publish(house.session, house.period, by=None, now=NOW)
    house.session.commit()
    found = told(house)
    shown = {house.id_of(who) for who in house.world.people if house.id_of(who) in found}
    assert len(found) == len(service.league(house.session, house.period).lines)
    assert shown
    one = next(iter(found.values()))
    assert one.title_zh == f"{house.period.title_zh}考核结果已公示"
    assert house.period.published_until.isoformat() in one.text_zh
    assert (one.endpoint, one.link_values) == ("results.mine", {"period": house.period.id})


def test_publishing_that_is_rolled_back_told_nobody(house: House) -> None:  # noqa: F811
    house.close()
    service.publish(house.session, house.period, by=None, now=NOW)
    house.session.rollback()
    assert told(house) == {}


def test_it_takes_no_statement_for_each_person(house: House) -> None:  # noqa: F811
    house.close()
    said: list[str] = []
    engine = house.session.get_bind().engine  # type: ignore[union-attr]
    listen = ("before_cursor_execute", lambda c, cur, statement, p, ctx, many: said.append(statement))
    event.listen(engine, *listen)
    try:
        service.publish(house.session, house.period, by=None, now=NOW)
    finally:
        event.remove(engine, *listen)
    assert sum("INTO messages" in one for one in said) == 1
    assert sum(" messages" in one or " deliveries" in one for one in said) <= 4
    assert messages.unread(house.session, next(iter(told(house)))) == 1
