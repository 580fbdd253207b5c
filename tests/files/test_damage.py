"""Damaged at random: whatever bytes arrive, the answer is a file or a refusal, never a fault of ours."""

from __future__ import annotations

import contextlib
import io
import zlib

import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kaohe.files import limits, pdfs, pictures, tables
from kaohe.files.content import clean_name, look
from kaohe.files.kinds import check_name
from kaohe.files.refusals import PICTURES_AND_PDF, FileRefusal


def picture(encoding: str) -> bytes:
    target = io.BytesIO()
    Image.effect_noise((40, 30), 50).convert("RGB").save(target, encoding)
    return target.getvalue()


def workbook() -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    page = book.add_worksheet("A")
    for line in range(6):
        page.write_row(line, 0, ["甲", line, 90.5, "x" * line])
    book.close()
    return target.getvalue()


def document() -> bytes:
    packed = zlib.compress(b"5 0 << /Type /Font >>")
    return (
        b"%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page >>\nendobj\n"
        b"4 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter [/ASCII85Decode /FlateDecode] >>\nstream\n"
        + packed
        + b"\nendstream\nendobj\n6 0 obj\n<< /Filter /ASCIIHexDecode >>\nstream\n48656c6c6f>\nendstream\nendobj\n"
        b"trailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
    )


SOUND = {
    "jpeg": picture("JPEG"),
    "png": picture("PNG"),
    "webp": picture("WEBP"),
    "pdf": document(),
    "xlsx": workbook(),
    "text": "姓名,成绩\n甲,90\n".encode("gb18030"),
}


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    kind = draw(st.sampled_from(sorted(SOUND)))
    data = bytearray(SOUND[kind])
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(data) - 1))
        match draw(st.sampled_from(("change", "cut", "insert", "repeat"))):
            case "change":
                data[place] = draw(st.integers(0, 255))
            case "cut":
                del data[place : place + draw(st.integers(1, 40))]
            case "insert":
                data[place:place] = draw(st.binary(max_size=20))
            case "repeat":
                data[place:place] = data[place : place + 30]
        if not data:
            break
    return kind, bytes(data)


@settings(deadline=None, max_examples=600)
@given(damaged())
def test_damage_is_refused_or_harmless(given_: tuple[str, bytes]) -> None:
    kind, data = given_
    options = {"kind": kind, "name": "a"}
    task = {"pdf": pdfs.check_here, "xlsx": tables.read_here, "text": tables.read_here}.get(
        kind, pictures.clean_here
    )
    with contextlib.suppress(FileRefusal):
        assert task(data, options)


@given(st.binary(max_size=300), st.text(max_size=80))
def test_any_bytes_and_any_name_have_a_kind_or_a_refusal(data: bytes, name: str) -> None:
    kind = look(data)
    assert kind.words.zh
    with contextlib.suppress(FileRefusal):
        check_name(name, kind, PICTURES_AND_PDF)
    with contextlib.suppress(FileRefusal):
        tables.read_here(data, {"kind": "text", "name": name})


@given(st.text(max_size=300), st.sampled_from([None, "jpg", "pdf"]))
def test_any_name_comes_out_harmless(name: str, extension: str | None) -> None:
    clean = clean_name(name, extension)
    assert clean
    assert clean.isprintable()
    assert not set(clean) & set('/\\:*?"<>|\0')
    assert not clean.startswith(".")
    assert len(clean) <= limits.NAME_CHARACTERS
    assert len(clean.encode()) <= limits.NAME_BYTES
    assert extension is None or clean.endswith("." + extension)


@given(st.text(max_size=300))
def test_any_pasted_text_is_a_table_or_refused(text: str) -> None:
    with contextlib.suppress(FileRefusal):
        assert tables.read_pasted(text).rows
