"""Publicity of results: signatures and appeals. A front door; each name is decided in the module it comes from."""

from kaohe.appeals.carrying import carry_out, pending, settle
from kaohe.appeals.deciding import Remedy, decide, remedies_for, take_up, why_not, withdraw
from kaohe.appeals.filing import Deadline, appealed, deadline, file
from kaohe.appeals.reading import (
    STATES,
    Ranked,
    View,
    Wanted,
    about_entry,
    about_subject,
    how_many,
    listing,
    steps_of,
    unsettled,
    view_of,
)
from kaohe.appeals.signing import (
    Signed,
    holds,
    may_speak,
    sign,
    signatures_of,
    signed_subjects,
    speaks_for,
    unsigned,
)

__all__ = [
    "STATES",
    "Deadline",
    "Ranked",
    "Remedy",
    "Signed",
    "View",
    "Wanted",
    "about_entry",
    "about_subject",
    "appealed",
    "carry_out",
    "deadline",
    "decide",
    "file",
    "holds",
    "how_many",
    "listing",
    "may_speak",
    "pending",
    "remedies_for",
    "settle",
    "sign",
    "signatures_of",
    "signed_subjects",
    "speaks_for",
    "steps_of",
    "take_up",
    "unsettled",
    "unsigned",
    "view_of",
    "why_not",
    "withdraw",
]
