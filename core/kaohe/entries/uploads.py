"""Evidence from a form: checked outside of the transaction, then kept; at most so many files at once."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from werkzeug.datastructures import FileStorage

from kaohe.files import quota
from kaohe.files import service as files
from kaohe.files.content import Checked, check_evidence
from kaohe.files.models import StoredFile
from kaohe.files.refusals import FileRefusal
from kaohe.pages.current import current

MOST_FILES = 10


class TooManyFiles(FileRefusal):
    """More files than one entry takes at once."""

    zh, en = "一次最多传 {most} 个文件。", "At most {most} files at once."
    field = "files"


def sent(name: str = "files") -> list[FileStorage]:
    """The files that were really chosen."""
    return [one for one in request.files.getlist(name) if one and one.filename]


def checked(name: str = "files") -> list[Checked]:
    """Every chosen file, checked. Checking takes long, so the transaction begun for the request is let go first."""
    found = sent(name)
    if not found:
        return []
    if len(found) > MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)
    quota.check_room(
        current.session,
        folder=current.databases.settings.folder,
        person_id=current.actor.person_id,
        now=current.now,
        adding=1,
    )
    current.session.commit()
    try:
        return [check_evidence(one.read(), one.filename or "") for one in found]
    except FileRefusal as refusal:
        refusal.field = name
        raise


def keep(found: Sequence[Checked]) -> list[StoredFile]:
    """Store checked files and write their rows."""
    folder = current.databases.settings.folder
    return files.keep_all(current.session, folder=folder, found=found, actor=current.actor, now=current.now)
