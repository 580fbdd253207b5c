"""Statements and forms of money: on the page, to be printed, and as PDF; each under the policy of its page."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, request, url_for

from kaohe.accounts.policy import allowed
from kaohe.ledger import printed, purposes
from kaohe.ledger import service as ledger
from kaohe.ledger.capitals import capitals
from kaohe.ledger.models import Movement
from kaohe.ledger.papers import paper_of
from kaohe.ledger.routes import pages
from kaohe.pages import current
from kaohe.pages.lists import ListState
from kaohe.papers.views import answer
from kaohe.people.models import Person, Unit


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat((request.args.get(name) or "")[:10])
    except ValueError:
        return None


@pages.get("/of/<id:subject>", allow="money.read")
def show(subject: Person | Unit) -> Any:
    """Somebody's accounts as a statement; the newest changes on the first page."""
    first, last = _day("first"), _day("last")
    session, book = current.session, ledger.book_of(current.session)
    place = current.places.get("subject")
    is_person = isinstance(subject, Person)
    state = ListState.read(request.args, request.path, keep=("first", "last"))
    page = state.paged(ledger.how_many_changes(session, subject.id, ledger.Stretch(first, last)))
    end = page.total - page.offset
    skipped = max(end - page.per, 0)
    stretch = ledger.Stretch(first, last, skipped, end - skipped)
    return render_template(
        "ledger/show.html",
        subject=subject,
        is_person=is_person,
        own=current.actor.is_me(subject.id),
        statements=ledger.statement(session, subject.id, stretch),
        list=state,
        paged=page,
        carried=first is not None or skipped > 0,
        kinds={one.code: one for one in book.kinds},
        first=first,
        last=last,
        expected=_expected(book, subject),
        said=purposes.purpose_said,
        may=is_person and allowed(current.actor, "money.move", place),
        has_deposits=bool(book.of_use("deposit") or book.of_use("prepayment")),
        page_title=subject.name,
    )


def _expected(book: ledger.Book, subject: Person | Unit) -> list[tuple[Any, int, int]]:
    """The deposits that are not paid in whole: the account, the whole, what is short."""
    found = []
    if isinstance(subject, Person) and subject.left_on is None:
        for kind in book.of_use("deposit"):
            held = ledger.balance_on(current.session, subject.id, kind.code)
            wanted = ledger.expected_fen(current.session, kind, [subject.id], current.today)[subject.id]
            if wanted and held < wanted:
                found.append((kind.title, wanted, wanted - held))
    return found


@pages.get("/of/<id:subject>/statement.pdf", allow="money.read")
def statement_pdf(subject: Person | Unit) -> Any:
    """The statement of the stretch of days that the page shows, whole."""
    first, last = _day("first"), _day("last")
    found = ledger.statement(current.session, subject.id, ledger.Stretch(first, last))
    return answer(printed.statement_paper(subject, found, first, last))


@pages.get("/movements/<id:movement>/paper", allow="money.read")
def paper(movement: Movement) -> Any:
    """The receipt or form of a movement, to be printed and signed."""
    found = paper_of(current.session, movement, current.language)
    return render_template(
        "ledger/paper.html",
        paper=found,
        capitals=capitals,
        back_url=url_for("ledger.movement", movement=movement.id),
        paper_url=url_for("ledger.pdf", movement=movement.id),
        page_title=found.title.say(current.language),
    )


@pages.get("/movements/<id:movement>/paper.pdf", allow="money.read")
def pdf(movement: Movement) -> Any:
    """The same as PDF."""
    found = paper_of(current.session, movement, current.language)
    return answer(printed.movement_paper(found), f"{found.title.say(current.language)} {found.serial}")
