"""What can be wrong with long work, in words for the person who asked for it."""

from __future__ import annotations

from kaohe.errors import Refusal


class JobLost(Exception):
    """Another worker has taken this job over; this one must stop and write nothing more."""


class JobBroken(Refusal):
    """The work stopped on a fault of the program; the log knows more under the job's number."""

    zh = "处理中断：程序出错，编号 {number}。请把编号告诉系统管理员，或稍后再试。"
    en = "The work stopped on a fault of the program, number {number}. Tell the operator the number, or try again later."
    status = 500


class JobGivenUp(Refusal):
    """The work was begun several times and each time its process ended before it."""

    zh = "处理了 {tries} 次都没有完成：处理它的进程中途停止了。请稍后再试。"
    en = "Begun {tries} times without an end: the process that did it stopped halfway. Try again later."
    status = 500


class NoHandler(Refusal):
    """Nobody in this installation knows how to do this kind of work."""

    zh = "这种任务（{kind}）目前没有程序能处理。"
    en = "Nothing here knows how to do this kind of work ({kind})."
    status = 500
