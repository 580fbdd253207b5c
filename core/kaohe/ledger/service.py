"""What other features may ask of the accounts of money.

A front door only: each name is decided in the module that it comes from.
"""

from kaohe.ledger.books import Book, book_of, declares, expected_fen, share_of
from kaohe.ledger.moving import (
    Act,
    collect,
    fine,
    forfeit,
    pay_in,
    refund,
    reverse,
    settle,
)
from kaohe.ledger.reading import (
    Withheld,
    accounts_of,
    balance_on,
    balances,
    lines_of,
    made_from,
    payroll,
    reason_of,
    recount,
    sum_of_all,
)
from kaohe.ledger.standing import reversal_of, settlement_of
from kaohe.ledger.statement import (
    AccountStatement,
    StatementLine,
    Stretch,
    how_many_changes,
    statement,
)

__all__ = [
    "AccountStatement",
    "Act",
    "Book",
    "StatementLine",
    "Stretch",
    "Withheld",
    "accounts_of",
    "balance_on",
    "balances",
    "book_of",
    "collect",
    "declares",
    "expected_fen",
    "fine",
    "forfeit",
    "how_many_changes",
    "lines_of",
    "made_from",
    "pay_in",
    "payroll",
    "reason_of",
    "recount",
    "refund",
    "reversal_of",
    "reverse",
    "settle",
    "settlement_of",
    "share_of",
    "statement",
    "sum_of_all",
]
