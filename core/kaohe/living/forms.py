"""The forms of living on."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length


class MergeForm(FlaskForm):
    """Which number stays, and why the two records are one person's."""

    kept = HiddenField()
    gone = HiddenField()
    number = RadioField(_l("保留的工号"), [InputRequired(_l("请选择保留哪个工号。"))], validate_choice=False)
    reason = TextAreaField(
        _l("理由"), [InputRequired(_l("请写明合并的理由。")), Length(max=1000, message=_l("最多 1000 字"))]
    )


class EraseForm(FlaskForm):
    """Why, and the number typed again."""

    basis = RadioField(
        _l("依据"),
        [InputRequired(_l("请选择依据。"))],
        choices=[
            SelectChoice("request", _l("本人要求")),
            SelectChoice("period_over", _l("保存期限已满")),
        ],
    )
    confirm = StringField(_l("再输入一次工号"), [InputRequired(_l("请输入工号。")), Length(max=60)])
