"""What exempting from rank refuses, in both languages."""

from __future__ import annotations

from kaohe.errors import Conflict, Forbidden, Refusal


class PeriodClosed(Conflict):
    """It is set before the results are computed."""

    zh = "“{title}”已经关闭。要改不参加排名的人，请先重新开放。"
    en = "“{title}” is closed; reopen it first to change who is not ranked."


class ReasonMissing(Refusal):
    """An exemption says why."""

    zh, en = "请写明不参加排名的理由。", "Say why somebody is not ranked."
    field = "reason"


class AlreadyExempt(Conflict):
    """Nothing to do."""

    zh = "{name}本期已经不参加排名。"
    en = "{name} is exempt from ranking in this period already."
    field = "person"


class NotExempt(Conflict):
    """Nothing to lift."""

    zh = "{name}本期没有免于排名。"
    en = "{name} is not exempt from ranking in this period."


class OwnRank(Forbidden):
    """Nobody exempts oneself."""

    zh = "不能把自己设为不参加排名。"
    en = "Nobody exempts oneself from ranking."
