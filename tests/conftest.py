"""All tests run on the published fixtures of `kaohe.testing`."""

pytest_plugins = ["kaohe.testing.fixtures"]
