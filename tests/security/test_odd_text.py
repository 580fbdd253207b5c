"""Odd text in every field of every form: no 5xx, nothing cut off in silence, nothing foreign."""

from __future__ import annotations

import zlib
from urllib.parse import quote_from_bytes, urlencode

from sqlalchemy import Text, text

from kaohe.db import TenantModel

FIRST, LAST = "⟦始", "终⟧"
ODD: dict[str, str | bytes] = {
    "bidi": "甲\u202e乙\u2066丙\u200f",
    "zero width": "甲\u200b乙\u200d丙\ufeff",
    "nul": "甲\x00乙",
    "control": "甲\x07\x1b[31m\r\n乙",
    "long": FIRST + "长" * 3_000 + LAST,
    "huge": FIRST + "长" * 350_000 + LAST,
    "number": "9" * 5_000,
    "exponent": "1e999999999",
    "small": "-1e-999999",
    "nan": "NaN",
    "infinity": "-Infinity",
    "full width": "１２．５",
    "day": "9999-12-31",
    "no day": "2026-02-30",
    "first day": "0001-01-01",
    "surrogate": b"\xed\xa0\x80\xed\xbf\xbf",
    "broken": b"\xff\xfe\xc3(",
    "markup": "</textarea><script>alert(1)</script>\"'&{{7*7}}{%raise%}%s%(x)s",
    "formula": '=HYPERLINK("x")',
    "combining": "甲" + "\u0301" * 2_000,
    "emoji": "👩‍⚕️" * 50,
    "null word": "None",
    "superscript": "²",
    "huge id": "0" * 19 + "1" * 30,
}


def _cut(session):
    """Stored texts that begin as the long ones do and do not end so."""
    found = []
    for table in TenantModel.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Text) or isinstance(getattr(column.type, "impl", None), Text):
                query = f"SELECT count(*) FROM {table.name} WHERE {column.name} LIKE :a AND {column.name} NOT LIKE :b"
                if session.execute(text(query), {"a": f"%{FIRST}%", "b": f"%{LAST}%"}).scalar():
                    found.append(f"{table.name}.{column.name}")
    return found


def test_odd_text_in_every_field(hall, matrix, full, monkeypatch):
    tried, fields, complaints, statuses = 0, 0, [], {}
    look = hall._look

    def looking(session):
        look(session)
        if cutting:
            hall.happening.trespasses += [f"cut off in {where}" for where in _cut(session)]

    monkeypatch.setattr(hall, "_look", looking)
    with hall.rehearsing():
        for endpoint, shown in sorted(matrix.harvest.forms.items()):
            name = next((who for who in ("admin", "assessor", "member") if who in shown), None)
            if name is None:
                continue
            visitor, offered = hall.visitors[name], shown[name]
            route = next(r for r in hall.routes if r.endpoint == endpoint and r.method == "POST")
            usual = matrix.body(route, visitor)
            for field in offered.form.fields.values():
                if field.kind in ("file", "submit", "button") or field.name == "csrf_token":
                    continue
                fields += 1
                for kind, odd in ODD.items():
                    key = zlib.crc32(f"{endpoint}{field.name}{kind}".encode())
                    if not full and key % (30 if kind == "huge" else 8):
                        continue
                    cutting = kind == "long" and field.kind in ("text", "textarea", "search")
                    answer = _send(hall, visitor, offered.path, usual, field.name, odd)
                    tried += 1
                    statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
                    where = f"{endpoint} {field.name} [{kind}]"
                    if answer.status_code >= 500:
                        complaints.append(f"{where}: {answer.status_code} {hall.faults[-1:]}")
                    if hall.happening.trespasses:
                        complaints.append(f"{where}: {hall.happening.trespasses}")
                    if kind == "markup" and "<script>alert(1)" in answer.text:
                        complaints.append(f"{where}: markup comes back raw")
    print(
        f"odd text: {len(matrix.harvest.forms)} forms, {fields} fields, {tried} tries; answers {dict(sorted(statuses.items()))}"
    )
    assert not complaints, "\n".join(complaints)


def _send(hall, visitor, path, usual, name, odd):
    if isinstance(odd, str):
        return hall.send(visitor, "POST", path, {**usual, name: odd})
    rest = urlencode(
        {**{key: value for key, value in usual.items() if key != name}, "csrf_token": visitor.token}
    )
    body = f"{rest}&{urlencode({name: ''})}{quote_from_bytes(odd)}"
    answer = hall.client.post(
        path, data=body, headers={"Cookie": visitor.cookie}, content_type="application/x-www-form-urlencoded"
    )
    answer.get_data()
    answer.close()
    return answer


def test_odd_text_in_every_address(hall, matrix, full):
    """The same in the queries of every page that can be read."""
    admin, complaints, tried = hall.visitors["admin"], [], 0
    for route in hall.routes:
        if route.method != "GET":
            continue
        names = {
            "q",
            "page",
            "sort",
            "dir",
            "year",
            "period",
            "unit",
            *matrix.harvest.queries.get(route.endpoint, {}),
        }
        address = matrix.address(route, matrix.values(route, admin))
        for kind, odd in ODD.items():
            if kind == "huge" or (not full and zlib.crc32(f"{route.rule}{kind}".encode()) % 8):
                continue
            value = quote_from_bytes(odd if isinstance(odd, bytes) else odd[:2000].encode())
            answer = hall.send(
                admin, "GET", f"{address}?{'&'.join(f'{name}={value}' for name in sorted(names))}"
            )
            tried += 1
            if answer.status_code >= 500:
                complaints.append(f"{address} [{kind}]: {answer.status_code} {hall.faults[-1:]}")
    print(f"odd text in addresses: {tried} tries")
    assert not complaints, "\n".join(complaints)
