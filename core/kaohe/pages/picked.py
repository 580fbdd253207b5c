"""What a picker of people sent: an id and, beside it, the name that it was chosen by.

Decides that an id counts only while its name is seen: with the name emptied, nobody is meant any more.
"""

from __future__ import annotations

from collections.abc import Mapping


def is_unseen(sent: Mapping[str, str], name: str) -> bool:
    """Whether the picker `name` sent an id together with an emptied name."""
    words = sent.get(f"{name}_text")
    return bool(sent.get(name)) and words is not None and not words.strip()
