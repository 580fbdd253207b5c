"""The blueprint that the pages of messages share, and what their addresses name."""

from kaohe.accounts.policy import Place
from kaohe.db import TenantSession
from kaohe.messages.models import Delivery, Message, Robot
from kaohe.pages import Pages, loader

pages = Pages("messages", __name__, "/messages")


@loader("message")
def load_message(session: TenantSession, ident: int) -> tuple[Message, Place]:
    """A message is that of the person it was written to."""
    found = session.need(Message, ident)
    return found, Place(person_id=found.person_id)


@loader("robot")
def load_robot(session: TenantSession, ident: int) -> tuple[Robot, Place | None]:
    """A group robot is the organisation's."""
    return session.need(Robot, ident), None


@loader("delivery")
def load_delivery(session: TenantSession, ident: int) -> tuple[Delivery, Place | None]:
    """A message's way out is the administrators' affair."""
    return session.need(Delivery, ident), None
