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
from kaohe.surveys import refusals
from kaohe.surveys.about import title_of
from kaohe.surveys.models import HeldSurvey, SurveyToken
from kaohe.surveys.starting import groups_of, note

MOST = 500
SECRET_BYTES = 20


@dataclass(frozen=True)
class Issued:
    """How many links of a group were issued and used."""

    group: str
    issued: int
    used: int


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
    """The unused link of a secret and its survey; `NoSuchLink` for one that is unknown or was used."""
    row = session.execute(
        select(SurveyToken, HeldSurvey)
        .join(HeldSurvey, HeldSurvey.id == SurveyToken.survey_id)
        .where(SurveyToken.token_hash == _hash(secret), SurveyToken.used.is_(False))
    ).first()
    if row is None:
        raise refusals.NoSuchLink
    return row[0], row[1]


def guard(databases: Databases, tenant_id: int, secret: str, *, address: str, now: datetime) -> None:
    """Count a try at the door of links; one that opens something is given back, one too many has to wait."""
    keys = keys_of("survey", "", address)[1:]
    count_try(databases, tenant_id, keys, now)
    with databases.tenant(tenant_id, write=False) as session:
        find(session, secret)
    give_back(databases, tenant_id, keys)


def spend(session: TenantSession, token: SurveyToken) -> None:
    """Use a link up; `NoSuchLink` when somebody else has just used it."""
    done = session.execute(
        update(SurveyToken)
        .where(SurveyToken.id == token.id, SurveyToken.used.is_(False))
        .values(used=True)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:
        raise refusals.NoSuchLink


def issued(session: TenantSession, survey: HeldSurvey) -> list[Issued]:
    """Links issued and used, by group in the order of the groups."""
    query = (
        select(SurveyToken.group_code, SurveyToken.used, func.count())
        .where(SurveyToken.survey_id == survey.id)
        .group_by(SurveyToken.group_code, SurveyToken.used)
    )
    found: dict[str, list[int]] = {}
    for group, used, count in session.execute(query):
        tally = found.setdefault(group, [0, 0])
        tally[0] += count
        tally[1] += count if used else 0
    order = [one.code for one in groups_of(survey)] or [""]
    return [Issued(group, *found[group]) for group in order if group in found]
