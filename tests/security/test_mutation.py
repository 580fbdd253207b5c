"""A policy made laxer is noticed: each of them in turn, by the answers that the matrix gets."""

from __future__ import annotations

import logging

import pytest

from kaohe.accounts.policy import MEMBER, POLICIES, PUBLIC, Allow
from kaohe.testing.matrix import Matrix, Outcome, Spot

LAXER = {name: PUBLIC if allow.member else MEMBER for name, allow in POLICIES.items() if not allow.public}


@pytest.fixture(autouse=True)
def _quiet(caplog):
    """What breaks inside once nobody is asked is expected here."""
    caplog.set_level(logging.CRITICAL, "kaohe.web")


def _spots(matrix: Matrix, action: str) -> list[Spot]:
    """Where the policy is asked: its routes' addresses; else the forms in which an object is named."""
    who = ("anonymous",) if POLICIES[action].member else ("member", "assessor")
    mine = [s for s in matrix.spots if matrix.hall.policies[s.route.endpoint] == action]
    addresses = [s for s in mine if s.place in ("path", "") and s.visitor in who]
    if addresses:
        return addresses
    if mine:
        return []
    return [s for s in matrix.spots if s.place in ("body", "choice") and s.visitor in who]


def _noticed(matrix: Matrix, action: str, laxer: Allow, known: Outcome) -> bool:
    spots = _spots(matrix, action)
    if laxer is PUBLIC and all(spot.place == "path" for spot in spots):
        # an object is loaded for nobody who is not signed in: this policy has a second wall behind it
        return all(_stays_out(matrix, action, spot) for spot in spots)
    for spot in spots:
        if not any(key == spot.key for key, _ in known.answers):
            matrix.run([spot], known)
        now = Outcome()
        POLICIES[action], kept = laxer, POLICIES[action]
        try:
            matrix.run([spot], now)
        finally:
            POLICIES[action] = kept
        if any(known.answers[key] != status for key, status in now.answers.items()):
            return True
    return False


def _stays_out(matrix: Matrix, action: str, spot: Spot) -> bool:
    now = Outcome()
    POLICIES[action], kept = PUBLIC, POLICIES[action]
    try:
        matrix.run([spot], now)
    finally:
        POLICIES[action] = kept
    return set(now.statuses) <= {302, 404}


SECOND_WALL = {
    "appeals.own": "the services of signing and withdrawing ask again whose it is, and refuse alike"
}
"""Policies whose loss changes no answer, because something behind them refuses with the same status; and what."""


def test_each_policy_made_laxer_is_noticed(matrix, full):
    whole = full or matrix.hall.mine.databases.dialect == "sqlite"
    chosen = list(LAXER) if whole else list(LAXER)[::5]
    known = Outcome()
    blind = [action for action in chosen if not _noticed(matrix, action, LAXER[action], known)]
    dialect = matrix.hall.mine.databases.dialect
    print(f"mutation on {dialect}: {len(chosen)} policies made laxer, {len(blind)} not noticed")
    assert blind == [action for action in chosen if action in SECOND_WALL]


@pytest.mark.parametrize("action", ["accounts.slip", "entries.record", "entries.withdraw"])
def test_oneself_is_noticed(matrix, action):
    """`not_self` taken away is noticed as well."""
    allow = POLICIES[action]
    assert allow.not_self
    laxer = Allow(maker=allow.maker, assessor=allow.assessor, admin=allow.admin, own=True)
    assert _noticed(matrix, action, laxer, Outcome())
