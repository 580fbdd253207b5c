"""The one blueprint of surveys."""

from __future__ import annotations

from kaohe.accounts.policy import Place
from kaohe.db import TenantSession
from kaohe.pages import Pages, loader
from kaohe.surveys.models import HeldSurvey

pages = Pages("surveys", __name__)


@loader("survey")
def load_survey(session: TenantSession, ident: int) -> tuple[HeldSurvey, Place | None]:
    """A survey belongs to the whole organisation; what of it is shown is the page's business."""
    return session.need(HeldSurvey, ident), None
