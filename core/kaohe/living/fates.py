"""What becomes of each reference to a person when two records are merged: one line for each, so that none is forgotten.

A test compares this list with the tables: a new column that names a person needs its line, and what it says, done.
"""

from __future__ import annotations

from enum import Enum


class Fate(Enum):
    """What a merging does with the rows that name the record that goes."""

    CARRIED = "carried"  # as far as it is open, it becomes the kept record's, or is copied to it
    REFUSED = "refused"  # while something is open, the merging is refused and says what
    STAYS = "stays"


_DONE = "Who did something when: what was done is never written anew, and the two records lead to each other."
_SEALED = "Stands in a period that is final, and is sealed with it; pages and histories read it through the merging."

FATES: dict[str, tuple[Fate, str]] = {
    "accounts.person_id": (Fate.CARRIED, "Moves when it is the only one; else it is locked and its roles end."),
    "acknowledgements.person_id": (
        Fate.STAYS,
        "Reading the scheme is confirmed for oneself; the kept record is asked once more if it never was.",
    ),
    "appeal_files.added_by": (Fate.STAYS, _DONE),
    "appeal_steps.done_by": (Fate.STAYS, _DONE),
    "appeals.filed_by": (Fate.STAYS, _DONE),
    "appeals.subject_id": (Fate.REFUSED, "One that is not decided and carried out is finished first; the rest is sealed."),
    "attributes.person_id": (Fate.CARRIED, "From the first day on, as far as the kept record has none of that day."),
    "attributes.recorded_by": (Fate.STAYS, _DONE),
    "audit_rows.person_id": (Fate.STAYS, _DONE),
    "calendar_days.by": (Fate.STAYS, _DONE),
    "calendar_years.by": (Fate.STAYS, _DONE),
    "case_clocks.person_id": (Fate.CARRIED, "Those that run or wait for a period; ended ones say who had it then."),
    "case_files.added_by": (Fate.STAYS, _DONE),
    "case_steps.person_id": (Fate.STAYS, "Said when it was taken; clocks derived from it read it through the merging."),
    "case_steps.taken_by": (Fate.STAYS, _DONE),
    "cases.logged_by": (Fate.STAYS, _DONE),
    "cases.person_id": (Fate.CARRIED, "Those that are open; closed ones say who had it last."),
    "contacts.person_id": (Fate.CARRIED, "Unless the kept record has an address of its own."),
    "decisions.decided_by": (Fate.STAYS, _DONE),
    "decisions.proposed_by": (Fate.STAYS, _DONE),
    "decisions.subject_id": (
        Fate.REFUSED,
        "One in force that rests on entries of an open period would be undone: the period is made final first.",
    ),
    "due_moves.moved_by": (Fate.STAYS, _DONE),
    "dues.subject_id": (Fate.CARRIED, "Those of open periods, and late ones that still count; filed ones with them."),
    "earlier_results.person_id": (Fate.CARRIED, "As far as the kept record has none of that period."),
    "entries.recorded_by": (Fate.STAYS, _DONE),
    "entries.subject_id": (Fate.CARRIED, "Those of open periods, by new rows to which the old ones point."),
    "erasures.done_by": (Fate.STAYS, _DONE),
    "erasures.person_id": (Fate.REFUSED, "What was erased is nobody's any more and is not merged."),
    "evidence.added_by": (Fate.STAYS, _DONE),
    "exemptions.set_by": (Fate.STAYS, _DONE),
    "exemptions.subject_id": (Fate.CARRIED, "Those that stand in periods planned or open, by a new row."),
    "files.uploaded_by": (Fate.STAYS, _DONE),
    "filing_drafts.saved_by": (Fate.STAYS, "A draft hangs on what is owed and goes along with it."),
    "filings.filed_by": (Fate.STAYS, _DONE),
    "grants.given_by": (Fate.STAYS, _DONE),
    "activation_slips.issued_by": (Fate.STAYS, _DONE),
    "import_drafts.created_by": (Fate.CARRIED, "Those that were not written yet."),
    "jobs.created_by": (Fate.STAYS, "A job runs on in the name in which it was asked for, and is forgotten soon."),
    "leaves.person_id": (Fate.CARRIED, "From the first day on, as far as the kept record was there on those days."),
    "memberships.person_id": (Fate.CARRIED, "From the first day on, as far as the kept record has none on those days."),
    "merges.done_by": (Fate.STAYS, _DONE),
    "merges.gone_id": (Fate.REFUSED, "A record goes into another once."),
    "merges.kept_id": (Fate.STAYS, "Records that went into this one before are read through both mergings."),
    "messages.person_id": (Fate.CARRIED, "Those that were not read, unless the kept record was told the same."),
    "money_accounts.subject_id": (
        Fate.REFUSED,
        "Money that is held or owed is settled first; what is withheld from wages is counted for the kept record.",
    ),
    "movements.posted_by": (Fate.STAYS, _DONE),
    "movements.subject_id": (Fate.STAYS, "Money that has moved; it stays in the statement of the account it moved on."),
    "period_steps.by": (Fate.STAYS, _DONE),
    "proposal_withdrawals.by": (Fate.STAYS, _DONE),
    "proposals.proposed_by": (Fate.STAYS, _DONE),
    "proposals.subject_id": (
        Fate.REFUSED,
        "One that waits is decided first, unless its entry goes along: then it is made anew. What holds at once stays.",
    ),
    "rating_assignments.assigned_by": (Fate.STAYS, _DONE),
    "rating_assignments.rater_id": (Fate.CARRIED, "In rounds that are not counted; a pair that is there already ends."),
    "rating_assignments.subject_id": (Fate.CARRIED, "In rounds that are not counted; a pair that is there already ends."),
    "rating_moves.moved_by": (Fate.STAYS, _DONE),
    "rating_remarks.rater_id": (Fate.CARRIED, "With its assignment, by a new row."),
    "rating_remarks.subject_id": (Fate.CARRIED, "With its assignment, by a new row."),
    "ratings.rater_id": (Fate.CARRIED, "With its assignment, by a new row of the same moment."),
    "ratings.subject_id": (Fate.CARRIED, "With its assignment, by a new row of the same moment."),
    "results.subject_id": (Fate.REFUSED, "A period closed or published is made final or reopened first; final ones are sealed."),
    "revisions.adopted_by": (Fate.STAYS, _DONE),
    "revisions.created_by": (Fate.STAYS, _DONE),
    "robots.added_by": (Fate.STAYS, _DONE),
    "runs.by": (Fate.STAYS, _DONE),
    "sheets.recorded_by": (Fate.STAYS, _DONE),
    "sheets.subject_id": (Fate.CARRIED, "Those of open periods, unless the kept record has the same one."),
    "signatures.signed_by": (Fate.STAYS, _SEALED),
    "signatures.subject_id": (Fate.STAYS, _SEALED),
    "subjects.person_id": (Fate.STAYS, "It says that the id is a person's, for what keeps that id."),
    "survey_decisions.decided_by": (Fate.STAYS, _DONE),
    "survey_decisions.subject_id": (Fate.STAYS, "Who was elected, under the record that stood for election."),
    "survey_steps.by": (Fate.STAYS, _DONE),
    "survey_subjects.subject_id": (
        Fate.CARRIED,
        "In drafts; while a survey is open or its totals wait, the merging is refused.",
    ),
    "survey_values.subject_id": (Fate.STAYS, "Answers are sealed with their survey; open ones are waited for."),
    "survey_voters.person_id": (Fate.CARRIED, "Of open surveys, by a new row: one person votes once."),
    "surveys.started_by": (Fate.STAYS, _DONE),
    "withdrawals.by": (Fate.STAYS, _DONE),
}  # fmt: skip
