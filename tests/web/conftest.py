"""The small scheme of the adoption tests, for periods and adoptions alike: `sample.adopted(…)`, `sample.staff(…)`."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    """The module `tests/adoption/sample.py`."""
    path = Path(__file__).parent.parent / "adoption" / "sample.py"
    spec = importlib.util.spec_from_file_location("kaohe_adoption_sample", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
