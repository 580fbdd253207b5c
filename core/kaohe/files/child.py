"""A child process for reading what strangers sent: bounded memory, CPU, time and answer.

Decides how a reading function is started, limited and ended. The child inherits no environment, no open file and
no working directory; it gets the bytes on its standard input and answers with bytes whose first line is JSON, so
that nothing from it is ever unpickled. Whatever goes wrong in it is a refusal here: too slow, too much memory,
unreadable.

Memory and CPU limits need a POSIX system; elsewhere the time and the answer are still bounded.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from kaohe.files.limits import AT_ONCE, PATIENCE, Limits
from kaohe.files.refusals import (
    TABLES,
    Busy,
    FileRefusal,
    TooMuchMemory,
    TooSlow,
    Unreadable,
    Words,
    packed,
    unpacked,
)

FOUND = Words("文件", "file")
DOOR = threading.BoundedSemaphore(AT_ONCE)
_HEAD = 64 * 1024
_CHUNK = 1024 * 1024
_MEMORY_EXIT = 77

Task = Callable[[bytes, dict[str, Any]], bytes]


class ChildFault(RuntimeError):
    """The function in the child has a bug: it raised what is not a refusal. Carries the child's traceback."""


def run(
    task: str,
    data: bytes,
    options: Mapping[str, Any] | None = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    found: Words = FOUND,
    accepted: Words = TABLES,
    gate: threading.BoundedSemaphore = DOOR,
) -> bytes:
    """What the function `task` ("package.module:function") answers to `data`, run in a child process.

    The function takes `(data, options)` and returns bytes; `options` travel as JSON. Raises the `FileRefusal` that
    the function raised, `TooSlow`, `TooMuchMemory`, or `Unreadable` (saying `found` and `accepted`) when the child
    dies; `ChildFault` when the function itself is broken. Only so many children run at once as `gate` lets through,
    so that a crowd of uploads takes no more memory than a few; `Busy` when the turn does not come.
    """
    if not gate.acquire(timeout=PATIENCE):
        raise Busy
    try:
        return _run(task, data, options, limits, found, accepted)
    finally:
        gate.release()


def _run(
    task: str,
    data: bytes,
    options: Mapping[str, Any] | None,
    limits: Limits,
    found: Words,
    accepted: Words,
) -> bytes:
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answer:
        given.write(data)
        given.seek(0)
        code = _start(task, dict(options or {}), limits, given, answer)
        answer.seek(0)
        text = answer.read(limits.output + _HEAD + 1)
    return _answer(code, text, limits, found, accepted)


def _start(task: str, options: dict[str, Any], limits: Limits, given: BinaryIO, answer: BinaryIO) -> int:
    order = json.dumps({"task": task, "options": options, "limits": vars(limits)})
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-I", "-X", "utf8", "-m", "kaohe.files.child", order],
        stdin=given,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        cwd=os.path.abspath(os.sep),
        close_fds=True,
        start_new_session=os.name == "posix",
    ) as process:
        try:
            _wait(process, limits.wall)
            return process.wait(timeout=0.001)
        except subprocess.TimeoutExpired:
            raise TooSlow from None
        finally:
            if process.poll() is None:
                process.kill()


def _environment() -> dict[str, str]:
    """Nothing of ours; what the system itself cannot start without."""
    needed = ("SYSTEMROOT", "WINDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {"LC_ALL": "C.UTF-8", **{name: os.environ[name] for name in needed if name in os.environ}}


def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait for the end without polling where the system can tell it."""
    if not hasattr(os, "pidfd_open"):
        process.wait(timeout=seconds)
        return
    try:
        handle = os.pidfd_open(process.pid)
    except OSError:
        process.wait(timeout=seconds)
        return
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        poll.poll(seconds * 1000)
    finally:
        os.close(handle)


def _answer(code: int, text: bytes, limits: Limits, found: Words, accepted: Words) -> bytes:
    if code == _MEMORY_EXIT or code == -signal.SIGABRT or len(text) > limits.output + _HEAD:
        raise TooMuchMemory
    if code < 0 and -code == getattr(signal, "SIGXCPU", -1):
        raise TooSlow
    head, newline, body = text.partition(b"\n")
    if code != 0 or not newline or len(head) > _HEAD:
        raise Unreadable(found=found, accepted=accepted)
    try:
        said = json.loads(head)
    except ValueError:
        raise Unreadable(found=found, accepted=accepted) from None
    if "refused" in said:
        raise unpacked(said["refused"])
    if "fault" in said:
        raise ChildFault(str(said["fault"]))
    if said.get("length") != len(body):
        raise TooMuchMemory
    return body


def _limit(limits: Mapping[str, Any]) -> None:
    try:
        import resource
    except ImportError:
        return
    cpu = int(limits["cpu"])
    for what, soft, hard in (
        (resource.RLIMIT_AS, int(limits["memory"]), int(limits["memory"])),
        (resource.RLIMIT_CPU, cpu, cpu + 2),
        (resource.RLIMIT_FSIZE, int(limits["output"]) + _HEAD, int(limits["output"]) + _HEAD),
        (resource.RLIMIT_NOFILE, 64, 64),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(what, (soft, hard))


def main(order: str) -> None:
    """The child: limit itself, read, call, answer."""
    told = json.loads(order)
    _limit(told["limits"])
    module, _, name = told["task"].partition(":")
    try:
        task: Task = getattr(importlib.import_module(module), name)
        body = task(sys.stdin.buffer.read(), told["options"])
        if len(body) > told["limits"]["output"]:
            raise TooMuchMemory
        head: dict[str, Any] = {"length": len(body)}
    except FileRefusal as refusal:
        head, body = {"refused": packed(refusal)}, b""
    except MemoryError:
        os._exit(_MEMORY_EXIT)
    except Exception:
        head, body = {"fault": traceback.format_exc()[-4000:]}, b""
    out = sys.stdout.buffer
    out.write(json.dumps(head).encode() + b"\n")
    for start in range(0, len(body), _CHUNK):
        out.write(body[start : start + _CHUNK])
    out.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
