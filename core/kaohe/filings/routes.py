"""The blueprint that the pages of filings share, and what each of them asks for."""

from __future__ import annotations

from flask import current_app

from kaohe.accounts.policy import Place
from kaohe.db import TenantSession
from kaohe.filings import service
from kaohe.filings.models import Due
from kaohe.pages import Pages, current, loader
from kaohe.plugins import Registry
from kaohe.scheme import Text

pages = Pages("filings", __name__, "/filings")
UNNAMED = Text("上报事项", "Filing")
"""What a filing is called whose sector is not installed any more."""


@loader("due")
def load_due(session: TenantSession, ident: int) -> tuple[Due, Place]:
    """A due is its subject's; that of a unit is its head's."""
    due = session.need(Due, ident)
    return due, service.place_of(session, due)


def registry() -> Registry:
    """The sectors of this installation."""
    return current_app.extensions["kaohe"].registry


def zone() -> str:
    """The zone in which the organisation's moments are shown."""
    assert current.tenant is not None
    return current.tenant.zone
