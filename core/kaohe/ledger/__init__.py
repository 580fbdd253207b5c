"""Accounts of money: deposits, prepayments, fines, what is withheld; every movement balanced, nothing edited."""
