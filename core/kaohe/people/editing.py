"""How every form page about people and units runs: shown, checked, done by a service, or shown again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from wtforms.fields.choices import SelectChoice

from kaohe.db import is_duplicate
from kaohe.errors import Conflict, Forbidden, NotFound, Refusal
from kaohe.pages import choose, current
from kaohe.people.forms import put
from kaohe.people.models import Person, Unit


def run_form(
    form: Any,
    act: Callable[[], Any],
    *,
    done: Callable[[Any], str],
    said: str,
    newer: Callable[[], Any] | None = None,
    **page: Any,
) -> Any:
    """Answer a form page: after `act` a redirect to `done(result)` with a message, else the page with its errors.

    `newer` gives what another editor changed (an object with a version), for a form that came too late.
    """
    status = 422 if form.is_submitted() else 200
    stale = None
    if form.validate_on_submit():
        try:
            result = act()
        except (NotFound, Forbidden):
            raise
        except IntegrityError as error:
            if not is_duplicate(error):
                raise
            current.session.rollback()
            status = put(form, Conflict())
        except Refusal as refusal:
            status = put(form, refusal)
            stale = newer() if newer is not None and isinstance(refusal, Conflict) else None
        else:
            flash(said, "success")
            return redirect(done(result), 303)
    if stale is not None:
        form.version.data = stale.version
    return render_template("people/form.html", form=form, stale=stale, **page), status


def chosen_unit(action: str, ident: Any) -> Unit:
    """The unit that a form named, by the one door for ids."""
    found: Unit = choose(current.session, current.actor, action, "unit", ident)
    return found


def crumbs_of(person: Person, url: str, index: str, last: str) -> list[tuple[str, str]]:
    """The way to a form about a person."""
    return [(_("人员与部门"), index), (person.name, url), (last, "")]


def fill_choices(form: Any, name: str, choices: Sequence[tuple[str, str]], start: Any = None) -> None:
    """Give a select its choices, and its first value when the form was not sent."""
    form[name].choices = [SelectChoice(value, title) for value, title in choices]
    if start is not None and not form.is_submitted():
        form[name].data = str(start)
