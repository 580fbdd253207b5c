"""Forms about people and units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, FileField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from kaohe.errors import Refusal
from kaohe.people.facts import choices
from kaohe.scheme.model import Fact

FACT = "fact_"


def speaks() -> str:
    """The language of the request, as texts name it."""
    return "en" if str(get_locale()) == "en" else "zh"


def put(form: Any, refusal: Refusal) -> int:
    """Show a refusal at the field it names, or on top of the form; gives the status to answer with."""
    words = refusal.say(speaks())
    if refusal.field and refusal.field in form:
        form[refusal.field].errors = [*form[refusal.field].errors, words]
    else:
        form.form_errors.append(words)
    return refusal.status


def _clean(text: str | None) -> str | None:
    return "".join(c for c in text if c.isprintable()).strip() if text else text


def _version(text: Any) -> int | None:
    return (
        int(text) if str(text or "").isascii() and str(text or "").isdigit() and len(str(text)) < 18 else None
    )


class Edited(FlaskForm):
    """A form that carries the version of what it changes."""

    version = HiddenField(filters=[_version])


def _lines(text: str | None) -> str | None:
    return "".join(c for c in text if c.isprintable() or c in "\r\n\t").strip() if text else text


def _sensible(form: Any, field: Any) -> None:
    if field.data is not None and not 1900 <= field.data.year <= 2200:
        raise ValidationError(_l("请填写 1900 年到 2200 年之间的日期"))


def _text(label: Any, *, required: Any = None, most: int = 60, **more: Any) -> StringField:
    rules = [InputRequired(required)] if required else [Optional()]
    return StringField(
        label, [*rules, Length(max=most, message=_l("最多 %(n)s 个字", n=most))], filters=[_clean], **more
    )


def _day(label: Any, *, required: Any = None, **more: Any) -> DateField:
    return DateField(label, [InputRequired(required) if required else Optional(), _sensible], **more)


class PersonForm(Edited):
    """What stands about a person."""

    number = _text(_l("工号"), required=_l("请填写工号"))
    name = _text(_l("姓名"), required=_l("请填写姓名"))
    phone = _text(_l("手机"), most=40)
    joined_on = _day(_l("入职时间"))
    note = TextAreaField(
        _l("备注"), [Optional(), Length(max=500, message=_l("最多 500 个字"))], filters=[_lines]
    )


class NewPersonForm(PersonForm):
    """A new person: also the first unit, position and facts (fields "fact_…" added by `with_facts`)."""

    unit = SelectField(_l("部门"), [InputRequired(_l("请选择部门"))], validate_choice=False)
    position = _text(_l("职务"))
    starts_on = _day(_l("在岗起始"), description=_l("从哪天起在这个部门参加考核；不填即入职时间。"))


class MoveForm(Edited):
    """A move to a unit or position from a day."""

    unit = SelectField(_l("部门"), [InputRequired(_l("请选择部门"))], validate_choice=False)
    position = _text(_l("职务"))
    on = _day(_l("生效日期"), required=_l("请填写生效日期"))


class LeaveForm(Edited):
    """The last day."""

    on = _day(_l("最后一天"), required=_l("请填写最后一天"))


class AbsenceForm(Edited):
    """Days on which a person is away."""

    kind = _text(_l("事由"), required=_l("请填写事由，如产假、进修"), most=30)
    starts_on = _day(_l("开始日期"), required=_l("请填写开始日期"))
    ends_on = _day(_l("结束日期"), description=_l("还不知道可以不填。"))
    note = _text(_l("备注"), most=200)


class FactForm(FlaskForm):
    """A fact's value from a day on."""

    value = StringField(_l("值"), [InputRequired(_l("请选择或填写"))])
    starts_on = _day(_l("生效日期"), required=_l("请填写生效日期"))
    reason = _text(_l("原因"), required=_l("请写明原因"), most=200)


class UnitForm(Edited):
    """A unit's name and code."""

    name = _text(_l("名称"), required=_l("请填写名称"))
    code = _text(_l("编号"), most=30, description=_l("可不填。"))


class NewUnitForm(UnitForm):
    """A new unit below another."""

    parent = SelectField(_l("上级部门"), [InputRequired(_l("请选择上级部门"))], validate_choice=False)


class UnitPlaceForm(Edited):
    """Where a unit hangs in the tree."""

    parent = SelectField(_l("移到"), [InputRequired(_l("请选择上级部门"))], validate_choice=False)


class CloseUnitForm(Edited):
    """The last day of a unit."""

    on = _day(_l("最后一天"), required=_l("请填写最后一天"))


class UploadForm(FlaskForm):
    """A file, or a table copied from a spreadsheet."""

    kind = HiddenField()
    file = FileField(
        _l("文件"),
        description=_l("Excel（xlsx、xls）或 CSV，最大 10 MB；标题行、合并表头、合计行都不用先删。"),
    )
    pasted = TextAreaField(_l("或粘贴"), description=_l("从表格里连同表头一起复制过来。"))
    day = _day(
        _l("从哪天起算"), description=_l("部门、职务等变化从这天起生效；新人没有入职时间的，也从这天起在岗。")
    )


def fact_field(fact: Fact) -> Any:
    """The field of a declared fact: a choice where the values are known, text else."""
    language = speaks()
    label = fact.title.say(language)
    offered = choices(fact)
    if not offered:
        return StringField(label, [Optional(), Length(max=200)])
    words = [(value, title if isinstance(title, str) else title.say(language)) for value, title in offered]
    return SelectField(
        label, [Optional()], choices=[SelectChoice(value, title) for value, title in [("", "—"), *words]]
    )


def with_facts(form_class: type[FlaskForm], facts: Sequence[Fact]) -> type[FlaskForm]:
    """The form with a field for each fact."""
    fields = {FACT + fact.code: fact_field(fact) for fact in facts}
    return type(form_class.__name__, (form_class,), fields)
