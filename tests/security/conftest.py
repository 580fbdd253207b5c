"""Two organisations of the nursing sector behind one application, on each database, and the matrix over them."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from kaohe.app import create_app
from kaohe.config import Config
from kaohe.testing.fixtures import new_tenant
from kaohe.testing.hall import Hall
from kaohe.testing.matrix import Matrix
from kaohe.testing.probing import Probe
from kaohe.testing.world import World, build_world
from kaohe_nursing.scheme import NURSING


def _module(path: Path) -> Any:
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FURNISHED = [_module(path) for path in sorted(Path(__file__).parent.glob("furnish_*.py"))]
"""What each feature adds to the two worlds: `furnish(world)`, and its own `HARD`, `BODIES`, `QUERIES`, `PICKERS`."""

WALLED = [_module(path) for path in sorted(Path(__file__).parent.glob("walls_*.py"))]
"""What each feature adds for the walls: `fill(world)`, rows that no page needs, and `PROBES`, a write for each rule."""


def _gathered(name: str, own: dict[str, Any]) -> dict[str, Any]:
    found = dict(own)
    for module in FURNISHED:
        found |= getattr(module, name, {})
    return found


def _furnished(world: World) -> World:
    furnish: Callable[[World], None]
    for module in FURNISHED:
        furnish = module.furnish
        furnish(world)
    return world


@pytest.fixture(scope="session")
def filled() -> Callable[[World], World]:
    """What furnishes a world as the matrix has it and fills the tables that are empty then."""

    def fill(world: World) -> World:
        _furnished(world)
        for module in WALLED:
            module.fill(world)
        return world

    return fill


@pytest.fixture(scope="session")
def furnished() -> Callable[[World], World]:
    """What furnishes a world as the matrix has it."""
    return _furnished


@pytest.fixture(scope="session")
def asked() -> dict[str, Any]:
    """What the matrix has to be told of the pages."""
    return {
        "hard": _gathered("HARD", HARD),
        "bodies": _gathered("BODIES", BODIES),
        "queries": _gathered("QUERIES", QUERIES),
        "pickers": _gathered("PICKERS", {}),
    }


@pytest.fixture(scope="session")
def probes() -> dict[str, Probe]:
    """By a trigger's name, the write that it alone refuses; each named once."""
    found: dict[str, Probe] = {}
    for module in WALLED:
        assert not found.keys() & module.PROBES.keys(), module.__name__
        found |= module.PROBES
    return found


FULL = os.environ.get("KAOHE_PROVE") == "full"

HARD = {
    "accounts.end_deputy": "a role that is no stand-in is not found",
    "accounts.print_slip": "a slip that hands over a role is printed by an administrator only",
    "accounts.take_role": "a role of another account is not found below this one",
    "adoption.acknowledge": "a draft is only the administrators'",
    "adoption.compare": "a draft is only the administrators'",
    "adoption.paper": "a draft is only the administrators'",
    "adoption.show": "a draft is only the administrators'",
    "entries.done": "somebody of another unit is not on this unit's round",
    "entries.round": "somebody of another unit is not on this unit's round",
    "entries.tick": "somebody of another unit is not on this unit's round",
    "results.export": "members have the league only when it is published",
}
"""Endpoints that may answer 403 or 404 although the policy of the route lets the visitor in, and why."""

BODIES: dict[str, dict[str, str]] = {
    "accounts.sign_in": {"number": "P001", "password": "wrong horse 42"},
    "accounts.sign_in_demo": {"number": "P001"},
    "accounts.unlock": {},
    "accounts.end_sign_in": {},
    "accounts.end_other_sign_ins": {},
    "web.language": {"language": "en"},
    "accounts.new": {"person": ""},
    "adoption.draft_next": {},
    "adoption.renew": {"version": "1"},
    "adoption.start": {"scheme": "nursing"},
    "entries.undo": {},
    "people.reopen_unit": {},
    "people.stay": {},
    "people.undo_move": {},
    "periods.open_": {"reason": "核对"},
    "periods.plan": {"adoption": "", "kind": "month", "year": "2031", "start_month": "1", "start_day": "1"},
    "periods.remove": {},
    "results.publish": {},
}
"""What is sent where no page of the worlds shows the form, or more than it shows."""


QUERIES = {"results.show": ("run",), "results.steps": ("run",), "results.sheet": ("run",)}
"""Ids in addresses that no page of the worlds links to."""


@pytest.fixture(scope="session")
def built() -> dict[str, Matrix]:
    """What was built already: a worker that goes back and forth between the databases keeps both."""
    return {}


@pytest.fixture(
    scope="session",
    params=[
        pytest.param(kind, marks=pytest.mark.xdist_group(f"matrix-{kind}"))
        for kind in ("sqlite", "postgresql")
    ],
)
def matrix(request: pytest.FixtureRequest, built: dict[str, Matrix], asked: dict[str, Any]) -> Matrix:
    """The matrix over everything that the application's pages show, with two whole worlds behind them."""
    if request.param not in built:
        databases = request.getfixturevalue(f"{request.param}_databases")
        now = datetime.now(UTC)
        mine, other = (
            _furnished(
                build_world(
                    databases, new_tenant(databases, name), NURSING, sector="nursing", marker=marker, now=now
                )
            )
            for name, marker in (("一院", "甲号印"), ("另院", "乙号印"))
        )
        logging.getLogger("kaohe.web").propagate = False
        config = Config(databases.settings, secret="a secret of the matrix", testing=True)
        hall = Hall(create_app(config, databases=databases), mine, other)
        built[request.param] = Matrix(hall, **asked)
    return built[request.param]


@pytest.fixture(scope="session")
def hall(matrix: Matrix) -> Hall:
    """The application with the visited organisation and the other one, with markers in every text."""
    return matrix.hall


@pytest.fixture(scope="session")
def full() -> bool:
    """Whether everything is to be tried (`make prove`) and not a sample."""
    return FULL
