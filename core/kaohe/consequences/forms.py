"""The forms of deciding: yes or no with a reason, one proposal or many."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional


class DecideForm(FlaskForm):
    """Whether a proposal is carried out, and why; the new post where the effect moves somebody."""

    accepted = RadioField(
        _l("决定"),
        [InputRequired(_l("请选择是否执行。"))],
        choices=[SelectChoice("yes", _l("执行")), SelectChoice("no", _l("不执行"))],
    )
    position = StringField(
        _l("调整后的岗位"),
        [Optional(), Length(max=100)],
        description=_l("可不填；填了就从今天起登记为新岗位，原岗位保留在履历里。"),
    )
    reason = TextAreaField(_l("理由"), [InputRequired(_l("请写明理由。")), Length(max=1000)])
    back = HiddenField()


class DecideManyForm(FlaskForm):
    """The same decision with the same reason for those that were ticked."""

    accepted = RadioField(
        _l("决定"),
        [InputRequired(_l("请选择是否执行。"))],
        choices=[SelectChoice("yes", _l("执行")), SelectChoice("no", _l("不执行"))],
    )
    reason = TextAreaField(_l("理由"), [InputRequired(_l("请写明理由。")), Length(max=1000)])
