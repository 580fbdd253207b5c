"""The hooks that a sector's distribution may implement. Few, prefixed, typed."""

from __future__ import annotations

import pluggy

from kaohe.plugins.sector import Sector

hookspec = pluggy.HookspecMarker("kaohe")
hookimpl = pluggy.HookimplMarker("kaohe")


class KaoheHooks:
    """What `kaohe` asks a plugin for."""

    @hookspec
    def kaohe_sector(self) -> Sector:  # type: ignore[empty-body]
        """The sector that this plugin contributes: its schemes, words, facts, reports and demonstration.

        Called once, when the registry is built. A sector whose code is taken is an error.
        """
