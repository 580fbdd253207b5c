"""Questionnaires and secret ballots."""
