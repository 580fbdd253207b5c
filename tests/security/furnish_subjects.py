"""What the matrix needs of results by subject: everybody's own person stands as an assessed subject."""

from __future__ import annotations

from kaohe.testing.roles import ROLES
from kaohe.testing.world import World

QUERIES = {"results.show": ("run",), "results.steps": ("run",), "results.sheet": ("run",)}


def furnish(world: World) -> None:
    """The people of the world as subjects."""
    for role in ROLES:
        world.keep("subject", role, world.people[role].id)
