"""What deciding refuses, in both languages."""

from __future__ import annotations

from kaohe.errors import Conflict, Forbidden, Refusal


class NotProposed(Conflict):
    """What was proposed does not wait any more: its ground is gone."""

    zh = "这一项已不在待决定之列，请刷新页面。"
    en = "This is no longer waiting for a decision; reload the page."


class AlreadyDecided(Conflict):
    """A decision is not changed."""

    zh = "这一项已经决定过了，不能再改。"
    en = "This is decided already and cannot be changed."


class AtOnce(Conflict):
    """A fine or a cancelled award holds by being recorded; its entry is withdrawn, not decided."""

    zh = "这一项录入即生效，不用决定；录错了请撤回那条考核记录。"
    en = "This holds by being recorded and needs no decision; if it is wrong, withdraw its entry."


class WithItsDismissal(Conflict):
    """The deposit follows the decision about the engagement."""

    zh = "保证金随“{title}”一并决定，请决定那一项。"
    en = "The deposit is decided together with “{title}”; decide that one."


class OwnCase(Forbidden):
    """Nobody decides about oneself."""

    zh = "不能决定与自己有关的事项。"
    en = "Nobody decides about oneself."


class Proposer(Forbidden):
    """Who closed the period, or made the entry, proposed this."""

    zh = "这一项是由您关闭周期或录入而提出的，要由别人决定。"
    en = "Your closing or your entry proposed this; somebody else decides."


class Closer(Proposer):
    """Who closed the period proposed this."""

    zh = "这一期是您关闭的，由此提出的事项要由别人决定。"
    en = "You closed this period and so proposed this; somebody else decides."


class Recorder(Forbidden):
    """Who recorded the fact does not decide what follows."""

    zh = "相关记录是您录入的，要由别人决定。"
    en = "You recorded the fact behind this; somebody else decides."


class ReasonMissing(Refusal):
    """A decision says why."""

    zh, en = "请写明理由。", "Give a reason."
    field = "reason"


class WordsTooLong(Refusal):
    """More than a decision needs."""

    zh, en = "最多 {most} 个字，现在 {count} 个。", "At most {most} characters; these are {count}."
    field = "reason"


class NothingChosen(Refusal):
    """Deciding many needs some of them."""

    zh, en = "请先勾选要一并决定的事项。", "Tick what is to be decided together first."
