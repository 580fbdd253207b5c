"""Closing a survey, deciding a tie, and the totals that become entries.

Decides that closing lays all answers down anew a last time and seals them, and that nothing is counted while the urn
and the list of who has answered differ. A total becomes an entry once, whoever closes; where no period takes entries
it waits, and is tried again. Refuses a tie decided by one of the tied, without a reason, or twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from kaohe.accounts.policy import Actor
from kaohe.adoption.models import Adoption
from kaohe.db import TenantSession, is_duplicate
from kaohe.entries import made
from kaohe.entries.checks import clean_words
from kaohe.entries.refusals import Later
from kaohe.errors import Refusal
from kaohe.periods.models import Period
from kaohe.plugins import SurveyTotal
from kaohe.surveys import counting, refusals
from kaohe.surveys.about import title_of
from kaohe.surveys.answering import mix
from kaohe.surveys.models import SHEET, HeldSurvey, SurveyDecision, SurveyValue
from kaohe.surveys.starting import note, totals_of

ORIGIN = "survey"
LONGEST_REASON = 500


def close(
    session: TenantSession, survey: HeldSurvey, *, actor: Actor | None, now: datetime, today: date
) -> None:
    """End an open survey, seal its answers, make its totals; `actor` None: its last day is over."""
    session.refresh(survey, with_for_update=True)
    if survey.state != "open":
        raise refusals.NotOpen(title=title_of(survey))
    mix(session, survey, [], most=None)
    _require_whole(session, survey)
    survey.state = "closed"
    survey.totals = "waiting" if totals_of(survey) else "none"
    survey.closes_on = max(min(survey.closes_on, today), survey.opens_on)
    session.flush()
    note(session, survey, "closed", by=actor.person_id if actor else None, now=now)
    make_totals(session, survey, now=now)


def _require_whole(session: TenantSession, survey: HeldSurvey) -> None:
    """Refuse to count when more or fewer sheets lie there than were given."""
    query = (
        select(func.count())
        .where(SurveyValue.survey_id == survey.id, SurveyValue.question == SHEET)
        .group_by(SurveyValue.subject_id)
    )
    counts = list(session.scalars(query))
    given = counting.sheets(session, survey)
    lying = max(counts, default=0)
    one_each = survey.about == "organisation" or survey.kind == "ballot"
    if lying > given or (one_each and lying != given) or sum(counts) < given:
        raise refusals.CountDiffers(sheets=lying, given=given)


# ---------- a tie ----------


def decide(
    session: TenantSession,
    survey: HeldSurvey,
    *,
    chosen: Sequence[int],
    reason: str | None,
    actor: Actor,
    now: datetime,
) -> list[SurveyDecision]:
    """Say who of those with equal votes is elected, with the reason; kept as it was said."""
    session.refresh(survey, with_for_update=True)
    result = counting.election(session, survey)
    if result is None or not result.open_places:
        raise refusals.NotTied
    tied = {one.subject_id for one in result.tied}
    if tied & actor.records:
        raise refusals.OneOfThem
    words = clean_words(reason) or ""
    if not words or len(words) > LONGEST_REASON:
        raise refusals.ReasonNeeded(most=LONGEST_REASON)
    if len(set(chosen)) != result.open_places or not set(chosen) <= tied:
        raise refusals.NotAmongThem(n=result.open_places)
    decisions = [
        SurveyDecision(survey_id=survey.id, subject_id=one, decided_by=actor.person_id, at=now, reason=words)
        for one in dict.fromkeys(chosen)
    ]
    session.add_all(decisions)
    try:
        session.flush()
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise refusals.NotTied from error
    make_totals(session, survey, now=now)
    return decisions


# ---------- totals ----------


def make_totals(session: TenantSession, survey: HeldSurvey, *, now: datetime) -> None:
    """Make the entries of a closed survey's totals; each once. Without a period that takes them they wait."""
    if survey.state != "closed" or survey.totals != "waiting":
        return
    if survey.kind == "ballot" and _is_undecided(session, survey):
        return
    try:
        with session.begin_nested():
            for total in totals_of(survey):
                for subject_id, value in figures(session, survey, total):
                    _make(session, survey, total, subject_id, value, now)
    except Later:
        return
    survey.totals = "made"
    session.flush()


def _is_undecided(session: TenantSession, survey: HeldSurvey) -> bool:
    result = counting.election(session, survey)
    return result is not None and result.open_places > 0


def figures(session: TenantSession, survey: HeldSurvey, total: SurveyTotal) -> Iterator[tuple[int, Decimal]]:
    """The figure of a total for each subject that has one: from the minimum of answers on."""
    if survey.kind == "ballot":
        yield from _of_ballot(session, survey, total)
        return
    for block in counting.results(session, survey):
        if not block.shown or block.subject_id is None:
            continue
        value = _figure(block, total)
        if value is not None:
            yield block.subject_id, rounded(value, total.decimals)


def _figure(block: counting.Block, total: SurveyTotal) -> Fraction | None:
    if total.how in ("answers", "held"):
        return Fraction(block.n if total.how == "answers" else 1)
    tallies = [
        one.tally
        for one in block.items
        if one.tally
        and one.question.kind == "scale"
        and one.question.code in (total.questions or (one.question.code,))
    ]
    if total.how == "satisfied":
        share = counting.share_of(tallies)
        return None if share is None else share * 100
    means = [one.mean for one in tallies if one.mean is not None]
    return sum(means, Fraction(0)) / len(means) if means else None


def _of_ballot(
    session: TenantSession, survey: HeldSurvey, total: SurveyTotal
) -> Iterator[tuple[int, Decimal]]:
    result = counting.election(session, survey)
    if result is None or not result.shown:
        return
    for one in result.candidates:
        if total.how == "won":
            if one.elected:
                yield one.subject_id, Decimal(1)
        else:
            yield (
                one.subject_id,
                Decimal({"votes": one.votes, "answers": result.sheets, "held": 1}[total.how]),
            )


def rounded(value: Fraction, decimals: int) -> Decimal:
    """A figure with so many decimals, half away from zero, from the exact value."""
    scaled = value * 10**decimals
    whole = (Decimal(scaled.numerator) / Decimal(scaled.denominator)).to_integral_value(ROUND_HALF_UP)
    return whole.scaleb(-decimals)


def _make(
    session: TenantSession,
    survey: HeldSurvey,
    total: SurveyTotal,
    subject_id: int,
    value: Decimal,
    now: datetime,
) -> None:
    """One entry; a subject that no entry can be about any more (who has left, say) has none."""
    period = _period(session, survey, total)
    day = min(survey.closes_on, period.ends_on) if period else survey.closes_on
    try:
        with session.begin_nested():
            made.make(
                session,
                scheme_code=total.scheme,
                origin=ORIGIN,
                origin_id=survey.id,
                subject_id=subject_id,
                clause_id=total.clause_id,
                happened_on=day,
                reason=survey.title_zh,
                quantity=value,
                now=now,
                token=f"{ORIGIN}-{survey.id}-{total.clause_id}-{subject_id}",
                period=period,
            )
    except Later:
        raise
    except Refusal as refusal:
        note(session, survey, "left_out", by=None, now=now, words=refusal.say("zh"))


def _period(session: TenantSession, survey: HeldSurvey, total: SurveyTotal) -> Period | None:
    """The survey's own period while it takes entries and is of the total's scheme; else the day decides."""
    if survey.period_id is None:
        return None
    return session.scalar(
        select(Period)
        .join(Adoption, Adoption.id == Period.adoption_id)
        .where(Period.id == survey.period_id, Period.state == "open", Adoption.scheme_code == total.scheme)
    )
