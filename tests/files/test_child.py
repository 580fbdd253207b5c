"""The child process: bounded, without our secrets, and never trusted."""

from __future__ import annotations

import io
import signal
import time

import pytest
import xlsxwriter

from kaohe.files import child
from kaohe.files.child import ChildFault, run
from kaohe.files.limits import MB, Limits
from kaohe.files.refusals import TABLES, TooMuchMemory, TooSlow, Unreadable, Words

READ = "kaohe.files.tables:read_here"
CSV = {"kind": "text", "name": "a.csv"}


def rows(count: int) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    page = book.add_worksheet("A")
    for line in range(count):
        page.write_row(line, 0, [f"text {line} {column}" for column in range(9)])
    book.close()
    return target.getvalue()


def test_it_answers() -> None:
    assert run(READ, "甲,1\n".encode(), CSV).decode().count("甲") == 1


def test_the_start_costs_little() -> None:
    start = time.perf_counter()
    for _ in range(5):
        run(READ, b"a,b\n", CSV)
    assert time.perf_counter() - start < 5 * 0.6


def test_no_secret_is_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAOHE_SECRET_KEY", "do not tell")
    assert run("os:getenvb", b"KAOHE_SECRET_KEY") == b""
    assert run("os:getenvb", b"PATH") == b""
    assert run("os:getenvb", b"LC_ALL") == b"C.UTF-8"


def test_too_slow() -> None:
    with pytest.raises(TooSlow):
        run(READ, rows(20_000), {"kind": "xlsx", "name": "a.xlsx"}, Limits(wall=0.15))


def test_too_much_processor_time() -> None:
    endless = b"%PDF-1.4\n1 0 obj\n<< /Filter /FlateDecode >>\n" + (
        b"stream\n\x78\x01" + b"\x00\x00\x00\xff\xff" * 1_900_000
    )
    many = (
        endless + b"\n1 0 obj << /Filter /FlateDecode >> stream\n\x78\x01" * 400 + b"\nstartxref\n0\n%%EOF\n"
    )
    with pytest.raises((TooSlow, Unreadable)):
        run("kaohe.files.pdfs:check_here", many, {}, Limits(cpu=1, wall=20))


def test_too_much_memory() -> None:
    with pytest.raises(TooMuchMemory):
        run(READ, rows(30_000), {"kind": "xlsx", "name": "a.xlsx"}, Limits(memory=80 * MB))


def test_too_long_an_answer() -> None:
    with pytest.raises(TooMuchMemory):
        run(READ, b"some,text\n" * 9_000, CSV, Limits(output=10_000))


def test_a_bug_is_not_the_users_fault() -> None:
    with pytest.raises(ChildFault, match="TypeError"):
        run("json:loads", b"{}")
    with pytest.raises(ChildFault, match="ModuleNotFoundError"):
        run("kaohe.nowhere:nothing", b"")


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        (-signal.SIGSEGV, b"", Unreadable),
        (-signal.SIGABRT, b"", TooMuchMemory),
        (-signal.SIGKILL, b"", Unreadable),
        (1, b"", Unreadable),
        (0, b"", Unreadable),
        (0, b"no newline", Unreadable),
        (0, b"not json\nbody", Unreadable),
        (0, b'{"length": 9}\nshort', TooMuchMemory),
        (0, b"\x80\x04cos\nsystem\n(S'id'\ntR.", Unreadable),
    ],
)
def test_an_odd_answer_is_a_refusal(code: int, text: bytes, expected: type[Exception]) -> None:
    with pytest.raises(expected):
        child._answer(code, text, Limits(), Words("文件", "file"), TABLES)
