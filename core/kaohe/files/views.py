"""Files given out: pictures in the page, everything else as an attachment, nothing that could act."""

from __future__ import annotations

from typing import Any

from flask import Response, request, send_file

from kaohe.accounts.policy import Place
from kaohe.db import TenantSession
from kaohe.files import service
from kaohe.files.models import StoredFile
from kaohe.pages.blueprint import Pages
from kaohe.pages.current import current
from kaohe.pages.objects import loader

pages = Pages("files", __name__, "/files")
PAGES = [pages]
SANDBOX = "sandbox; default-src 'none'"
PICTURES = ("image/jpeg", "image/png")


@loader("file")
def load_file(session: TenantSession, ident: int) -> tuple[StoredFile, Place]:
    """A stored file and the place of what it shows."""
    file = session.need(StoredFile, ident)
    return file, service.place_of(session, file)


@pages.get("/<id:file>", allow="files.read")
def show(file: Any) -> Response:
    """The file itself, or with `?small=1` its small picture."""
    tenant = current.tenant
    assert tenant is not None
    small = request.args.get("small") == "1"
    path = service.found_path(current.databases.settings.folder, tenant.id, file, thumbnail=small)
    shrunk = path.name.endswith(service.THUMBNAIL)
    picture = file.media_type in PICTURES
    response = send_file(
        path,
        mimetype="image/jpeg" if shrunk else file.media_type,
        as_attachment=not picture,
        download_name=file.name,
        etag=f"{file.sha256}{'-small' if shrunk else ''}",
        conditional=True,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, max-age=600"
    return response
