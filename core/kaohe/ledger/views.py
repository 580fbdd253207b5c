"""Pages of money: balances, a person's statement, paying in and out, settling, reversing, papers, the payroll list.

Whoever moves money is never the owner of the account; a form that was sent twice is one movement; what a service
refuses stands at its field, and what was typed stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from kaohe.accounts.policy import Place, allowed
from kaohe.db import TenantSession
from kaohe.entries import typed
from kaohe.errors import Forbidden, NotFound, Refusal
from kaohe.ledger import list_views as _list_views  # registers itself
from kaohe.ledger import paper_views as _paper_views
from kaohe.ledger import purposes
from kaohe.ledger import service as ledger
from kaohe.ledger.forms import CollectForm, MoneyForm, PayInForm, RefundForm, ReverseForm, SettleForm
from kaohe.ledger.models import Movement
from kaohe.ledger.papers import paper_of
from kaohe.ledger.routes import pages
from kaohe.pages import current, loader
from kaohe.pages.objects import load
from kaohe.people.models import Person, Unit

PAGES = [pages]
OTHERS = (_list_views, _paper_views)


@loader("movement")
def load_movement(session: TenantSession, ident: int) -> tuple[Movement, Place]:
    """A movement is its person's or unit's; one of nobody lies with its holder."""
    found = session.need(Movement, ident)
    if found.subject_id is not None:
        name = "person" if session.get(Person, found.subject_id) is not None else "unit"
        _object, place = load(session, name, found.subject_id)
        if place is not None:
            own = place.unit_path if name == "unit" else None  # its head moves none of its money
            return found, Place(place.person_id, place.unit_path, of_unit=own, past_path=place.past_path)
    holder = session.need(Unit, found.unit_id)
    return found, Place(unit_path=holder.path)


@pages.get("/home", allow="self")
def home() -> Any:
    """Everybody's balances for who manages them, one's own account for everybody else."""
    if allowed(current.actor, "money.list"):
        return redirect(url_for("ledger.index"))
    return redirect(url_for("ledger.show", subject=current.actor.person_id))


def _kinds(form: Any, book: ledger.Book) -> None:
    found = [*book.of_use("deposit"), *book.of_use("prepayment")]
    form.kind.choices = [SelectChoice(one.code, one.title.say(current.language)) for one in found]


def _act(form: MoneyForm) -> ledger.Act:
    return ledger.Act(
        f"form:{current.actor.person_id}:{typed.token(form.key.data) or ''}",
        current.actor.person_id,
        current.now,
        current.today,
        form.happened_on.data or current.today,
        form.reason.data,
        also=current.actor.also,
    )


def _done(form: Any, do: Callable[[], Movement | None]) -> tuple[Movement | None, int]:
    """Do it: the movement, or the form with what was refused at its field, and the status to answer with."""
    if not form.validate_on_submit():
        return None, 422
    try:
        if not typed.token(form.key.data):
            raise NotFound
        moved = do()
    except (NotFound, Forbidden):
        raise
    except Refusal as refusal:
        current.session.rollback()
        field = getattr(form, refusal.field or "", None) or form.happened_on
        field.errors = [*field.errors, refusal.say(current.language)]
        return None, refusal.status
    if moved is None:
        form.happened_on.errors = [*form.happened_on.errors, _("账上没有余额，没有入账。")]
        return None, 409
    current.notes["movement"] = str(moved.id)
    return moved, 303


def _amount(form: Any, name: str = "amount") -> int | None:
    return typed.yuan(getattr(form, name).data, name)


@pages.form("/of/<id:person>/pay-in", allow="money.move")
def pay_in(person: Person) -> Any:
    """A deposit or a prepayment is paid in."""
    form, book, status = PayInForm(), ledger.book_of(current.session), 200
    _kinds(form, book)
    if request.method == "POST":
        moved, status = _done(
            form,
            lambda: ledger.pay_in(
                current.session,
                book,
                person.id,
                kind=form.kind.data,
                amount_fen=_amount(form) or 0,
                act=_act(form),
                opening=bool(form.opening.data),
            ),
        )
        if moved is not None:
            return _to(moved, _("已入账，可以打印收据"))
    else:
        form.happened_on.data = current.today
        wanted = [
            ledger.expected_fen(current.session, book.kind(choice.value), [person.id], current.today)[
                person.id
            ]
            for choice in form.kind.choices or []
        ]
        if wanted and wanted[0]:
            form.amount.data = f"{wanted[0] // 100}.{wanted[0] % 100:02d}".removesuffix(".00")
    form.mark()
    return render_template(
        "ledger/move.html", form=form, person=person, title=_("收款"), save=_("入账"), page_title=_("收款")
    ), status


@pages.form("/of/<id:person>/refund", allow="money.move")
def refund(person: Person) -> Any:
    """A deposit or a prepayment goes back."""
    form, book, status = RefundForm(), ledger.book_of(current.session), 200
    _kinds(form, book)
    if request.method == "POST":
        moved, status = _done(
            form,
            lambda: ledger.refund(
                current.session,
                book,
                person.id,
                kind=form.kind.data,
                amount_fen=_amount(form),
                act=_act(form),
            ),
        )
        if moved is not None:
            return _to(moved, _("已退款，可以打印退款单"))
    else:
        form.happened_on.data = current.today
    form.mark()
    return render_template(
        "ledger/move.html",
        form=form,
        person=person,
        title=_("退款"),
        save=_("退款入账"),
        page_title=_("退款"),
    ), status


def _to(movement: Movement, said: str) -> Any:
    flash(said, "plus")
    return redirect(url_for("ledger.movement", movement=movement.id), 303)


@pages.get("/movements/<id:movement>", allow="money.read")
def movement(movement: Movement) -> Any:
    """One movement: its postings, who made it and why, what can be done with it."""
    return _movement_page(movement)


def _movement_page(movement: Movement, form: Any = None, doing: str = "", status: int = 200) -> Any:
    found = paper_of(current.session, movement, current.language)
    place = current.places.get("movement")
    forms = {"settle": SettleForm, "collect": CollectForm, "reverse": ReverseForm}
    made = {}
    for name, one in forms.items():
        made[name] = form if name == doing else one(formdata=None)
        made[name].mark()
        if made[name].happened_on.data is None and not made[name].errors:
            made[name].happened_on.data = current.today
    return render_template(
        "ledger/movement.html",
        paper=found,
        movement=movement,
        forms=made,
        doing=doing,
        may=allowed(current.actor, "money.move", place) and not current.actor.is_me(movement.subject_id),
        said=purposes.purpose_said,
        page_title=found.title.say(current.language),
    ), status


def _acted(movement: Movement, form: Any, doing: str, do: Callable[[], Movement], said: str) -> Any:
    moved, status = _done(form, do)
    if moved is not None:
        return _to(moved, said)
    movement = current.session.need(Movement, movement.id)
    return _movement_page(movement, form, doing, status)


@pages.post("/movements/<id:movement>/settle", allow="money.move")
def settle(movement: Movement) -> Any:
    """A prepayment's cost is known."""
    form, book = SettleForm(), ledger.book_of(current.session)
    return _acted(
        movement,
        form,
        "settle",
        lambda: ledger.settle(
            current.session, book, movement, cost_fen=_amount(form, "cost") or 0, act=_act(form)
        ),
        _("已结算，可以打印结算单"),
    )


@pages.post("/movements/<id:movement>/collect", allow="money.move")
def collect(movement: Movement) -> Any:
    """A fine is paid."""
    form, book = CollectForm(), ledger.book_of(current.session)
    return _acted(
        movement,
        form,
        "collect",
        lambda: ledger.collect(current.session, book, movement, act=_act(form)),
        _("已收缴，可以打印收据"),
    )


@pages.post("/movements/<id:movement>/reverse", allow="money.move")
def reverse(movement: Movement) -> Any:
    """A movement is taken back by one of its own."""
    form, book = ReverseForm(), ledger.book_of(current.session)
    current.notes["reason"] = form.reason.data or ""
    return _acted(
        movement,
        form,
        "reverse",
        lambda: ledger.reverse(current.session, book, movement, act=_act(form)),
        _("已冲正；原来的一笔保留"),
    )
