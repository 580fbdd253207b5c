"""The forms of appeals: to file one, to decide one, to carry decisions out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, MultipleFileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

WORDS = Length(max=1000, message=_l("最多 1000 字"))


class FileForm(FlaskForm):
    """Why one appeals, with evidence; `late` only after the deadline."""

    reason = TextAreaField(_l("申诉理由"), [InputRequired(_l("请写明申诉理由。")), WORDS])
    late = TextAreaField(_l("逾期受理的理由"), [Optional(), WORDS])
    files = MultipleFileField(
        _l("佐证"), description=_l("照片或 PDF，每个不超过 10 MB。不要拍到他人的脸和隐私资料。")
    )


class DecideForm(FlaskForm):
    """Whether an appeal holds, what follows, and why."""

    outcome = RadioField(
        _l("决定"),
        [InputRequired(_l("请选择成立或不成立。"))],
        choices=[SelectChoice("upheld", _l("成立")), SelectChoice("rejected", _l("不成立"))],
    )
    remedy = RadioField(_l("成立的，怎样改正"), [Optional()], validate_choice=False)
    clause_id = SelectField(_l("补记的细则"), [Optional()], validate_choice=False)
    quantity = StringField(_l("数值"), [Optional(), Length(max=40)])
    points = StringField(_l("分值"), [Optional(), Length(max=40)])
    happened_on = DateField(_l("日期"), [Optional()])
    reason = TextAreaField(_l("理由"), [InputRequired(_l("请写明决定的理由。")), WORDS])


class CarryOutForm(FlaskForm):
    """Until when the new results are public."""

    until = DateField(
        _l("重新公示至"),
        [InputRequired(_l("请填写日期"))],
        description=_l("这一天为新的申诉截止日；定稿日不早于它。"),
    )
