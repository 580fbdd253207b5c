"""Papers in the worlds of the matrix: they add nothing of their own; what is fetched is a job of somebody's."""

from __future__ import annotations

from kaohe.testing.world import World

HARD = {
    "papers.fetch": "a job that made no paper has none to fetch",
    "results.league_pdf": "members have the league only when it is published",
}
BODIES: dict[str, dict[str, str]] = {"papers.start": {"paper": "1-0"}}


def furnish(world: World) -> None:
    """Nothing to add: papers are made of what the other features furnish."""
