"""Power supply: four schemes; a tenant adopts those it wants.

A service standards (`SERVICE`, `SERVICE_YEAR`), B the hotline's clocks (`HOTLINE`), C benchmarking (`BENCHMARK`,
`BENCHMARK_YEAR`), D post performance (`POST`).
"""

from __future__ import annotations

from kaohe_power_supply.scheme.benchmark import MONTH as BENCHMARK
from kaohe_power_supply.scheme.benchmark import YEAR as BENCHMARK_YEAR
from kaohe_power_supply.scheme.hotline import HOTLINE_SCHEME as HOTLINE
from kaohe_power_supply.scheme.posts import POST
from kaohe_power_supply.scheme.standards import SERVICE, SERVICE_YEAR

SCHEMES = (SERVICE, SERVICE_YEAR, HOTLINE, BENCHMARK, BENCHMARK_YEAR, POST)

__all__ = ["BENCHMARK", "BENCHMARK_YEAR", "HOTLINE", "POST", "SCHEMES", "SERVICE", "SERVICE_YEAR"]
