"""Who rates managers: the leader in charge, then the office with the mine's leaders; staff opinion is a survey."""

from __future__ import annotations

from kaohe.plugins import DueBy, RatedBy

RATERS = (
    RatedBy("leader", "managers.month", "head_of_parent", DueBy(3, months=1)),
    RatedBy("settled", "managers.month", "admins", DueBy(3, months=1)),
)
