"""The blueprint that the pages of ratings share, and how a round's id becomes the round."""

from __future__ import annotations

from flask import current_app

from kaohe.db import TenantSession
from kaohe.pages import Pages, loader
from kaohe.plugins import Registry
from kaohe.ratings.models import RatingRound

pages = Pages("ratings", __name__, "/ratings")


@loader("rating_round")
def load_round(session: TenantSession, ident: int) -> tuple[RatingRound, None]:
    """A round is the organisation's; its sheet is for who is assigned."""
    return session.need(RatingRound, ident), None


def registry() -> Registry:
    """The sectors of this installation."""
    return current_app.extensions["kaohe"].registry
