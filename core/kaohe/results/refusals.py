"""What closing, publishing and deciding refuse, in both languages."""

from __future__ import annotations

from kaohe.errors import Conflict, Forbidden, Refusal


class NotOpen(Conflict):
    """Only an open period, or one whose closing was interrupted, can be closed."""

    zh = "“{title}”现在是“{state}”，不能关闭。"
    en = "“{title}” is {state} and cannot be closed."


class AlreadyClosing(Conflict):
    """Another closing of the period was quicker."""

    zh = "“{title}”已经由另一次关闭算好了，这一次没有写入。"
    en = "Another closing of “{title}” was quicker; this one wrote nothing."


class ReopenedMeanwhile(Conflict):
    """The period was reopened while it was being computed."""

    zh = "计算期间“{title}”被重新开放，没有写入结果。"
    en = "“{title}” was reopened while it was being computed; no results were written."


class NobodyTakesPart(Refusal):
    """Closing needs somebody to assess."""

    zh = "“{title}”没有一个人参加考核，不能关闭。请检查人员、部门和方案的适用范围。"
    en = "Nobody takes part in “{title}”; it cannot be closed. Check people, units and the scheme's scope."


class NotComputed(Conflict):
    """Publishing and sealing need results."""

    zh = "“{title}”还没有算好的结果。"
    en = "“{title}” has no computed results yet."


class ResultsDiffer(Conflict):
    """The stored results are not the ones that were computed: they are not sealed."""

    zh = "“{title}”存着的结果与计算时的校验值不符，没有定稿。请先复算并查明原因。"
    en = "The stored results of “{title}” do not match the digest of their computing; not sealed. Replay first and find the cause."


class NotProposed(Conflict):
    """There is no such effect to decide in the standing results."""

    zh = "这一项已不在待决定之列，请刷新页面。"
    en = "This is no longer waiting for a decision; reload the page."


class AlreadyDecided(Conflict):
    """A decision is not changed."""

    zh = "这一项已经决定过了，不能再改。"
    en = "This is decided already and cannot be changed."


class OwnCase(Forbidden):
    """Nobody decides about oneself."""

    zh = "不能决定与自己有关的事项。"
    en = "Nobody decides about oneself."


class Proposer(Forbidden):
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


class NotPublished(Forbidden):
    """Members see the league of what is published."""

    zh = "“{title}”的结果还没有公示。"
    en = "The results of “{title}” are not published yet."
