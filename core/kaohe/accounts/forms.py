"""Forms of the doors, of one's own account and of its administration."""

from __future__ import annotations

from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from kaohe.errors import Refusal


def _stripped(text: str | None) -> str | None:
    return "".join(c for c in text if c.isprintable()).strip() if text else text


def put(form: Any, refusal: Refusal) -> int:
    """Show a refusal at the field it names, or on top of the form; gives the status to answer with."""
    words = refusal.say("en" if str(get_locale()) == "en" else "zh")
    if refusal.field and refusal.field in form:
        form[refusal.field].errors = [*form[refusal.field].errors, words]
    else:
        form.form_errors.append(words)
    return refusal.status


class SignInForm(FlaskForm):
    """Staff number and password."""

    number = StringField(
        _l("工号"),
        [InputRequired(_l("请填写工号")), Length(max=60, message=_l("工号太长"))],
        filters=[_stripped],
    )
    password = PasswordField(
        _l("密码"), [InputRequired(_l("请填写密码")), Length(max=400, message=_l("密码最多 200 个字符"))]
    )


class _NewPassword:
    password = PasswordField(
        _l("新密码"),
        [InputRequired(_l("请填写新密码")), Length(max=400, message=_l("密码最多 200 个字符"))],
        description=_l("至少 8 个字符；管理员和考核人至少 10 个。不能是工号、姓名或常见密码。"),
    )
    again = PasswordField(
        _l("再输一遍"),
        [InputRequired(_l("请再输一遍新密码")), EqualTo("password", message=_l("两遍输入不一样"))],
    )


class ActivateForm(_NewPassword, FlaskForm):
    """Staff number, printed code, new password twice."""

    number = StringField(
        _l("工号"),
        [InputRequired(_l("请填写工号")), Length(max=60, message=_l("工号太长"))],
        filters=[_stripped],
    )
    code = StringField(
        _l("激活码"),
        [InputRequired(_l("请填写激活单上的激活码")), Length(max=60, message=_l("激活码是三组共 12 个字符"))],
        description=_l("激活单上的三组字符，大小写、空格都不要紧。"),
    )


class PasswordForm(_NewPassword, FlaskForm):
    """Another password for oneself."""

    old = PasswordField(_l("原密码"), [InputRequired(_l("请填写原密码")), Length(max=400)])


class ViewForm(FlaskForm):
    """Language and height of rows."""

    language = RadioField(
        _l("语言"), [Optional()], choices=[SelectChoice("zh", "中文"), SelectChoice("en", "English")]
    )
    density = RadioField(
        _l("行高"),
        [Optional()],
        choices=[
            SelectChoice("compact", _l("紧凑")),
            SelectChoice("standard", _l("标准")),
            SelectChoice("roomy", _l("宽松")),
        ],
    )


class RoleForm(FlaskForm):
    """A role for an account."""

    role = RadioField(
        _l("角色"),
        [InputRequired(_l("请选择角色"))],
        choices=[
            SelectChoice("assessor", _l("考核人：负责一个部门及其下级")),
            SelectChoice("admin", _l("管理员：管理整个单位")),
        ],
    )
    unit = SelectField(
        _l("部门"), [Optional()], validate_choice=False, description=_l("只有考核人需要选部门。")
    )
    starts_on = DateField(_l("从"), [InputRequired(_l("请填写开始日期"))])
    ends_on = DateField(_l("到（含）"), [Optional()], description=_l("留空表示长期。"))


class DeputyForm(FlaskForm):
    """A stand-in for a unit, from day to day."""

    deputy = StringField(
        _l("代理人"),
        [InputRequired(_l("请填写代理人的工号或姓名")), Length(max=100)],
        filters=[_stripped],
        description=_l("填工号或姓名；本部门的人会列出来供选择。"),
    )
    unit = SelectField(_l("部门"), [InputRequired(_l("请选择部门"))], validate_choice=False)
    starts_on = DateField(_l("从"), [InputRequired(_l("请填写开始日期"))])
    ends_on = DateField(_l("到（含）"), [InputRequired(_l("请填写结束日期"))])
