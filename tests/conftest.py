"""All tests run on the published fixtures of `kaohe.testing`; laws are tried without a clock, speed is the benchmark's."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["kaohe.testing.fixtures"]

settings.register_profile("kaohe", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kaohe")
