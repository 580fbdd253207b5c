"""What a browser sends, read before anything else looks at it.

Decides that the character NUL is dropped from every field and address: no database keeps it as text, nobody types it, and
what surrounds it is handled as if it had not been sent.
"""

from __future__ import annotations

from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict

NUL = "\x00"


class Sent(ImmutableMultiDict[str, str]):
    """The fields of a form or an address, without NUL."""

    def __init__(self, mapping: Any = None) -> None:
        super().__init__(mapping)
        held: Any = dict.values(self)  # for each name a list of texts, or of files
        for values in held:
            values[:] = [value.replace(NUL, "") if isinstance(value, str) else value for value in values]


class Asked(Request):
    """A request whose texts hold no NUL."""

    parameter_storage_class = Sent
