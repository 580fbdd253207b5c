"""The people of a world by role, and where each is at home."""

from __future__ import annotations

ROLES = ("admin", "assessor", "member", "colleague", "other_assessor", "outsider")
HOMES = ("office", "first", "first", "first", "second", "second")
EVERYBODY = "everybody"
"""Whose a thing is that all roles share."""
