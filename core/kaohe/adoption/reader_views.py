"""Pages of reading a revision: one's own acknowledgement, and for administrators who has read it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from kaohe.adoption import reader_lists
from kaohe.adoption import service as adoption
from kaohe.adoption.models import Revision
from kaohe.adoption.refusals import NotAdopted
from kaohe.adoption.routes import pages
from kaohe.errors import Forbidden
from kaohe.pages import current
from kaohe.pages.workbooks import workbook


@pages.post("/<id:revision>/acknowledge", allow="adoption.acknowledge")
def acknowledge(revision: Revision) -> Any:
    """The signed-in person has read this revision."""
    if revision.state != "adopted":
        if not current.actor.is_admin:
            raise Forbidden
        raise NotAdopted(title=adoption.scheme_of(current.session, revision.id).title, day=current.today)
    adoption.acknowledge(current.session, revision, person_id=current.actor.person_id, now=current.now)
    flash(_("已记下：您学习了第 %(n)s 版", n=revision.number), "plus")
    return redirect(url_for("adoption.show", revision=revision.id), 303)


@pages.get("/<id:revision>/readers", allow="adoption.edit")
def readers(revision: Revision) -> Any:
    """Who has acknowledged a revision and who has not, by unit."""
    return render_template("adoption/readers.html", **reader_lists.readers_page(revision))


@pages.get("/<id:revision>/readers.xlsx", allow="adoption.edit")
def readers_export(revision: Revision) -> Any:
    """The same list as a workbook."""
    return workbook(f"{_('学习确认')} {current.today}", reader_lists.readers_sheet(revision))
