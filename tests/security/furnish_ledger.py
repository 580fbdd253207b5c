"""Money and consequences in the worlds of the matrix: everybody has a deposit, and something proposed about them."""

from __future__ import annotations

from kaohe.consequences.proposing import Called, propose
from kaohe.ledger import service as ledger
from kaohe.scheme import Effect, Text
from kaohe.tenants import service as tenants
from kaohe.testing.roles import HOMES, ROLES
from kaohe.testing.world import World

HARD = {
    "consequences.decide_many": "each ticked one is decided by somebody who may; the rest is named",
}
BODIES: dict[str, dict[str, str]] = {
    "consequences.decide": {"accepted": "no", "reason": "核对"},
    "consequences.decide_many": {"accepted": "no", "reason": "核对"},
    "ledger.pay_in": {"kind": "deposit", "amount": "1", "key": "matrix1"},
    "ledger.refund": {"kind": "deposit", "amount": "1", "key": "matrix2"},
    "ledger.settle": {"cost": "1", "key": "matrix3"},
    "ledger.collect": {"key": "matrix4"},
    "ledger.reverse": {"reason": "核对", "key": "matrix5"},
}


def furnish(world: World) -> None:
    """Switch a sector with accounts on; pay a deposit in for each role, and propose a notice about each."""
    with world.session() as session:
        tenants.switch_on(session, "coach_transport", now=world.now)
        book = ledger.book_of(session)
        called = []
        for role, home in zip(ROLES, HOMES, strict=True):
            person = world.people[role]
            act = ledger.Act(
                f"furnish-{role}", None, world.now, world.today, world.today, f"收据{world.marker}"
            )
            paid = ledger.pay_in(session, book, person.id, kind="deposit", amount_fen=500_000, act=act)
            world.keep("movement", role, paid.id)
            called.append(
                Called(
                    key=f"furnish:{role}",
                    made="closed",
                    period_id=world.before.id,
                    subject_id=person.id,
                    unit_id=world.units[home].id,
                    clause_id=0,
                    occurrence=1,
                    effect=Effect("notice", Text(f"诫勉{world.marker}", f"admonished {world.marker}")),
                    title=Text(f"依据{world.marker}", f"Grounds {world.marker}"),
                    reasons=[["2026-01-01", "2026-01-31", f"得分{world.marker}", f"points {world.marker}"]],
                )
            )
        for role, ident in zip(ROLES, propose(session, called, world.now), strict=True):
            world.keep("proposal", role, ident)
        session.commit()
