"""The hotline's cases: faults, orders, connections, reconnections, notices of outages, with their clocks.

Limits and points stand in the scheme "power.hotline"; here stands which steps start and stop a clock.
"""

from __future__ import annotations

from kaohe_power_supply.cases.connections import HOUSEHOLD, OTHER, RECONNECTION
from kaohe_power_supply.cases.faults import FAULT
from kaohe_power_supply.cases.orders import COMPLAINT, MISCONDUCT, PRAISE, SUGGESTION
from kaohe_power_supply.cases.outages import PLANNED, TEMPORARY

CASES = (
    FAULT, COMPLAINT, MISCONDUCT, SUGGESTION, PRAISE, HOUSEHOLD, OTHER, RECONNECTION, PLANNED, TEMPORARY,
)  # fmt: skip
