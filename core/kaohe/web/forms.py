"""The shell's own forms."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from kaohe.plugins import Registry
from kaohe.web.shell import language
from kaohe.written import said


class SettingsForm(FlaskForm):
    """Which sectors the organisation uses; a sector once used stays on."""

    sectors = SelectMultipleField(
        _l("使用的行业方案"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    @classmethod
    def of(cls, registry: Registry, on: list[str]) -> Any:
        """The form with the installed sectors as choices."""
        form = cls() if request.method == "POST" else cls(data={"sectors": on})
        form.sectors.choices = [
            (code, said(sector.title, language())) for code, sector in registry.sectors.items()
        ]
        return form
