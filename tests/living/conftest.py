"""The organisation of the appeals' tests, for people who leave, turn out to be one, or are not ranked."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

_PATH = Path(__file__).parent.parent / "appeals" / "conftest.py"
_SPEC = importlib.util.spec_from_file_location("kaohe_appeals_house", _PATH)
assert _SPEC is not None
assert _SPEC.loader is not None
_HOUSE = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = _HOUSE
_SPEC.loader.exec_module(_HOUSE)

house = _HOUSE.house
sample = _HOUSE.sample
