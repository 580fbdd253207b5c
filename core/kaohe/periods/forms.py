"""Forms of the period pages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kaohe.periods.rules import Offsets, PeriodRule, read_spans

DAYS = NumberRange(0, 366, _l("天数要在 0 到 366 之间"))


class PlanForm(FlaskForm):
    """The rule by which a year is cut into periods, and the days after each period's end."""

    adoption = SelectField(_l("方案"), validate_choice=False)
    kind = SelectField(
        _l("规则"),
        choices=[
            SelectChoice("month", _l("每月")),
            SelectChoice("quarter", _l("每季度")),
            SelectChoice("half", _l("每半年")),
            SelectChoice("year", _l("每年")),
            SelectChoice("custom", _l("自己写")),
        ],
    )
    year = IntegerField(
        _l("年份"), validators=[Optional(), NumberRange(1990, 2100, _l("年份要在 1990 到 2100 之间"))]
    )
    start_month = SelectField(
        _l("从几月起"), choices=[SelectChoice(str(n), _l("%(n)s 月", n=n)) for n in range(1, 13)], default="1"
    )
    start_day = IntegerField(
        _l("从几日起"),
        validators=[Optional(), NumberRange(1, 31, _l("起始日要是存在的日子"))],
        description=_l("每月 26 日到次月 25 日填 26；没有这一天的月份从月末起"),
    )
    spans = TextAreaField(
        _l("周期"),
        validators=[Optional(), Length(max=8000)],
        description=_l("一行一个：开始日 结束日 名称，例如 2026-09-01 2026-10-15 秋季；英文名写在竖线后面"),
    )
    entries_after = IntegerField(_l("录入截止"), validators=[InputRequired(_l("请填写天数")), DAYS])
    publicity_after = IntegerField(_l("公示截止"), validators=[InputRequired(_l("请填写天数")), DAYS])
    final_after = IntegerField(_l("定稿"), validators=[InputRequired(_l("请填写天数")), DAYS])

    def rule(self) -> PeriodRule:
        """The rule that was filled in; refuses what does not exist."""
        kind: Any = self.kind.data
        return PeriodRule(
            kind,
            start_month=int(self.start_month.data or 1) if kind != "month" else 1,
            start_day=self.start_day.data or 1,
            spans=read_spans(self.spans.data or "") if kind == "custom" else (),
            offsets=Offsets(
                self.entries_after.data or 0, self.publicity_after.data or 0, self.final_after.data or 0
            ),
        )


class DatesForm(FlaskForm):
    """The dates of one period after its end; a started one needs a reason."""

    version = HiddenField()
    entries_until = DateField(_l("录入截止"), validators=[InputRequired(_l("请填写日期"))])
    published_until = DateField(_l("公示截止"), validators=[InputRequired(_l("请填写日期"))])
    final_on = DateField(_l("定稿日"), validators=[InputRequired(_l("请填写日期"))])
    reason = StringField(_l("理由"), validators=[Optional(), Length(max=200)])
