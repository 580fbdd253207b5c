"""Forms of the adoption pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from kaohe.adoption.composing import is_setting
from kaohe.adoption.document import is_money
from kaohe.adoption.refusals import NotAFigure
from kaohe.people.models import Unit

_PLAIN = re.compile(r"[+-]?(\d{1,12}(\.\d{0,6})?|\.\d{1,6})")


class ScopeForm(FlaskForm):
    """Which units take part, and the fewest days that make a result."""

    version = HiddenField()
    everyone = RadioField(
        _l("参加范围"),
        choices=[SelectChoice("1", _l("全部部门")), SelectChoice("0", _l("只限下面勾选的部门"))],
        validators=[InputRequired()],
    )
    units = SelectMultipleField(
        _l("部门"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )
    minimum_days = IntegerField(
        _l("最少天数"),
        validators=[InputRequired(_l("请填写天数，0 表示不限"))],
        description=_l("一个周期内在岗不足这些天的人不出结果；0 表示不限"),
    )

    def offer(self, units: Iterable[Unit]) -> ScopeForm:
        """Offer these units."""
        self.units.choices = [SelectChoice(str(unit.id), unit.name) for unit in units]
        return self


class AdoptForm(FlaskForm):
    """From which day on a draft applies."""

    version = HiddenField()
    starts_on = DateField(
        _l("自这一天起施行"), validators=[Optional()], description=_l("一个考核周期的第一天")
    )


def read_version(text: str | None) -> int | None:
    """The version that a form showed; None for what is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def read_figure(path: str, text: str | None) -> Decimal | None:
    """A figure as typed (full-width digits, U+2212, yuan for amounts); blank is None. Raises `NotAFigure`."""
    plain = (text or "").strip().replace("\u2212", "-").replace("，", "").replace(",", "").lstrip("¥￥")
    if plain in ("", "—"):
        return None
    if not _PLAIN.fullmatch(plain):
        raise NotAFigure(text=plain[:20])
    value = Decimal(plain)
    return value * 100 if is_money(path) else value


def read_value(path: str, text: str | None) -> Decimal | str | None:
    """A figure, or the value of a choice as it was picked."""
    return (text or "").strip() if is_setting(path) else read_figure(path, text)
