"""Questionnaires by link, secret ballots, counted opinions: taken, counted, shown, and what is refused."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from sqlalchemy import func, select
from surveys_world import DECLARED, rated, start

from kaohe.db import WallRefusal
from kaohe.db.ids import EPOCH_MS
from kaohe.entries import listening, made
from kaohe.entries.models import Entry
from kaohe.errors import NotFound
from kaohe.jobs.schedule import go_round
from kaohe.scheme import Text
from kaohe.surveys import counting, listing, refusals, service, sweeps
from kaohe.surveys.models import SHEET, HeldSurvey, SurveyDecision, SurveyToken, SurveyValue, SurveyVoter
from kaohe.surveys.starting import steps_of
from kaohe.testing.racing import while_closing
from kaohe.testing.world import build_world
from kaohe_logistics.scheme import SURVEY_SERVICE, SURVEYS_HELD
from kaohe_managers.surveys import OPINIONS


def _blocks(poll):
    with poll.session(write=False) as session:
        return service.results(session, poll.survey(session))


def _entries(poll, clause=None):
    with poll.session(write=False) as session:
        found = made.made_from(session, "survey", poll.survey_id)
        return {
            (one.subject_id, one.clause_id): one.quantity
            for one in found
            if clause is None or one.clause_id == clause
        }


# ---------- questionnaires by link ----------


def test_a_satisfaction_survey_by_link_becomes_a_figure_of_each_provider(begin):
    poll = begin("logistics")
    first, second = poll.subjects()
    links = poll.links(3, "staff") + poll.links(2, "students")
    sheets = [(5, 5, 4), (4, 4, 3), (5, 2, 1), (5, 5, 5), (1, 2, 3)]
    for link, levels in zip(links, sheets, strict=True):
        poll.by_link(link, {**rated(first, levels, words="请早点开门"), **rated(second, (4, 4, 4))})
    assert _blocks(poll) == [], "nothing is counted while the survey is open"
    poll.close()
    block, other = _blocks(poll)
    assert (block.subject_id, block.n, block.shown) == (first, 5, True)
    tally = block.items[0].tally
    assert (tally.mean, tally.n, tally.levels()) == (
        Fraction(20, 5),
        5,
        [(1, 1), (2, 0), (3, 0), (4, 1), (5, 3)],
    )
    assert block.items[3].texts == ["请早点开门"] * 5
    assert block.satisfaction == Fraction(9, 15)
    assert other.satisfaction == 1
    assert _entries(poll) == {
        (first, SURVEY_SERVICE): Decimal("60.00"),
        (second, SURVEY_SERVICE): Decimal(100),
        (first, SURVEYS_HELD): Decimal(1),
        (second, SURVEYS_HELD): Decimal(1),
    }


def test_two_answers_are_not_shown_and_three_are(begin):
    poll = begin("logistics")
    first, second = poll.subjects()
    links = poll.links(3, "staff")
    for number, link in enumerate(links):
        more = rated(second, (5, 5, 5)) if number < 2 else {}
        poll.by_link(link, {**rated(first, (5, 4, 3)), **more})
    poll.close()
    block, other = _blocks(poll)
    assert (block.n, block.shown, len(block.items)) == (3, True, 4)
    assert (other.n, other.shown, other.items) == (2, False, [])
    assert set(_entries(poll)) == {(first, SURVEY_SERVICE), (first, SURVEYS_HELD)}


def test_a_group_is_held_back_with_as_many_others_that_nothing_can_be_worked_out(begin):
    poll = begin("logistics")
    first, _second = poll.subjects()
    for group, count in (("departments", 5), ("staff", 4), ("students", 1)):
        for link in poll.links(count, group):
            poll.by_link(link, rated(first, (5, 5, 5)))
    poll.close()
    item = _blocks(poll)[0].items[0]
    assert item.tally.n == 10
    assert set(item.groups) == {"departments"}, "staff would give the one student away"


def test_a_section_may_be_left_out_and_a_sheet_may_not_be_empty(begin):
    poll = begin("logistics")
    first, second = poll.subjects()
    [link] = poll.links(1, "staff")
    with pytest.raises(refusals.SheetWrong) as wrong:
        poll.by_link(link, {})
    assert len(wrong.value.errors) == 1
    with pytest.raises(refusals.SheetWrong) as wrong:
        poll.by_link(link, {f"q-attitude-{first}": ["5"]})
    assert set(wrong.value.errors) == {f"q-quality-{first}", f"q-promptness-{first}"}
    poll.by_link(link, rated(second, (1, 1, 1)))


@pytest.mark.parametrize("level", ["0", "6", "5 ", "05", "１", "५", "5.0", "-1", "good", "\x00", "9" * 4000])
def test_a_level_that_is_not_on_the_scale_is_refused(begin, level):
    poll = begin("logistics")
    first, _second = poll.subjects()
    [link] = poll.links(1, "staff")
    form = {**rated(first, (5, 5, 5)), f"q-quality-{first}": [level]}
    with pytest.raises(refusals.SheetWrong) as wrong:
        poll.by_link(link, form)
    assert list(wrong.value.errors) == [f"q-quality-{first}"]


def test_two_levels_for_one_question_are_refused(begin):
    poll = begin("logistics")
    first, _second = poll.subjects()
    [link] = poll.links(1, "staff")
    with pytest.raises(refusals.SheetWrong):
        poll.by_link(link, {**rated(first, (5, 5, 5)), f"q-quality-{first}": ["4", "5"]})


def test_texts_are_refused_when_too_long_and_cleaned_of_what_cannot_be_read(begin):
    poll = begin("logistics")
    first, _second = poll.subjects()
    links = poll.links(4, "staff")
    with pytest.raises(refusals.SheetWrong) as wrong:
        poll.by_link(links[0], rated(first, (5, 5, 5), words="长" * 2001))
    assert wrong.value.errors[f"q-suggestion-{first}"].zh == "最多 2000 个字，现在 2001 个"
    words = ["长" * 2000, "=1+1\u202eabc\u200b\x00", "好 👍🏽 𠮷", "\u202e\u200b"]
    for link, text in zip(links, words, strict=True):
        poll.by_link(
            link,
            rated(first, (5, 5, 5), words=text)
            if text.isprintable() or "a" in text
            else rated(first, (5, 5, 5)),
        )
    poll.close()
    said = _blocks(poll)[0].items[3].texts
    assert Counter(said) == Counter(["长" * 2000, "=1+1abc", "好 👍🏽 𠮷"])


@pytest.mark.parametrize(("written", "held_back", "shown"), [(0, False, 0), (2, True, 0), (3, False, 3)])
def test_texts_are_shown_from_the_minimum_on(begin, written, held_back, shown):
    """Five have answered; two who wrote are two whom their words may give away, three are enough."""
    poll = begin("logistics")
    first, _second = poll.subjects()
    for number, link in enumerate(poll.links(5, "staff")):
        poll.by_link(link, rated(first, (5, 5, 5), words=f"意见{number}" if number < written else ""))
    poll.close()
    block = next(one for one in _blocks(poll) if one.subject_id == first)
    item = block.items[3]
    assert (block.shown, item.n, item.held_back, len(item.texts)) == (True, written, held_back, shown)


def test_a_text_of_nothing_but_marks_is_no_answer(begin):
    poll = begin("logistics")
    first, _second = poll.subjects()
    [link] = poll.links(1, "staff")
    with pytest.raises(refusals.SheetWrong):
        poll.by_link(link, rated(first, (5, 5, 5), words="\u202e\u200b"))


def test_an_answer_that_was_not_offered_is_refused(begin):
    from kaohe_logistics.surveys import ASSETS

    poll = begin("logistics", declared=ASSETS)
    first, _second = poll.subjects()
    [link] = poll.links(1, "staff")
    form = {f"q-condition-{first}": ["5"], f"q-upkeep-{first}": ["5"], f"q-use-{first}": ["never"]}
    with pytest.raises(refusals.SheetWrong):
        poll.by_link(link, form)
    with pytest.raises(refusals.SheetWrong):
        poll.by_link(link, {**form, f"q-use-{first}": ["daily", "weekly"]})
    poll.by_link(link, {**form, f"q-use-{first}": ["daily"]})


# ---------- links ----------


def test_a_link_is_good_once_and_used_unknown_and_guessed_ones_are_told_the_same(begin):
    poll = begin("logistics")
    first, _second = poll.subjects()
    [link] = poll.links(1, "staff")
    assert len(link) >= 27, "160 bits"
    poll.by_link(link, rated(first, (5, 5, 5)))
    said = set()
    for secret in (link, link[:-1] + "A", "guess", "", "' OR 1=1 --", "\ud800", "长" * 500):
        with pytest.raises(refusals.NoSuchLink) as refused:
            poll.by_link(secret, rated(first, (5, 5, 5)))
        said.add(str(refused.value))
    assert len(said) == 1
    with poll.session(write=False) as session:
        assert session.scalar(select(func.count()).select_from(SurveyValue)) == 4


def test_a_link_used_by_two_at_once_is_kept_once(begin):
    poll = begin("logistics")
    first, _second = poll.subjects()
    [link] = poll.links(1, "staff")
    ready, outcomes = threading.Barrier(2), []

    def answer(level):
        ready.wait()
        try:
            poll.by_link(link, rated(first, (level, level, level)))
            outcomes.append("kept")
        except refusals.NoSuchLink:
            outcomes.append("refused")

    threads = [threading.Thread(target=answer, args=(level,)) for level in (1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["kept", "refused"]
    with poll.session(write=False) as session:
        assert service.sheets(session, poll.survey(session)) == 1
        levels = set(session.scalars(select(SurveyValue.value).where(SurveyValue.question != SHEET)))
        assert len(levels) == 1


def test_links_are_issued_only_while_open_in_sensible_numbers_for_a_known_group(begin):
    poll = begin("logistics", opened=False)
    with pytest.raises(refusals.NotOpen):
        poll.links(1, "staff")
    opened = start(poll.world, "logistics", DECLARED["logistics"][1])
    for count in (0, -1, 501):
        with pytest.raises(refusals.LinksOutside):
            opened.links(count, "staff")
    for group in ("", "nobody"):
        with pytest.raises(refusals.LinksOutside):
            opened.links(1, group)
    assert len(set(opened.links(500, "staff"))) == 500


def test_after_its_last_day_and_after_closing_nothing_is_taken(begin):
    poll = begin("logistics")
    first, _second = poll.subjects()
    links = poll.links(4, "staff")
    with pytest.raises(refusals.NotOpenYet):
        poll.by_link(links[0], rated(first, (5, 5, 5)), today=poll.today - timedelta(days=1))
    with pytest.raises(refusals.NoLongerOpen):
        poll.by_link(links[0], rated(first, (5, 5, 5)), today=poll.today + timedelta(days=8))
    poll.by_link(links[0], rated(first, (5, 5, 5)), today=poll.today + timedelta(days=7))
    poll.close()
    with pytest.raises(refusals.NoLongerOpen):
        poll.by_link(links[1], rated(first, (5, 5, 5)))


# ---------- anonymous in storage ----------


def test_nothing_stored_ties_an_answer_to_who_gave_it_or_when(begin):
    poll = begin("managers", subjects=["assessor"])
    boss = poll.subjects()[0]
    codes = ("duty", "ability", "conduct")
    poll.by_person("member", rated(boss, (1, 1, 1), codes=codes))
    poll.by_person("colleague", rated(boss, (4, 4, 4), codes=codes))
    with poll.session(write=False) as session:
        values = list(session.scalars(select(SurveyValue).order_by(SurveyValue.id)))
        voters = list(session.scalars(select(SurveyVoter)))
    columns = {
        column.name for model in (SurveyValue, SurveyVoter, SurveyToken) for column in model.__table__.columns
    }
    assert columns == {
        "tenant_id", "id", "survey_id", "subject_id", "group_code", "question", "value", "person_id", "token_hash", "used",
        "withdrawn_id",  # of links that nobody has answered and nobody can answer any more
    }  # fmt: skip
    assert {one.person_id for one in voters} == {
        poll.world.people[role].id for role in ("member", "colleague")
    }
    assert len(values) == 8
    made_at = [(one.id >> 21) + EPOCH_MS for one in [*values, *voters]]
    assert max(made_at) - min(made_at) > 10**9, "ids do not tell of a moment"


def test_each_sheet_is_laid_down_among_those_that_lie_there(begin):
    poll = begin("logistics")
    first, _second = poll.subjects()
    links = poll.links(6, "staff")
    seen = []
    for link in links:
        poll.by_link(link, rated(first, (5, 5, 5)))
        with poll.session(write=False) as session:
            seen.append(set(session.scalars(select(SurveyValue.id))))
    assert [len(ids) for ids in seen] == [4, 8, 12, 16, 20, 24]
    for before, after in pairwise(seen):
        assert not before & after, "every row there was laid down anew"


def test_the_database_itself_seals_what_was_answered(begin):
    poll = begin("managers", subjects=["assessor"])
    boss = poll.subjects()[0]
    form = rated(boss, (4, 4, 4), codes=("duty", "ability", "conduct"))
    for role in ("member", "colleague"):
        poll.by_person(role, form)

    def attempt(change):
        with poll.session() as session:
            change(session)
            session.flush()

    def refused(change):
        with pytest.raises(WallRefusal):
            attempt(change)

    def rewrite(session):
        session.scalars(select(SurveyValue)).first().value = "1"

    def forge(session):
        session.add(SurveyValue(survey_id=poll.survey_id, subject_id=boss, question="duty", value="1"))

    def drop(session):
        session.delete(session.scalars(select(SurveyValue)).first())

    def reopen(session):
        poll.survey(session).state = "open"

    def ask_otherwise(session):
        survey = poll.survey(session)
        survey.questions = survey.questions[:1]

    refused(rewrite)
    refused(ask_otherwise)
    poll.close()
    for change in (rewrite, forge, drop, reopen):
        refused(change)


# ---------- opinions ----------


@pytest.mark.parametrize(("answers", "shown"), [(2, False), (3, True)])
def test_staff_opinion_is_shown_from_three_answers_on(begin, answers, shown):
    poll = begin("managers", subjects=["assessor"])
    boss = poll.subjects()[0]
    roles = ["member", "colleague"]
    if answers == 3:
        from kaohe.people import service as people

        with poll.session() as session:
            unit = poll.world.units["first"]
            poll.world.people["third"] = people.create_person(
                session,
                number="P099",
                name="第三人",
                unit=unit,
                position="职员",
                joined_on=poll.world.since,
                now=poll.world.now,
            )
            session.commit()
        roles.append("third")
    for role in roles:
        poll.by_person(role, rated(boss, (4, 3, 2), codes=("duty", "ability", "conduct")))
    poll.close()
    [block] = _blocks(poll)
    assert (block.n, block.shown, bool(block.items)) == (answers, shown, shown)
    assert _entries(poll, OPINIONS) == ({(boss, OPINIONS): Decimal(3)} if shown else {})


def test_nobody_is_asked_about_oneself_or_about_another_department(begin):
    poll = begin("managers", subjects=["assessor", "other_assessor"])
    boss, other = poll.subjects()
    with poll.session(write=False) as session:
        survey = poll.survey(session)
        ask = {
            role: service.asked(
                session, survey, today=poll.today, person_id=poll.world.people[role].id
            ).subjects
            for role in ("member", "outsider")
        }
        assert ask == {"member": [boss], "outsider": [other]}
        with pytest.raises(refusals.NothingToAnswer):
            service.asked(session, survey, today=poll.today, person_id=boss)
    with pytest.raises(refusals.SheetWrong):
        poll.by_person("member", rated(other, (1, 1, 1), codes=("duty", "ability", "conduct")))


def test_one_answer_each_also_when_sent_twice_at_once(begin):
    poll = begin("managers", subjects=["assessor"])
    form = rated(poll.subjects()[0], (4, 4, 4), codes=("duty", "ability", "conduct"))
    ready, outcomes = threading.Barrier(2), []

    def answer():
        ready.wait()
        try:
            poll.by_person("member", form)
            outcomes.append("kept")
        except refusals.AnsweredAlready:
            outcomes.append("refused")

    threads = [threading.Thread(target=answer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["kept", "refused"]
    with pytest.raises(refusals.AnsweredAlready):
        poll.by_person("member", form)


# ---------- ballots ----------


def _vote(poll, votes):
    for role, chosen in votes.items():
        poll.by_person(role, {"vote": [str(poll.world.people[chosen].id)]})


def test_two_clerks_with_equal_votes_are_both_listed_and_the_administrator_decides_with_a_reason(begin):
    poll = begin("service_hall")
    people = poll.world.people
    _vote(
        poll,
        {
            "member": "colleague",
            "assessor": "colleague",
            "colleague": "member",
            "outsider": "member",
            "admin": "outsider",
        },
    )
    poll.close()
    admin = poll.world.actor("admin")
    with poll.session() as session:
        survey = poll.survey(session)
        result = service.election(session, survey)
        assert {one.subject_id for one in result.tied} == {people["member"].id, people["colleague"].id}
        assert ([one.votes for one in result.candidates][:3], result.open_places, result.elected) == (
            [2, 2, 1],
            1,
            [],
        )
        assert service.waiting_decisions(session) == [survey]
        decide = {"session": session, "survey": survey, "now": poll.world.now}
        chosen = [people["member"].id]
        with pytest.raises(refusals.ReasonNeeded):
            service.decide(**decide, chosen=chosen, reason=" \u200b", actor=admin)
        for wrong in ([], [people["outsider"].id], [people["member"].id, people["colleague"].id]):
            with pytest.raises(refusals.NotAmongThem):
                service.decide(**decide, chosen=wrong, reason="上月也投她", actor=admin)
        with pytest.raises(refusals.OneOfThem):
            service.decide(**decide, chosen=chosen, reason="选我", actor=poll.world.actor("member"))
        under_another_record = replace(admin, also=frozenset(chosen))
        with pytest.raises(refusals.OneOfThem):
            service.decide(**decide, chosen=chosen, reason="选我", actor=under_another_record)
        service.decide(**decide, chosen=chosen, reason="差错更少", actor=admin)
        session.commit()
    with poll.session() as session:
        survey = poll.survey(session)
        result = service.election(session, survey)
        assert [one.subject_id for one in result.elected] == chosen
        assert (len(result.tied), result.open_places, result.decisions[0].reason) == (2, 0, "差错更少")
        with pytest.raises(refusals.NotTied):
            service.decide(session, survey, chosen=chosen, reason="再来", actor=admin, now=poll.world.now)
        session.add(
            SurveyDecision(
                survey_id=survey.id,
                subject_id=admin.person_id,
                decided_by=admin.person_id,
                at=poll.world.now,
                reason="自己",
            )
        )
        with pytest.raises(WallRefusal):
            session.flush()


def test_one_more_vote_elects_without_anybody_deciding(begin):
    poll = begin("service_hall")
    _vote(poll, {"member": "colleague", "assessor": "colleague", "colleague": "member"})
    poll.close()
    with poll.session(write=False) as session:
        result = service.election(session, poll.survey(session))
        assert ([one.votes for one in result.elected], result.open_places) == ([2], 0)


def test_a_settled_ballot_is_counted_once_for_the_start_page_and_an_open_tie_each_time(begin, monkeypatch):
    poll = begin("service_hall")
    _vote(poll, {"member": "colleague", "assessor": "colleague", "colleague": "member", "outsider": "member"})
    poll.close()
    usual, counted = counting.election, []

    def election(session, survey):
        counted.append(survey.id)
        return usual(session, survey)

    def waiting():
        with poll.session(write=False) as session:
            return [one.id for one in service.waiting_decisions(session)]

    monkeypatch.setattr(listing.counting, "election", election)
    assert [waiting(), waiting()] == [[poll.survey_id]] * 2
    with poll.session() as session:
        tied, admin = [poll.world.people["member"].id], poll.world.actor("admin")
        service.decide(
            session, poll.survey(session), chosen=tied, reason="差错更少", actor=admin, now=poll.world.now
        )
        assert service.waiting_decisions(session) == []
        session.rollback()
    assert waiting() == [poll.survey_id], "what was not kept is not remembered"
    with poll.session() as session:
        service.decide(
            session, poll.survey(session), chosen=tied, reason="差错更少", actor=admin, now=poll.world.now
        )
        session.commit()
    counted.clear()
    assert [waiting(), waiting(), waiting()] == [[], [], []]
    assert len(counted) <= 1


def test_below_the_minimum_no_votes_are_shown(begin):
    poll = begin("service_hall")
    _vote(poll, {"member": "colleague", "assessor": "colleague"})
    poll.close()
    with poll.session(write=False) as session:
        result = service.election(session, poll.survey(session))
        assert (result.shown, result.sheets, {one.votes for one in result.candidates}) == (False, 2, {0})


def test_nobody_votes_for_oneself_unless_the_declaration_allows_it(begin):
    from dataclasses import replace

    poll = begin("service_hall")
    with pytest.raises(refusals.SheetWrong):
        _vote(poll, {"member": "member"})
    declared = replace(DECLARED["service_hall"][1], self_vote=True)
    _vote(start(poll.world, "service_hall", declared), {"member": "member"})


@pytest.mark.parametrize("vote", [[], ["0"], ["x"], ["9" * 19], ["１２"]])
def test_a_vote_for_nobody_who_stands_is_refused(begin, vote):
    poll = begin("service_hall")
    with pytest.raises(refusals.SheetWrong):
        poll.by_person("member", {"vote": vote})


def test_one_vote_each(begin):
    poll = begin("service_hall")
    people = poll.world.people
    with pytest.raises(refusals.SheetWrong):
        poll.by_person("member", {"vote": [str(people["colleague"].id), str(people["outsider"].id)]})
    _vote(poll, {"member": "colleague"})
    with pytest.raises(refusals.AnsweredAlready):
        _vote(poll, {"member": "outsider"})


# ---------- life, totals, what is owed ----------


def test_the_two_surveys_owed_are_tracked_through_the_year(begin, databases, tenant):
    poll = begin("logistics", turn=1, opened=False)
    from kaohe_logistics.plugin import SECTOR

    def states(day):
        with poll.session(write=False) as session:
            return {
                (one.declared.code, one.number): one.state
                for one in service.owed(session, [SECTOR], year=day.year, today=day)
            }

    day = poll.today
    assert states(day) == {
        ("service", 1): "prepared", ("service", 2): "due", ("assets", 1): "missed", ("assets", 2): "due",
    }  # fmt: skip
    assert states(day.replace(month=6, day=30))["assets", 2] == "later"
    assert states(day.replace(month=7, day=1))["assets", 1] == "missed"
    second = start(poll.world, "logistics", DECLARED["logistics"][1], turn=2)
    assert states(day)["service", 2] == "running"
    first = second.subjects()[0]
    for link in second.links(3, "staff"):
        second.by_link(link, rated(first, (5, 5, 5)))
    second.close()
    assert states(day)["service", 2] == "held"
    assert service.turn_days(2026, 2, 2) == (day.replace(month=7, day=1), day.replace(month=12, day=31))


def test_the_round_closes_what_is_over_and_makes_totals_once(begin, databases, tenant):
    poll = begin("logistics")
    first, _second = poll.subjects()
    for link in poll.links(3, "staff"):
        poll.by_link(link, rated(first, (5, 5, 5)))
    go_round(databases, tenant.id, poll.world.now + timedelta(days=7))
    with poll.session(write=False) as session:
        assert poll.survey(session).state == "open", "its last day is not over"
    for _ in range(2):
        go_round(databases, tenant.id, poll.world.now + timedelta(days=8))
    with poll.session(write=False) as session:
        survey = poll.survey(session)
        assert (survey.state, survey.totals) == ("closed", "made")
        assert session.scalar(select(func.count()).select_from(Entry).where(Entry.origin == "survey")) == 2


def test_a_survey_that_fails_keeps_no_other_from_being_closed(begin, databases, tenant, monkeypatch):
    one = begin("logistics")
    other = start(one.world, "logistics", DECLARED["logistics"][1])
    for poll in (one, other):
        for link in poll.links(3, "staff"):
            poll.by_link(link, rated(poll.subjects()[0], (5, 5, 5)))

    def fail(told):
        if told.entries[0].origin_id == one.survey_id:
            raise ValueError("nothing that a listener says")

    after = one.world.now + timedelta(days=8)
    listening.load_reactions()
    with monkeypatch.context() as patched:
        patched.setattr(listening, "_KEPT", [*listening._KEPT, fail])
        go_round(databases, tenant.id, after)
    with one.session(write=False) as session:
        assert one.survey(session).state == "open"
        assert (other.survey(session).state, other.survey(session).totals) == ("closed", "made")
    go_round(databases, tenant.id, after)
    with one.session(write=False) as session:
        assert (one.survey(session).state, one.survey(session).totals) == ("closed", "made")


def test_a_total_that_is_refused_leaves_nothing_behind(begin, databases, tenant, monkeypatch):
    poll = begin("logistics")
    first, second = poll.subjects()
    for link in poll.links(3, "staff"):
        poll.by_link(link, rated(first, (5, 5, 5)) | rated(second, (5, 5, 5)))

    def refuse(told):
        if told.entries[0].subject_id == first:
            raise refusals.NotTied

    listening.load_reactions()
    monkeypatch.setattr(listening, "_KEPT", [*listening._KEPT, refuse])
    poll.close()
    assert {subject for subject, _clause in _entries(poll)} == {second}


def test_totals_wait_for_a_period_that_takes_entries(begin, databases, tenant):
    from kaohe.periods import service as periods
    from kaohe.periods.models import Period

    poll = begin("logistics")
    first, _second = poll.subjects()
    for link in poll.links(3, "staff"):
        poll.by_link(link, rated(first, (5, 5, 5)))
    with poll.session() as session:
        period = session.need(Period, poll.world.period.id)
        periods.step(session, period, after="closed", by=None, now=poll.world.now)
        session.commit()
    poll.close()
    assert _entries(poll) == {}
    with poll.session() as session:
        assert poll.survey(session).totals == "waiting"
        period = session.need(Period, poll.world.period.id)
        periods.step(session, period, after="open", by=None, now=poll.world.now, reason="补录")
        session.commit()
    go_round(databases, tenant.id, poll.world.now)
    assert _entries(poll) == {(first, SURVEY_SERVICE): Decimal(100), (first, SURVEYS_HELD): Decimal(1)}


def test_a_total_that_meets_the_closing_of_its_period_waits(begin, databases, tenant):
    from kaohe.periods import service as periods
    from kaohe.periods.models import Period

    declared = DECLARED["logistics"][1]
    poll = begin("logistics", declared=replace(declared, totals=declared.totals[:1]))
    first, _second = poll.subjects()
    for link in poll.links(3, "staff"):
        poll.by_link(link, rated(first, (5, 5, 5)))

    def turn(after, **more):
        with poll.session() as session:
            period = session.need(Period, poll.world.period.id)
            periods.step(session, period, after=after, by=None, now=poll.world.now, **more)
            session.commit()

    def round_():
        sweeps.go(databases, tenant.id, poll.world.now)

    turn("closed")
    poll.close()
    turn("open", reason="补录")
    while_closing(databases, tenant.id, poll.world.period.id, round_, now=poll.world.now)
    with poll.session() as session:
        survey = poll.survey(session)
        assert (survey.state, survey.totals) == ("closed", "waiting")
        assert "left_out" not in [step.what for step in steps_of(session, survey)]
    turn("open", reason="补录")
    round_()
    assert _entries(poll) == {(first, SURVEY_SERVICE): Decimal(100)}


def test_a_draft_is_changed_and_thrown_away_and_what_was_opened_is_not(begin):
    poll = begin("logistics", opened=False)
    with poll.session() as session:
        survey = poll.survey(session)
        with pytest.raises(NotFound):
            service.set_subjects(session, survey, [poll.world.people["member"].id])
        service.set_subjects(session, survey, [])
        with pytest.raises(refusals.SubjectsNeeded):
            service.open_survey(
                session, survey, actor=poll.world.actor("admin"), now=poll.world.now, today=poll.today
            )
        service.remove(session, survey)
        session.commit()
        assert session.get(HeldSurvey, poll.survey_id) is None
    opened = start(poll.world, "logistics", DECLARED["logistics"][1])
    with opened.session() as session:
        survey = opened.survey(session)
        with pytest.raises(refusals.OnlyDrafts):
            service.change_questions(session, survey, [])
        with pytest.raises(refusals.OnlyDrafts):
            service.remove(session, survey)
        session.delete(survey)
        with pytest.raises(WallRefusal):
            session.flush()


def test_an_urn_that_does_not_fit_the_list_is_not_counted(begin):
    poll = begin("service_hall")
    _vote(poll, {"member": "colleague"})
    with poll.session() as session:
        session.add(SurveyValue(survey_id=poll.survey_id, subject_id=None, question=SHEET, value=""))
        session.commit()
    with pytest.raises(refusals.CountDiffers):
        poll.close()


def test_the_same_survey_in_two_organisations_stays_apart(begin, databases, other_tenant):
    poll = begin("logistics")
    first, _second = poll.subjects()
    [link] = poll.links(1, "staff")
    elsewhere = build_world(
        databases, other_tenant, DECLARED["logistics"][0], sector="logistics", whole=False
    )
    other = start(elsewhere, "logistics", DECLARED["logistics"][1])
    with pytest.raises(refusals.NoSuchLink):
        other.by_link(link, rated(first, (5, 5, 5)))


def test_a_sheet_that_races_with_the_closing_is_counted_or_refused(begin):
    poll = begin("logistics")
    first, _second = poll.subjects()
    links = poll.links(6, "staff")
    for link in links[:3]:
        poll.by_link(link, rated(first, (5, 5, 5)))
    ready, outcomes = threading.Barrier(4), []

    def answer(link):
        ready.wait()
        try:
            poll.by_link(link, rated(first, (1, 1, 1)))
            outcomes.append("kept")
        except refusals.NoLongerOpen:
            outcomes.append("refused")

    def close():
        ready.wait()
        poll.close()
        outcomes.append("closed")

    threads = [threading.Thread(target=answer, args=(link,)) for link in links[3:]]
    threads.append(threading.Thread(target=close))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 4
    assert outcomes.count("closed") == 1
    with poll.session(write=False) as session:
        survey = poll.survey(session)
        assert service.sheets(session, survey) == 3 + outcomes.count("kept")
        assert service.results(session, survey)[0].n == 3 + outcomes.count("kept")


def test_the_minimum_of_a_declared_survey_is_not_taken_from_those_who_answer(begin):
    world = begin("managers").world
    poll = start(world, "managers", DECLARED["managers"][1], opened=False, turn=1)
    with poll.session() as session:
        draft = poll.survey(session)
        said = {
            "title": Text("调查", "Survey"), "says": Text("", ""), "opens_on": poll.today, "closes_on": poll.today,
            "answered_by": ["members"], "units": [],
        }  # fmt: skip
        for few in (1, 2):
            with pytest.raises(refusals.MinimumTooLow):
                service.edit(session, draft, minimum=few, **said)
        service.edit(session, draft, minimum=5, **said)
        service.edit(session, draft, minimum=3, **said)
        assert draft.minimum == 3
