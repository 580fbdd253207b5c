"""Panels: what a feature shows on a page of another one, which stands lower and does not know it.

A feature above registers a function for a page by the page's endpoint; the page's template asks for what there is
with `panels(endpoint, …)`. A function gives a template and its values, or None where it has nothing to show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import render_template
from markupsafe import Markup


@dataclass(frozen=True)
class Panel:
    """A template and what it is filled with."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)


Make = Callable[..., Panel | None]
_PANELS: dict[str, list[tuple[int, str, Make]]] = {}


def panel(page: str, *, place: int = 50) -> Callable[[Make], Make]:
    """Register what a feature shows on `page`; the smallest `place` comes first."""

    def register(make: Make) -> Make:
        held = _PANELS.setdefault(page, [])
        name = f"{make.__module__}.{make.__qualname__}"
        held[:] = sorted(
            [*(one for one in held if one[1] != name), (place, name, make)], key=lambda one: one[:2]
        )
        return make

    return register


def panels(page: str, **about: Any) -> list[Markup]:
    """The panels of a page about the things named, as markup, in order."""
    made = [make(**about) for _place, _name, make in _PANELS.get(page, ())]
    return [Markup(render_template(one.template, **one.values)) for one in made if one is not None]  # noqa: S704
