"""The forms of a period's results: reopening with a reason, and the steps."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput


class ReopenForm(FlaskForm):
    """Why entries are taken again."""

    version = IntegerField(widget=HiddenInput())
    reason = TextAreaField(
        _l("重新开放的理由"),
        [InputRequired(_l("请写明理由。")), Length(max=1000)],
        description=_l("原来的结果保留，重新关闭后两次结果并列可查。"),
    )


class StepForm(FlaskForm):
    """A step that needs nothing but the state that was shown."""

    version = IntegerField(widget=HiddenInput())
