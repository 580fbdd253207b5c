"""The forms that move money: an amount in yuan, a day, a reason; each carries a mark that makes it one movement."""

from __future__ import annotations

from uuid import uuid4

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional


class MoneyForm(FlaskForm):
    """What every movement asks: the day, and a mark of this form."""

    happened_on = DateField(_l("日期"), [InputRequired(_l("请填写日期"))])
    reason = TextAreaField(_l("说明"), [Optional(), Length(max=500)])
    key = HiddenField()

    def mark(self) -> None:
        """Give the form a mark of its own when it is shown for the first time."""
        if not self.key.data:
            self.key.data = uuid4().hex


class PayInForm(MoneyForm):
    """A deposit or a prepayment comes in."""

    kind = SelectField(_l("账户"), [InputRequired(_l("请选择账户"))])
    amount = StringField(_l("金额（元）"), [InputRequired(_l("请填写金额")), Length(max=20)])
    opening = BooleanField(_l("期初余额：这笔钱在启用本系统以前已经收到"))


class RefundForm(MoneyForm):
    """A deposit or a prepayment goes back."""

    kind = SelectField(_l("账户"), [InputRequired(_l("请选择账户"))])
    amount = StringField(
        _l("金额（元）"), [Optional(), Length(max=20)], description=_l("不填就是把余额全部退还")
    )


class SettleForm(MoneyForm):
    """What the thing cost."""

    cost = StringField(_l("实际费用（元）"), [InputRequired(_l("请填写实际费用")), Length(max=20)])


class CollectForm(MoneyForm):
    """A fine is paid."""


class ReverseForm(MoneyForm):
    """A movement is taken back, with a reason."""

    reason = TextAreaField(
        _l("冲正的理由"),
        [InputRequired(_l("请写明理由。")), Length(max=500)],
        description=_l("原来的一笔保留，另记一笔方向相反的；冲正以后不能再冲正。"),
    )
