"""Links that were issued and are taken back: with a reason, kept, said to whoever holds one; answers given stay."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError
from surveys_world import rated

from kaohe.accounts.models import Attempt
from kaohe.db import WallRefusal
from kaohe.errors import Refusal
from kaohe.surveys import refusals, service
from kaohe.surveys.models import SurveyStep, SurveyToken
from kaohe.testing.fixtures import Browser


@pytest.fixture
def poll(begin, monkeypatch):
    return begin("logistics", today=True)


def _withdraw(poll, *, group="staff", reason="发错了部门", who="admin"):
    with poll.session() as session:
        number = service.withdraw(
            session, poll.survey(session), group=group, reason=reason, actor=poll.world.actor(who), now=poll.world.now
        )  # fmt: skip
        session.commit()
    return number


def _issued(poll):
    with poll.session(write=False) as session:
        return [
            (one.group, one.issued, one.used, one.withdrawn)
            for one in service.issued(session, poll.survey(session))
        ]


def test_unused_links_of_the_group_are_withdrawn_and_later_ones_are_good(poll):
    first, _second = poll.subjects()
    used, unused = poll.links(2, "staff")
    [other] = poll.links(1, "students")
    poll.by_link(used, rated(first, (5, 5, 5)))
    assert _withdraw(poll) == 1
    with pytest.raises(refusals.LinkWithdrawn) as refused:
        poll.by_link(unused, rated(first, (5, 5, 5)))
    assert refused.value.say("zh") == "这个链接已经收回，不能再作答。原因：发错了部门"
    with pytest.raises(refusals.NoSuchLink):
        poll.by_link(used, rated(first, (5, 5, 5)))
    [later] = poll.links(1, "staff")
    poll.by_link(later, rated(first, (5, 5, 5)))
    poll.by_link(other, rated(first, (5, 5, 5)))
    assert sorted(_issued(poll)) == [("staff", 3, 2, 1), ("students", 1, 1, 0)]
    poll.close()
    with poll.session(write=False) as session:
        assert service.sheets(session, poll.survey(session)) == 3


@pytest.mark.parametrize("reason", ["", "  \n", "字" * 501])
def test_a_reason_is_needed(poll, reason):
    poll.links(1, "staff")
    with pytest.raises(refusals.WithdrawalReason):
        _withdraw(poll, reason=reason)


def test_nothing_left_to_withdraw_and_a_closed_survey_are_refused(poll):
    poll.links(2, "staff")
    with pytest.raises(refusals.NothingToWithdraw):
        _withdraw(poll, group="students")
    assert _withdraw(poll) == 2
    with pytest.raises(refusals.NothingToWithdraw):
        _withdraw(poll)
    poll.close()
    with pytest.raises(refusals.NotOpen):
        _withdraw(poll)


def test_the_record_stays_and_the_database_keeps_it(poll):
    first, _second = poll.subjects()
    used, _unused = poll.links(2, "staff")
    poll.by_link(used, rated(first, (5, 5, 5)))
    _withdraw(poll)
    with poll.session(write=False) as session:
        [step] = session.scalars(select(SurveyStep).where(SurveyStep.what == "withdrawn"))
        assert (step.count, step.words, step.by) == (1, "发错了部门", poll.world.people["admin"].id)
        tokens = {token.used: token for token in session.scalars(select(SurveyToken))}
        assert tokens[False].withdrawn_id == step.id
        assert tokens[True].withdrawn_id is None

    def refused(was_used, **change):
        with poll.session() as session:
            token = session.scalars(select(SurveyToken).where(SurveyToken.used.is_(was_used))).one()
            for name, value in change.items():
                setattr(token, name, value)
            with pytest.raises((WallRefusal, DatabaseError)):
                session.flush()

    refused(False, used=True)
    refused(False, withdrawn_id=None)
    refused(True, withdrawn_id=step.id)


def test_a_link_answered_while_it_is_withdrawn_is_one_or_the_other(poll):
    first, _second = poll.subjects()
    links = poll.links(6, "staff")
    ready, told = threading.Barrier(len(links) + 1), []

    def answer(link):
        ready.wait()
        try:
            poll.by_link(link, rated(first, (5, 5, 5)))
        except Refusal as refusal:
            told.append(type(refusal))

    def take_back():
        ready.wait()
        try:
            _withdraw(poll)
        except refusals.NothingToWithdraw:
            told.append(None)

    threads = [threading.Thread(target=answer, args=(link,)) for link in links]
    threads.append(threading.Thread(target=take_back))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(told) <= {refusals.LinkWithdrawn, None}
    [(_group, issued, used, withdrawn)] = _issued(poll)
    assert issued == used + withdrawn == len(links)
    poll.close()


def test_the_pages_take_links_back_and_say_so_in_words(app, poll):
    [link] = poll.links(1, "staff")
    admin = Browser(app, poll.world.tenant).sign_in(poll.world.accounts["admin"])
    path = f"/surveys/{poll.survey_id}"
    assert "收回没有用的链接" in admin.get(path).text
    empty = admin.post(f"{path}/links/withdraw", {"group": "staff", "reason": " "})
    assert (empty.status_code, "请写明收回的原因" in empty.text) == (422, True)
    done = admin.post(f"{path}/links/withdraw", {"group": "staff", "reason": "<b>发错</b>了部门"})
    assert done.status_code == 303
    page = admin.get(path).text
    assert "收回链接" in page
    assert "已收回 1" in page
    assert "收回没有用的链接" not in page
    visitor = Browser(app, poll.world.tenant)
    for _ in range(40):
        told = visitor.get(f"/s/{link}")
        assert told.status_code == 410
    assert "这个链接已经收回" in told.text
    assert "&lt;b&gt;发错" in told.text
    assert visitor.post(f"/s/{link}", {"q": "1"}).status_code == 410
    with poll.session(write=False) as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 0, "an issued link is no guess"
    member = Browser(app, poll.world.tenant).sign_in(poll.world.accounts["member"])
    assert member.post(f"{path}/links/withdraw", {"group": "staff", "reason": "试"}).status_code == 403
