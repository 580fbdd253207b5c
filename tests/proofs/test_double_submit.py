"""One form sent many times at once is kept once."""

from __future__ import annotations

import threading

from sqlalchemy import func, select

from kaohe.entries import service as entries
from kaohe.entries.models import Entry, EntryReason, Withdrawal
from kaohe.entries.refusals import TokenTaken
from kaohe.errors import Refusal
from kaohe.testing.fixtures import Browser
from kaohe.testing.recorded import plain_clauses

AT_ONCE = 8


def _together(jobs):
    ready, kept, wrong = threading.Barrier(len(jobs)), [], []

    def run(job):
        ready.wait()
        try:
            kept.append(job())
        except Exception as error:  # looked at below
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return kept, wrong


def test_one_form_token_makes_one_entry(databases, tenant, world, full):
    clause, actor = plain_clauses(world.scheme)[0], world.actor("assessor")
    rounds = 20 if full else 5
    for number in range(rounds):

        def send(token=f"token-{number}"):
            with databases.tenant(tenant.id) as session:
                entry = world.record(session, clause, form_token=token)
                session.commit()
                return entry.id

        kept, wrong = _together([send] * AT_ONCE)
        assert len(set(kept)) == 1  # who lost the race is told so, and the page then shows what was kept
        assert all(isinstance(error, TokenTaken) for error in wrong), wrong
    with databases.tenant(tenant.id, write=False) as session:
        assert session.scalar(select(func.count()).select_from(Entry)) == rounds
        assert session.scalar(select(func.count()).select_from(EntryReason)) == rounds
    assert actor.is_assessor
    print(
        f"double submit on {databases.dialect}: {rounds} forms sent {AT_ONCE} times at once, {rounds} entries"
    )


def test_an_entry_is_withdrawn_once(databases, tenant, world):
    clause = plain_clauses(world.scheme)[0]
    with databases.tenant(tenant.id) as session:
        ident = world.record(session, clause).id
        session.commit()
    actor = world.actor("assessor")

    def withdraw():
        with databases.tenant(tenant.id) as session:
            entry = session.need(Entry, ident)
            entries.withdraw(session, entry, actor=actor, reason="误记", now=world.now)
            session.commit()

    kept, wrong = _together([withdraw] * AT_ONCE)
    assert len(kept) >= 1
    with databases.tenant(tenant.id, write=False) as session:
        entry = session.need(Entry, ident)
        assert entry.replaced_by is not None

        assert session.scalar(select(func.count()).select_from(Withdrawal)) == 1

    assert all(isinstance(error, Refusal) for error in wrong)


def test_a_form_sent_twice_through_the_browser(app, tenant, living):

    browser = Browser(app, tenant).sign_in(living.accounts["assessor"])
    with living.session(write=False) as session:
        before = session.scalar(select(func.count()).select_from(Entry))
    data = {
        "period": str(living.period.id),
        "person": str(living.people["member"].id),
        "clause_id": str(plain_clauses(living.scheme)[-1]),
        "happened_on": living.today.isoformat(),
        "reason": "两次点了保存",
        "token": "one-token-of-a-form-sent-twice",
    }
    answers = [browser.post("/entries/new", data) for _ in range(2)]
    assert {answer.status_code for answer in answers} <= {200, 303}, answers[0].text
    with living.session(write=False) as session:
        assert session.scalar(select(func.count()).select_from(Entry)) == before + 1
