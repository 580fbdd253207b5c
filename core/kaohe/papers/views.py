"""Papers given out: short ones at once, long ones as a job whose result is fetched here.

Decides nothing about who may see what: a feature builds its paper from what its own page shows, under the policy of
that page, and gives it to `answer`.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Response, redirect, render_template, request, send_file, url_for

from kaohe.errors import NotFound
from kaohe.jobs.models import Job
from kaohe.jobs.views import start as begin
from kaohe.pages import Pages, current
from kaohe.papers import service
from kaohe.papers.jobs import MAKE
from kaohe.papers.paper import Paper
from kaohe.scheme import Text

pages = Pages("papers", __name__, "/papers")
PAGES = [pages]


def answer(paper: Paper, name: Any = "") -> Any:
    """The paper as a download, in the reader's language; a long one as a page that offers to make it in the background.

    `name` is what the file is called, without ending; else the period and the title.
    """
    plain = service.pack(paper, current.language)
    file = service.filename(paper, current.language, name)
    if service.is_long(plain):
        return _offered(plain, file)
    return _sent(BytesIO(service.print_plain(plain)), file)


def _offered(plain: dict[str, Any], file: str) -> Any:
    assert current.tenant is not None
    folder = current.databases.settings.folder
    key = service.put_down(folder, current.tenant.id, current.actor.person_id, plain, file)
    return render_template(
        "papers/long.html", page_title=plain["title"], about=plain["period"], pages=plain["pages"], key=key
    )


def _sent(found: BytesIO | Path, file: str) -> Response:
    answer = send_file(found, mimetype=service.MEDIA_PDF, as_attachment=True, download_name=file)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers.pop("Expires", None)
    return answer


@pages.post("/start", allow="papers.make")
def start() -> Any:
    """Make a long paper that one was shown a moment ago."""
    assert current.tenant is not None
    key = request.form.get("paper", "")
    plain = service.waiting(
        current.databases.settings.folder, current.tenant.id, current.actor.person_id, key
    )
    about = Text(plain["title"], plain["title"])
    job = begin(MAKE, {"paper": key, "pages": plain["pages"], "file": plain["file"]}, about=about)
    return redirect(url_for("jobs.show", job=job.id), 303)


@pages.get("/<id:job>", allow="jobs.read")
def fetch(job: Job) -> Any:
    """The PDF that a job made."""
    assert current.tenant is not None
    if job.kind != MAKE or job.state != "done":
        raise NotFound
    path = service.made(current.databases.settings.folder, current.tenant.id, str(job.args["paper"]))
    return _sent(path, str(job.args["file"]))
