"""A row's copy of its parent's column is tied to the parent by a rule, or it is said why it says something else."""

from __future__ import annotations

import importlib
import pkgutil

import kaohe
from kaohe.db.base import TenantModel

OTHERWISE = {
    (
        "appeal_steps",
        "entry_id",
        "clause_id",
    ): "the step's is the remedy's; a step that names an entry has none",
    ("appeals", "entry_id", "unit_id"): "the result's unit; an entry keeps the unit of its own day",
    ("case_clocks", "case_id", "holder_id"): "who held the case while the clock ran",
    ("case_clocks", "case_id", "person_id"): "who had the case while the clock ran",
    (
        "case_clocks",
        "entry_id",
        "clause_id",
    ): "the entry is made under the clock's clause and never corrected by hand",
    ("case_steps", "case_id", "person_id"): "who had the case after that step",
    ("case_steps", "case_id", "unit_id"): "who held the case after that step",
    ("decisions", "run_id", "period_id"): "both are the proposal's, whose tie holds",
    ("entries", "sheet_id", "unit_id"): "the subject's unit on the entry's own day",
    ("movements", "reverses", "origin_id"): "each movement has an origin of its own",
    ("movements", "settles", "origin_id"): "each movement has an origin of its own",
    ("movements", "settles", "unit_id"): "a settlement is held by who holds the cash",
    ("proposals", "entry_id", "clause_id"): "the clause whose ladder the entry's item stands on",
    ("proposals", "entry_id", "unit_id"): "where the subject is when it is proposed",
    ("proposals", "undoes", "entry_id"): "kept along for the page; the tie of the undone one holds",
    ("proposals", "undoes", "run_id"): "kept along for the page; the tie of the undone one holds",
    ("proposals", "undoes", "unit_id"): "where the subject was when the first was proposed",
    ("units", "parent_id", "parent_id"): "a tree",
}
"""Where a column of the same name means something else in the child."""


def copies():
    """(table, reference, parent, column): ids that both a row and the row that it points at have."""
    for module in pkgutil.walk_packages(kaohe.__path__, "kaohe."):
        if module.name.endswith(".models"):
            importlib.import_module(module.name)
    tables = TenantModel.metadata.tables
    for mapper in TenantModel.registry.mappers:
        model = mapper.class_
        own = {column.name for column in model.__table__.columns if column.name.endswith("_id")}
        for reference, parent in model.__refs__.items():
            held = {column.name for column in tables[parent].columns} - {"tenant_id"}
            if parent != "subjects":  # whose columns say what the subject is
                yield from ((model, reference, parent, name) for name in sorted(own & held))


def is_tied(model, reference, parent, name):
    return any(
        f"NEW.{reference}" in rule.refuse_if
        and f"NEW.{name}" in rule.refuse_if
        and f" {parent} " in rule.refuse_if
        for rule in model.__rules__
        if rule.when == "INSERT"
    )


def test_copies_are_tied_or_mean_something_else():
    found = list(copies())
    loose = {
        (model.__tablename__, reference, name)
        for model, reference, parent, name in found
        if not is_tied(model, reference, parent, name)
    }
    assert {("withdrawals", "entry_id", "period_id"), ("results", "run_id", "period_id")} & loose == set()
    assert loose == OTHERWISE.keys()
    assert len(found) > len(loose)
