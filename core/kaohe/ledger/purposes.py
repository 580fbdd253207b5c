"""What money moves for, in words; the codes stand in the database and never change."""

from __future__ import annotations

from kaohe.scheme import Text

OPENING, PAY_IN, REFUND, FORFEIT = "opening", "pay_in", "refund", "forfeit"
FINE, COLLECT, SETTLE, REVERSE = "fine", "collect", "settle", "reverse"

PURPOSES: dict[str, Text] = {
    OPENING: Text("期初余额", "Opening balance"),
    PAY_IN: Text("收款", "Paid in"),
    REFUND: Text("退款", "Refund"),
    FORFEIT: Text("没收", "Forfeited"),
    FINE: Text("罚款", "Fine"),
    COLLECT: Text("收缴罚款", "Fine collected"),
    SETTLE: Text("结算", "Settlement"),
    REVERSE: Text("冲正", "Reversal"),
}
PENDING = (OPENING, PAY_IN, FINE)
"""Purposes that may leave something to settle: a prepayment, or a fine that is to be paid."""
ON_PAPER = (OPENING, PAY_IN, REFUND, FORFEIT, COLLECT, SETTLE)
"""Purposes with a form to print and sign."""


def purpose_said(code: str) -> Text:
    """A purpose in words."""
    return PURPOSES.get(code, Text(code, code))
