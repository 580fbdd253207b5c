"""A filled demonstration hospital on each database, once for all tests of this folder."""

from datetime import date

import pytest

from kaohe import demo
from kaohe.plugins import build_registry

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="session")
def hospitals():
    """The demonstrations made so far, by kind of database."""
    return {}


@pytest.fixture(params=["sqlite", "postgresql"])
def hospital(request, hospitals):
    """(databases, tenant) of the demonstration."""
    if request.param not in hospitals:
        databases = request.getfixturevalue(f"{request.param}_databases")
        tenant = demo.fill(databases, build_registry(), lambda what, done, total: None, TODAY)
        hospitals[request.param] = (databases, tenant)
    return hospitals[request.param]
