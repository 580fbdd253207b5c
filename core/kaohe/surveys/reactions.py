"""What other features know of surveys: where the survey is seen that an entry was made from."""

from __future__ import annotations

from kaohe.db import TenantSession
from kaohe.entries.origins import Where, register
from kaohe.scheme import Text
from kaohe.surveys.about import title_of
from kaohe.surveys.closing import ORIGIN
from kaohe.surveys.models import HeldSurvey


def where(session: TenantSession, ident: int) -> Where | None:
    """The page of a survey."""
    survey = session.get(HeldSurvey, ident)
    return None if survey is None else Where("surveys.show", {"survey": survey.id}, title_of(survey))


register(ORIGIN, Text("问卷与投票", "Survey or ballot"), where)
