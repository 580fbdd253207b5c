"""Accounts of money: balanced postings in whole fen."""
