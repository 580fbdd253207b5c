"""What the proofs share: a small organisation of the nursing sector on each database, and how much to do."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest

from kaohe.testing.world import World, build_world
from kaohe_nursing.scheme import NURSING

FULL = os.environ.get("KAOHE_PROVE") == "full"


@pytest.fixture
def full() -> bool:
    """Whether everything is to be tried (`make prove`) and not a sample."""
    return FULL


@pytest.fixture
def world(databases, tenant) -> World:
    """People, periods and a scheme; nothing recorded yet."""
    return build_world(
        databases, tenant, NURSING, sector="nursing", marker="印", now=datetime.now(UTC), whole=False
    )


@pytest.fixture
def living(databases, tenant) -> World:
    """An organisation with a closed month, entries, sheets and files."""
    return build_world(databases, tenant, NURSING, sector="nursing", marker="印", now=datetime.now(UTC))
