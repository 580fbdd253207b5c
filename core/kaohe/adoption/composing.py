"""Putting a draft's scheme together: the sector's text, the answers to its doubts, the figures changed.

Decides that figures which no longer fit are named and left out, never forced. Pure: knows no database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kaohe.scheme import Scheme, SchemeRefusal, Text, adapt, adjustables, settle

OWN = "own"


Value = Decimal | str | None


Figures = Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Composed:
    """A scheme put together, and the paths of figures that no longer fit into it."""

    scheme: Scheme
    dropped: tuple[str, ...] = ()


def compose(base: Scheme, settled: Mapping[str, Any], figures: Mapping[str, Any]) -> Composed:
    """The sector's scheme with answers and figures put in; figures that do not fit any more are named."""
    known = {doubt.code for doubt in base.doubts}
    answers: dict[str, Any] = {}
    for code, answer in settled.items():
        if code in known:
            own = {path: _exact(value) for path, value in (answer.get("values") or {}).items()}
            answers[code] = typed(base, own) if answer["option"] == OWN else answer["option"]
    scheme = settle(base, answers)
    dropped = []
    for path, change in figures.items():
        try:
            scheme = adapt(scheme, typed(scheme, {path: _held(path, change["value"])}))
        except SchemeRefusal:
            dropped.append(path)
    return Composed(scheme, tuple(dropped))


def joined(titles: Sequence[Text]) -> Text:
    """Several titles as one text."""
    return Text("、".join(one.zh for one in titles), ", ".join(one.en for one in titles))


def say_edit(scheme: Scheme, edit: Mapping[str, Any]) -> Text:
    """What an edit of a draft changed, in words."""
    kind, what = edit["kind"], edit["what"]
    if kind == "settled":
        doubt = next((one for one in scheme.doubts if one.code == what), None)
        title = doubt.title if doubt else Text(what, what)
        return Text(f"疑义“{title.zh}”的裁定", f"the answer to “{title.en}”")
    if kind == "figure":
        setting = next((one for one in scheme.settings if what == f"setting/{one.code}/value"), None)
        if setting is not None:
            return Text(f"“{setting.title.zh}”的取法", f"the choice of “{setting.title.en}”")
        figure = next((one for one in adjustables(scheme) if one.path == what), None)
        if figure is None:
            return Text(what, what)
        return Text(f"“{figure.title.zh}”的{figure.name.zh}", f"the {figure.name.en} of “{figure.title.en}”")
    if kind == "scope":
        return Text("参加范围", "who takes part")
    return Text("换成了新的方案文本", "the scheme was renewed from its sector")


def is_setting(path: str) -> bool:
    """Whether the path is that of a choice, whose value is a code and no figure."""
    return path.startswith("setting/")


def _held(path: str, value: str | None) -> Value:
    return value if is_setting(path) else _exact(value)


def typed(scheme: Scheme, figures: Mapping[str, Any]) -> dict[str, Any]:
    """Figures with whole numbers as integers where the scheme has whole ones."""
    whole = {one.path for one in adjustables(scheme) if one.whole}
    return {
        path: int(value) if path in whole and value is not None and value == int(value) else value
        for path, value in figures.items()
    }


def _exact(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def plain_text(value: Decimal | int | None) -> str | None:
    return None if value is None else format(Decimal(value), "f")
