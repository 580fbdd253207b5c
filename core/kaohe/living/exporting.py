"""All that is kept of a person, as an archive of open formats: JSON, XLSX, the files as they are.

Decides that the archive holds every row that is about the person (`living.kin`), in the words of the tables, without
secrets (passwords, tokens) and without other persons: who recorded or decided is left out, for that is theirs.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kaohe.adoption import service as adoption
from kaohe.audit.models import AuditRow
from kaohe.db import TenantSession
from kaohe.entries.models import Entry, EntryReason
from kaohe.files import service as files
from kaohe.files.models import StoredFile
from kaohe.living.kin import Kin, files_named, kin
from kaohe.people import service as people
from kaohe.people.models import Attribute, Leave, Membership, Merge, Person, Unit
from kaohe.periods import service as periods
from kaohe.periods.models import Period
from kaohe.reports.spreadsheet import Column, Sheet, write_workbook
from kaohe.results.models import Result, Run
from kaohe.scheme import Fact, Text

SECRETS = ("tenant_id", "password_hash", "token_hash", "code_hash", "form_token", "salt", "claim", "digest")
MOST_ROWS = 5_000
Tell = Callable[[int, int, Text | None], None]

README = """本压缩包是“{name}”（工号 {number}）在{tenant}考核系统中保存的全部数据，导出于 {at}。

data.json    每张表的每一行；编号是系统内的编号，时间为 UTC
summary.xlsx 便于阅读的概要：任职、属性、请假、考核结果、考核记录
files/       上传的照片和文件，文件名前是编号

不包括密码、登录令牌，也不包括别人的信息（谁录入、谁决定）。

This archive holds everything that {tenant} keeps of {name} ({number}), exported at {at}: data.json (every row, times in
UTC), summary.xlsx (for reading), files/ (what was uploaded). It holds no passwords and nothing of other people.
"""


OTHERS_OWN = ("survey_values", "survey_voters", "ratings", "rating_remarks", "rating_assignments")
"""What others said about the person in confidence, single or anonymous: their own, and in nobody else's archive."""


def records_of(session: TenantSession, person_id: int) -> list[int]:
    """The person's record and those that went into it."""
    found = [person_id]
    for ident in found:
        gone = select(Merge.gone_id).where(Merge.kept_id == ident).order_by(Merge.id)
        found += [one for one in session.scalars(gone) if one not in found]
    return found


def write_archive(
    session: TenantSession,
    person: Person,
    target: Path,
    *,
    folder: Path,
    tenant: str,
    now: datetime,
    tell: Tell | None = None,
) -> dict[str, int]:
    """Write the archive to `target`, whole or not at all; gives how many rows and files it holds."""
    ids = records_of(session, person.id)
    tables = [one for one in kin(ids) if one.table not in OTHERS_OWN]
    said = tell or (lambda _done, _total, _note: None)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".writing")
    counts = {"rows": 0, "files": 0}
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        data: dict[str, list[dict[str, Any]]] = {
            "persons": [_row(one, ids) for one in _persons(session, ids)]
        }
        for place, one in enumerate(tables):
            rows = _rows(session, one, ids)
            if rows:
                data[one.table] = rows
            said(place, len(tables), Text("收集数据", "Gathering the data"))
        acts = session.scalars(select(AuditRow).where(AuditRow.person_id.in_(ids)).order_by(AuditRow.id))
        data["acts"] = [_row(one, ids) for one in acts.yield_per(MOST_ROWS)]
        counts["rows"] = sum(map(len, data.values()))
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=1))
        archive.writestr("summary.xlsx", _summary(session, ids, now))
        for file in _files(session, ids):
            counts["files"] += _put(archive, session, folder, file)
        at = f"{now.astimezone(session.zone):%Y-%m-%d %H:%M}"
        words = README.format(name=person.name, number=person.number, tenant=tenant, at=at)
        archive.writestr("README.txt", words)
    os.replace(temporary, target)
    return counts


def _persons(session: TenantSession, ids: Sequence[int]) -> list[Person]:
    return list(session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id)))


def _rows(session: TenantSession, one: Kin, ids: Sequence[int]) -> list[dict[str, Any]]:
    query = select(one.model).where(one.condition).order_by(one.model.id)
    return [_row(row, ids) for row in session.scalars(query.execution_options(yield_per=MOST_ROWS))]


