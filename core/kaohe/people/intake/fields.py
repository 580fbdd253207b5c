"""The columns that a staff list may have: the usual ones, and those of the facts that sectors declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kaohe.files.columns import Choice, Field, HintRule, Words, numbered_choices
from kaohe.scheme.model import Fact

FACT = "fact:"
LEAVING = HintRule(
    "left",
    Words("可能已离职", "May have left"),
    ("离职", "辞职", "离岗", "调出", "调离", "解聘", "辞退", "退休", "resigned", "left", "retired"),
)
ABSENCES = (
    "产假",
    "病假",
    "事假",
    "陪产假",
    "哺乳假",
    "休假",
    "长假",
    "进修",
    "外出学习",
    "停薪留职",
    "借调",
    "maternity",
    "sick leave",
    "on leave",
)
AWAY = HintRule("leave", Words("可能在休假", "May be on leave"), ABSENCES)

NUMBER = Field(
    "number",
    Words("工号", "Staff no."),
    (
        "职工号",
        "员工号",
        "人员编号",
        "员工编号",
        "职工编号",
        "工作证号",
        "编号",
        "employee no",
        "staff id",
        "number",
    ),
    kind="code",
    required=True,
    unique=False,
)
NAME = Field(
    "name",
    Words("姓名", "Name"),
    ("名字", "员工姓名", "职工姓名", "人员姓名", "full name"),
    kind="name",
    required=True,
)
UNIT = Field(
    "unit",
    Words("部门", "Unit"),
    (
        "科室",
        "所属部门",
        "所在部门",
        "所在科室",
        "单位",
        "工作单位",
        "部门名称",
        "班组",
        "分公司",
        "department",
        "team",
    ),
    kind="unit",
)
POSITION = Field(
    "position",
    Words("职务", "Position"),
    ("岗位", "职位", "职称", "岗位名称", "job title", "post"),
    kind="text",
)
JOINED = Field(
    "joined_on",
    Words("入职时间", "Joined on"),
    (
        "入职日期",
        "入职",
        "入院时间",
        "聘用日期",
        "到岗日期",
        "参加工作时间",
        "hire date",
        "date joined",
        "joined",
    ),
    kind="date",
)
PHONE = Field(
    "phone", Words("手机", "Phone"), ("手机号", "手机号码", "联系电话", "电话", "mobile"), kind="text"
)
NOTE = Field(
    "note",
    Words("备注", "Note"),
    ("说明", "remark", "remarks", "comment"),
    kind="text",
    hints=(LEAVING, AWAY),
)
USUAL = (NUMBER, NAME, UNIT, POSITION, JOINED, PHONE, NOTE)


def roster_fields(facts: Sequence[Fact], words: Mapping[str, Iterable[str]]) -> tuple[Field, ...]:
    """The fields of a staff list; `words` are the sectors' own headings by field or fact code."""
    usual = [with_words(field, words) for field in USUAL]
    return (*usual, *(fact_field(fact, words) for fact in facts if not fact.several))


def fact_field(fact: Fact, words: Mapping[str, Iterable[str]]) -> Field:
    """The column of a declared fact; its code is "fact:" and the fact's own."""
    title = Words(fact.title.zh, fact.title.en)
    names = tuple(words.get(fact.code, ()))
    code = FACT + fact.code
    if fact.kind == "level":
        forms = ("{}", *(f"{{}}{character}" for character in fact.title.zh), f"{{}}{fact.title.zh}")
        forms += tuple(form for form in words.get(f"{fact.code}:values", ()) if "{}" in form)
        levels = range(fact.low or 0, (fact.high if fact.high is not None else 9) + 1)
        return Field(code, title, names, kind="choice", choices=numbered_choices(levels, forms))
    if fact.kind == "choice":
        choices = tuple(Choice(one.code, (one.title.zh, one.title.en, one.code)) for one in fact.values)
        return Field(code, title, names, kind="choice", choices=choices)
    return Field(code, title, names, kind="text")


def absence_word(text: str) -> str:
    """The kind of absence that a remark names."""
    return next((word for word in ABSENCES if word in text), ABSENCES[5])


def merged_words(all_words: Iterable[Mapping[str, Iterable[str]]]) -> dict[str, tuple[str, ...]]:
    """The headings of several sectors together."""
    found: dict[str, tuple[str, ...]] = {}
    for words in all_words:
        for code, names in words.items():
            found[code] = (*found.get(code, ()), *names)
    return found


def with_words(field: Field, words: Mapping[str, Iterable[str]]) -> Field:
    """The field with the sectors' own headings beside the usual ones."""
    extra = tuple(words.get(field.code, ()))
    if not extra:
        return field
    return Field(
        field.code,
        field.title,
        (*field.names, *extra),
        kind=field.kind,
        required=field.required,
        hints=field.hints,
    )
