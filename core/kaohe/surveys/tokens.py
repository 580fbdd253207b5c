"""The links of a survey: issued once, shown once, kept by hash, good for one answer.

A secret has 160 bits. A link that is unknown and one that was used give the same refusal after the same work; tries
that open nothing are counted by address, in rows that a restart does not forget.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from kaohe.accounts.limits import count_try, give_back, keys_of
from kaohe.accounts.policy import Actor
from kaohe.db import Databases, TenantSession
from kaohe.entries.checks import clean_words
from kaohe.surveys import refusals
from kaohe.surveys.about import title_of
from kaohe.surveys.models import HeldSurvey, SurveyStep, SurveyToken
from kaohe.surveys.starting import groups_of, note

MOST = 500
LONGEST_REASON = 500
SECRET_BYTES = 20


@dataclass(frozen=True)
class Issued:
    """How many links of a group were issued, used, and withdrawn unused."""

    group: str
    issued: int
    used: int
    withdrawn: int

    @property
    def unused(self) -> int:
        """How many can still be answered."""
        return self.issued - self.used - self.withdrawn


def issue(
    session: TenantSession, survey: HeldSurvey, *, group: str, count: int, actor: Actor, now: datetime
) -> list[str]:
    """Make so many links for a group; their secrets, which are kept nowhere."""
    if survey.state != "open":
        raise refusals.NotOpen(title=title_of(survey))
    if "tokens" not in survey.answered_by:
        raise refusals.NoLinks
    if not 1 <= count <= MOST:
        raise refusals.LinksOutside(most=MOST)
    known = {one.code for one in groups_of(survey)}
    if (group not in known) if known else group:
        raise refusals.LinksOutside(most=MOST, field="group")
    made = [secrets.token_urlsafe(SECRET_BYTES) for _ in range(count)]
    session.add_all(
        SurveyToken(survey_id=survey.id, group_code=group, token_hash=_hash(secret)) for secret in made
    )
    note(session, survey, "issued", by=actor.person_id, now=now, count=count, words=group or None)
    return made


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def find(session: TenantSession, secret: str) -> tuple[SurveyToken, HeldSurvey]:
    """The unused link of a secret and its survey; `NoSuchLink` for one that is unknown or was used, `LinkWithdrawn` for
    one that was taken back."""
    row = session.execute(
        select(SurveyToken, HeldSurvey)
        .join(HeldSurvey, HeldSurvey.id == SurveyToken.survey_id)
        .where(SurveyToken.token_hash == _hash(secret), SurveyToken.used.is_(False))
    ).first()
    if row is None:
        raise refusals.NoSuchLink
    _require_standing(session, row[0])
    return row[0], row[1]


def _require_standing(session: TenantSession, token: SurveyToken) -> None:
    if token.withdrawn_id is not None:
        step = session.need(SurveyStep, token.withdrawn_id)
        raise refusals.LinkWithdrawn(reason=step.words or "")


def withdraw(
    session: TenantSession, survey: HeldSurvey, *, group: str, reason: str | None, actor: Actor, now: datetime
) -> int:
    """Take back the links of a group that nobody has used yet, with the reason that whoever holds one is told; how many.

    Answers stay, and so do links that are issued afterwards. Refused: a survey that is not open, and nothing to take back.
    """
    session.refresh(survey, with_for_update=True)
    if survey.state != "open":
        raise refusals.NotOpen(title=title_of(survey))
    words = clean_words(reason) or ""
    if not words or len(words) > LONGEST_REASON:
        raise refusals.WithdrawalReason(most=LONGEST_REASON)
    unused = (
        SurveyToken.survey_id == survey.id,
        SurveyToken.group_code == group,
        SurveyToken.used.is_(False),
        SurveyToken.withdrawn_id.is_(None),
    )
    number = session.scalar(select(func.count()).select_from(SurveyToken).where(*unused)) or 0
    if not number:
        raise refusals.NothingToWithdraw
    step = note(session, survey, "withdrawn", by=actor.person_id, now=now, count=number, words=words)
    session.execute(
        update(SurveyToken)
        .where(*unused)
        .values(withdrawn_id=step.id)
        .execution_options(synchronize_session=False)
    )
    return number


def guard(databases: Databases, tenant_id: int, secret: str, *, address: str, now: datetime) -> None:
    """Count a try at the door of links; one that opens something is given back, one too many has to wait."""
    keys = keys_of("survey", "", address)[1:]
    count_try(databases, tenant_id, keys, now)
    try:
        with databases.tenant(tenant_id, write=False) as session:
            find(session, secret)
    except refusals.LinkWithdrawn:  # it was issued: no guess
        give_back(databases, tenant_id, keys)
        raise
    give_back(databases, tenant_id, keys)


def spend(session: TenantSession, token: SurveyToken) -> None:
    """Use a link up; `NoSuchLink` when somebody else has just used it, `LinkWithdrawn` when it was just taken back."""
    done = session.execute(
        update(SurveyToken)
        .where(SurveyToken.id == token.id, SurveyToken.used.is_(False), SurveyToken.withdrawn_id.is_(None))
        .values(used=True)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:
        session.refresh(token)
        _require_standing(session, token)
        raise refusals.NoSuchLink


def issued(session: TenantSession, survey: HeldSurvey) -> list[Issued]:
    """Links issued, used and withdrawn, by group in the order of the groups."""
    gone = SurveyToken.withdrawn_id.is_not(None)
    query = (
        select(SurveyToken.group_code, SurveyToken.used, gone, func.count())
        .where(SurveyToken.survey_id == survey.id)
        .group_by(SurveyToken.group_code, SurveyToken.used, gone)
    )
    found: dict[str, list[int]] = {}
    for group, used, withdrawn, count in session.execute(query):
        tally = found.setdefault(group, [0, 0, 0])
        tally[0] += count
        tally[1] += count if used else 0
        tally[2] += count if withdrawn else 0
    order = [one.code for one in groups_of(survey)] or [""]
    return [Issued(group, *found[group]) for group in order if group in found]