def _row(row: Any, ids: Sequence[int]) -> dict[str, Any]:
    """A row as JSON holds it: ids and figures as text, no secrets, nobody else."""
    found = {}
    for column in row.__table__.columns:
        value = getattr(row, column.name)
        target = row.__refs__.get(column.name)
        if column.name in SECRETS or (target == "persons" and value not in ids):
            continue
        found[column.name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if isinstance(value, int) else value


def _files(session: TenantSession, ids: Sequence[int]) -> Iterator[StoredFile]:
    found: set[int] = set()
    for query in files_named(ids):
        found |= set(session.scalars(query))
    yield from session.scalars(select(StoredFile).where(StoredFile.id.in_(found)).order_by(StoredFile.id))


def _put(archive: zipfile.ZipFile, session: TenantSession, folder: Path, file: StoredFile) -> int:
    path = files.path_of(folder, session.tenant_id, file.sha256)
    if not path.is_file():
        return 0
    archive.write(path, f"files/{file.id}-{file.name}")
    return 1


def _summary(session: TenantSession, ids: Sequence[int], now: datetime) -> bytes:
    target = io.BytesIO()
    sheets = [
        _dated(session, ids),
        _facts(session, ids),
        _leaves(session, ids),
        _results(session, ids),
        _entries(session, ids),
    ]
    write_workbook(target, sheets, now=now, zone=session.zone)
    return target.getvalue()


def _dated(session: TenantSession, ids: Sequence[int]) -> Sheet:
    query = (
        select(Unit.name, Membership.position, Membership.starts_on, Membership.ends_on)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.person_id.in_(ids))
        .order_by(Membership.starts_on)
    )
    columns = [Column("部门"), Column("职务"), Column("开始", "date"), Column("结束", "date")]
    return Sheet("任职", columns, iter(session.execute(query).all()))


def _facts(session: TenantSession, ids: Sequence[int]) -> Sheet:
    query = (
        select(Attribute).where(Attribute.person_id.in_(ids)).order_by(Attribute.name, Attribute.starts_on)
    )
    known = {fact.code: fact for fact in _declared(session)}
    rows = (
        [*_fact_said(known.get(one.name), one), one.starts_on, one.reason] for one in session.scalars(query)
    )
    return Sheet("属性", [Column("属性"), Column("值"), Column("生效日期", "date"), Column("理由")], rows)


def _declared(session: TenantSession) -> list[Fact]:
    """The facts of the schemes that are adopted or prepared here, as their newest revisions declare them."""
    by_adoption = adoption.revisions_of_all(session, adoption.adoptions(session))
    newest = [revisions[0] for revisions in by_adoption.values() if revisions]
    return people.declared(adoption.scheme_of(session, one.id) for one in newest)


def _fact_said(fact: Fact | None, held: Attribute) -> tuple[str, str]:
    """The name of a fact and its value in words, or both as they are kept where no scheme declares it any more."""
    if fact is None:
        return held.name, str(held.value)
    value = next((one.title.zh for one in fact.values if one.code == str(held.value)), str(held.value))
    return fact.title.zh, value


def _leaves(session: TenantSession, ids: Sequence[int]) -> Sheet:
    query = select(Leave).where(Leave.person_id.in_(ids)).order_by(Leave.starts_on)
    rows = ([one.kind, one.starts_on, one.ends_on, one.note] for one in session.scalars(query))
    columns = [Column("种类"), Column("开始", "date"), Column("结束", "date"), Column("备注")]
    return Sheet("请假", columns, rows)


def _results(session: TenantSession, ids: Sequence[int]) -> Sheet:
    query = (
        select(
            Run.revision_id,
            Period.title_zh,
            Run.number,
            Run.standing,
            Result.score,
            Result.rank_unit,
            Result.rank_all,
            Result.grade,
        )
        .join(Run, Run.id == Result.run_id)
        .join(Period, Period.id == Result.period_id)
        .where(Result.subject_id.in_(ids))
        .order_by(Period.starts_on, Run.number)
    )
    rows = (
        [title, number, "现行" if stands else "", score, _grade_said(session, revision, grade), *ranks]
        for revision, title, number, stands, score, *ranks, grade in session.execute(query)
    )
    columns = [Column("周期"), Column("第几次计算", "whole"), Column("现行")]
    columns += [
        Column("得分", "number"),
        Column("等次"),
        Column("部门（同类）内名次", "whole"),
        Column("名次", "whole"),
    ]
    return Sheet("考核结果", columns, rows)


def _grade_said(session: TenantSession, revision_id: int, code: str | None) -> str | None:
    grade = adoption.scheme_of(session, revision_id).grade(code) if code else None
    return grade.title.zh if grade is not None else code


def _entries(session: TenantSession, ids: Sequence[int]) -> Sheet:
    columns = [Column("周期"), Column("日期", "date"), Column("考核细则"), Column("数值", "number")]
    columns += [Column("选定的分值", "number"), Column("理由", width=40), Column("有效")]
    return Sheet("考核记录", columns, _entry_rows(session, ids))


def _entry_rows(session: TenantSession, ids: Sequence[int]) -> Iterator[list[Any]]:
    query = (
        select(Entry, Period, EntryReason.words)
        .join(Period, Period.id == Entry.period_id)
        .outerjoin(EntryReason, EntryReason.id == Entry.id)
        .where(Entry.subject_id.in_(ids))
        .order_by(Entry.happened_on, Entry.id)
    )
    for entry, period, words in session.execute(query):
        found = adoption.scheme_of(session, period.revision_id).find(entry.clause_id)
        title = found.title.zh if found else ""
        stands = "是" if entry.replaced_by is None else "否"
        yield [
            periods.title_of(period).zh,
            entry.happened_on,
            title,
            entry.quantity,
            entry.points,
            words,
            stands,
        ]
