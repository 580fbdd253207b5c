"""Rules that tie a row's copies of its parent's columns to the parent.

A child keeps a copy (the period of its entry, the subject of its sheet) where a read or another rule needs it without
a join. A foreign key alone lets the copy say something else than the parent; such a row would be counted in one place
and shown in another, or get past a rule that asks the copy. `tied` refuses it.
"""

from __future__ import annotations

from kaohe.db.walls import Rule


def tied(column: str, parent: str, *same: str, when: str = "INSERT") -> Rule:
    """Refuse a row whose `same` columns differ from those of the row of `parent` that `column` names."""
    held = " AND ".join(f"NOT (p.{name} IS DISTINCT FROM NEW.{name})" for name in same)
    return Rule(
        "foreign",
        when,
        f"NEW.{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {parent} p "  # noqa: S608
        f"WHERE p.tenant_id = NEW.tenant_id AND p.id = NEW.{column} AND {held})",
    )
