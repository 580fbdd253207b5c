"""Lists: see `kaohe.pages.lists`."""

from kaohe.pages.lists import *  # noqa: F403
