"""A real server and a real Chromium for the tests of this folder.

The demonstration is filled once for the whole run, whoever comes first, and each test process serves its own copy.
"""

from __future__ import annotations

import fcntl
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Playwright, sync_playwright

from kaohe.db import Databases

sys.path.insert(0, str(Path(__file__).parent))

from browser_house import House, fill_demonstration
from browser_server import Served
from browser_site import Site
from browser_visitor import DESKTOP, PHONE, Visitor
from browser_walk import Things, gather
from browser_ward import Ward, found_ward

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here drives a browser."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a filled demonstration, made once in a run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if base.name.startswith("popen-") else base) / "demonstration"
    with (folder.parent / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            fill_demonstration(folder)
            (folder / "ready").touch()
    return folder


@pytest.fixture
def base(app: Flask) -> Iterator[str]:
    """The address of the test's own application."""
    served = Served(app)
    served.start()
    yield served.url
    served.stop()


@pytest.fixture
def site(databases: Databases) -> Iterator[Site]:
    """The application over the test's databases; what was wrong on its pages fails the test at its end."""
    running = Site(databases)
    running.start()
    yield running
    faults = running.faults()
    running.stop()
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="session")
def house(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The application on a free port of this machine, with its worker, over its own copy of the demonstration."""
    folder = tmp_path_factory.mktemp("house") / "data"
    shutil.copytree(filled, folder)
    house = House(folder)
    house.start()
    yield house
    house.stop()


@pytest.fixture(scope="session")
def things(house: House) -> Things:
    """Ids of the demonstration, and the numbers with which its roles sign in."""
    return gather(house)


@pytest.fixture(scope="session")
def ward(house: House) -> Ward:
    """A small organisation of this run's own, in which the tests record."""
    return found_ward(house)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The browser of this machine."""
    path = shutil.which("chromium")
    assert path, "chromium is not installed"
    browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(FLAGS))
    yield browser
    browser.close()


@pytest.fixture
def enter(house: House, chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """A new visitor with a browser window of its own; what was wrong on its pages fails the test at its end."""
    visitors: list[Visitor] = []

    def make(code: str, *, phone: bool = False, script: bool = True, watch: bool = True) -> Visitor:
        visitor = Visitor(house, chromium, code, PHONE if phone else DESKTOP, script=script, watch=watch)
        visitors.append(visitor)
        return visitor

    yield make
    faults = [fault for visitor in visitors for fault in visitor.close()]
    assert not faults, "\n".join(faults)
