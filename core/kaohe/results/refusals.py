"""What closing and publishing refuse, in both languages."""

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


class NotPublished(Forbidden):
    """Members see the league of what is published."""

    zh = "“{title}”的结果还没有公示。"
    en = "The results of “{title}” are not published yet."
