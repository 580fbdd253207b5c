"""What a fact may be: the refusal names the allowed values in the reader's language."""

import pytest

from kaohe.people.facts import checked
from kaohe.people.refusals import FactValueWrong
from kaohe.scheme.model import Fact, FactValue
from kaohe.scheme.text import Text

SHIFT = Fact(
    "shift",
    Text("班次", "Shift"),
    kind="choice",
    values=(FactValue("day", Text("白班", "day")), FactValue("night", Text("夜班", "night"))),
)
LEVEL = Fact("level", Text("等级", "Level"), kind="level", low=1, high=5)


def test_a_choice_takes_one_of_its_values():
    assert checked(SHIFT, "night") == "night"
    with pytest.raises(FactValueWrong) as refused:
        checked(SHIFT, "早")
    assert refused.value.say("zh") == "班次不能是“早”，可填：白班、夜班。"
    assert refused.value.say("en") == "Shift cannot be “早”; allowed: day, night."


@pytest.mark.parametrize("value", ["0", "6", "三", "1.5", "-1", "1" * 40])
def test_a_level_stays_within_its_bounds(value):
    assert checked(LEVEL, "3") == 3
    with pytest.raises(FactValueWrong) as refused:
        checked(LEVEL, value)
    assert "1–5" in refused.value.say("en")


def test_nothing_is_not_known():
    assert checked(LEVEL, "") is None
    assert checked(SHIFT, None) is None
