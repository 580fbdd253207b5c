"""Forms of the working calendar."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

WORKS = {"off": False, "worked": True, "official": None}


class DaysForm(FlaskForm):
    """What a stretch of days is from now on, and why."""

    first = DateField(_l("第一天"), validators=[InputRequired(_l("请选日期"))])
    last = DateField(_l("最后一天"), validators=[Optional()], description=_l("只改一天就留空"))
    works = RadioField(
        _l("改为"),
        choices=[
            SelectChoice("off", _l("休息")),
            SelectChoice("worked", _l("上班")),
            SelectChoice("official", _l("按国家安排")),
        ],
        validators=[InputRequired(_l("请选一项"))],
    )
    reason = StringField(
        _l("理由"),
        validators=[InputRequired(_l("请写明理由"))],
        description=_l("例如：单位统一安排，全体休息"),
    )


class HoursForm(FlaskForm):
    """The desk hours of the week; a worked weekend has its own."""

    day0 = StringField(_l("星期一"))
    day1 = StringField(_l("星期二"))
    day2 = StringField(_l("星期三"))
    day3 = StringField(_l("星期四"))
    day4 = StringField(_l("星期五"))
    day5 = StringField(_l("星期六（上班时）"))
    day6 = StringField(_l("星期日（上班时）"))

    def lines(self) -> list[str]:
        """The seven lines, Monday first."""
        return [str(self[f"day{n}"].data or "") for n in range(7)]
