"""The door under a crowd: no more children than its gate lets through, and the rest wait or are told so."""

from __future__ import annotations

import threading
import time

import pytest
from tests.files.test_hostile import jpeg

from kaohe.files import child
from kaohe.files.content import check_evidence
from kaohe.files.refusals import Busy


def test_only_so_many_children_read_at_once_and_all_get_their_turn(monkeypatch):
    running, most, lock = 0, 0, threading.Lock()
    start = child._start

    def counted(*args):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        try:
            return start(*args)
        finally:
            with lock:
                running -= 1

    monkeypatch.setattr(child, "_start", counted)
    done: list[str] = []
    crowd = [
        threading.Thread(target=lambda: done.append(check_evidence(jpeg(), "a.jpg").kind)) for _ in range(8)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert done == ["picture"] * 8
    assert most == 2


def test_whoever_waits_too_long_is_told(monkeypatch):
    monkeypatch.setattr(child, "PATIENCE", 0.05)
    gate = threading.BoundedSemaphore(1)
    gate.acquire()
    began = time.perf_counter()
    with pytest.raises(Busy) as refusal:
        child.run("kaohe.files.pictures:clean_here", jpeg(), {"kind": "jpeg"}, gate=gate)
    assert time.perf_counter() - began < 2
    assert refusal.value.status == 503
    gate.release()
    assert child.run("kaohe.files.pictures:clean_here", jpeg(), {"kind": "jpeg"}, gate=gate)
