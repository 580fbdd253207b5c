"""The forms of exemptions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length


class ExemptForm(FlaskForm):
    """Who is not ranked, and why."""

    person = HiddenField()
    person_text = StringField(_l("姓名"))
    reason = TextAreaField(
        _l("理由"),
        [InputRequired(_l("请写明不参加排名的理由。")), Length(max=1000, message=_l("最多 1000 字"))],
    )


class LiftForm(FlaskForm):
    """Why somebody is ranked again."""

    reason = StringField(
        _l("理由"), [InputRequired(_l("请写明理由。")), Length(max=1000, message=_l("最多 1000 字"))]
    )
