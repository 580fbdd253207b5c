"""Forms of the survey pages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from kaohe.errors import Refusal
from kaohe.plugins import Answer, Question
from kaohe.scheme import Text

DATE = InputRequired(_l("请填写日期"))
TITLE = [InputRequired(_l("请填写题目")), Length(max=100, message=_l("最多 100 个字"))]
ENGLISH = [Optional(), Length(max=100, message=_l("最多 100 个字"))]
WAYS = (
    SelectChoice("tokens", _l("拿到链接的人，每个链接一份")),
    SelectChoice("members", _l("全体人员，登录后每人一份")),
    SelectChoice("units", _l("指定部门的人员，登录后每人一份")),
    SelectChoice("own_unit", _l("本部门的人员，只评本部门的对象")),
)


def put(form: Any, refusal: Refusal, language: str) -> int:
    """Put a refusal on the field that it names, or on top of the form; its status."""
    field = getattr(form, refusal.field or "", None)
    if field is not None:
        field.errors = [*field.errors, refusal.say(language)]
    else:
        form.form_errors.append(refusal.say(language))
    return refusal.status


class StartForm(FlaskForm):
    """Which declared survey, for which period, on which days."""

    declared = SelectField(_l("哪一种"))
    period = SelectField(_l("考核周期"), validate_choice=False)
    opens_on = DateField(_l("开始日"), validators=[DATE])
    closes_on = DateField(_l("截止日"), validators=[DATE])


class OwnForm(FlaskForm):
    """A questionnaire of one's own."""

    title_zh = StringField(_l("题目"), validators=TITLE)
    title_en = StringField(_l("英文题目"), validators=ENGLISH, description=_l("不写就和中文一样"))
    about = SelectField(
        _l("评什么"),
        choices=[
            SelectChoice("organisation", _l("整个单位")),
            SelectChoice("units", _l("每个部门")),
            SelectChoice("people", _l("每个参加考核的人")),
        ],
    )


class DetailsForm(FlaskForm):
    """A draft's words, days, and who answers."""

    version = HiddenField()
    title_zh = StringField(_l("题目"), validators=TITLE)
    title_en = StringField(_l("英文题目"), validators=ENGLISH)
    says_zh = TextAreaField(_l("说明"), validators=[Optional(), Length(max=500)])
    says_en = TextAreaField(_l("英文说明"), validators=[Optional(), Length(max=800)])
    opens_on = DateField(_l("开始日"), validators=[DATE])
    closes_on = DateField(_l("截止日"), validators=[DATE])
    answered_by = SelectMultipleField(
        _l("谁来答"),
        choices=list(WAYS),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    units = SelectMultipleField(_l("指定的部门"), validate_choice=False)
    minimum = IntegerField(
        _l("满几份才显示"),
        validators=[InputRequired(_l("请填写份数")), NumberRange(1, 1000, _l("份数在 1 到 1000 之间"))],
        description=_l("少于这个份数，结果不显示，防止认出是谁答的"),
    )


class QuestionForm(FlaskForm):
    """One question of a draft."""

    version = HiddenField()
    title_zh = StringField(
        _l("题目"), validators=[InputRequired(_l("请填写题目")), Length(max=200, message=_l("最多 200 个字"))]
    )
    title_en = StringField(_l("英文题目"), validators=[Optional(), Length(max=200)])
    kind = SelectField(
        _l("题型"),
        choices=[
            SelectChoice("scale", _l("打分")),
            SelectChoice("choice", _l("选择")),
            SelectChoice("text", _l("文字")),
        ],
    )
    required = BooleanField(_l("必答"), default=True)
    low = IntegerField(_l("最低分"), default=1, validators=[Optional(), NumberRange(0, 99)])
    high = IntegerField(_l("最高分"), default=5, validators=[Optional(), NumberRange(1, 100)])
    good = IntegerField(_l("几分起算满意"), default=4, validators=[Optional(), NumberRange(1, 100)])
    words = TextAreaField(
        _l("分值名称"),
        validators=[Optional(), Length(max=1000)],
        description=_l("从最低分起一行一个，可以只写两端；英文写在竖线后面"),
    )
    choices = TextAreaField(
        _l("选项"),
        validators=[Optional(), Length(max=4000)],
        description=_l("一行一个；英文写在竖线后面"),
    )
    most = IntegerField(_l("最多可选"), default=1, validators=[Optional(), NumberRange(1, 100)])

    def fill(self, question: Question) -> None:
        """Show a question."""
        self.title_zh.data, self.title_en.data = question.title.zh, question.title.en
        self.kind.data, self.required.data = question.kind, question.required
        self.low.data, self.high.data, self.good.data = question.low, question.high, question.good
        self.words.data = _lines(question.words)
        self.choices.data = _lines([one.title for one in question.choices])
        self.most.data = question.most

    def read(self, code: str, before: Question | None) -> Question:
        """The question as filled in; choices keep their codes where their words stayed."""
        known = {one.title.zh: one.code for one in before.choices} if before else {}
        titles = _texts(self.choices.data)
        codes = _codes([known.get(title.zh) for title in titles])
        kind = self.kind.data
        title = (self.title_zh.data or "").strip()
        return Question(
            code=code,
            title=Text(title, (self.title_en.data or "").strip() or title),
            kind=kind,
            low=_or(self.low.data, 1),
            high=_or(self.high.data, 5),
            good=_or(self.good.data, 4),
            words=tuple(_texts(self.words.data)) if kind == "scale" else (),
            choices=tuple(Answer(one, text) for one, text in zip(codes, titles, strict=True))
            if kind == "choice"
            else (),
            most=_or(self.most.data, 1),
            required=bool(self.required.data),
        )


def _or(value: int | None, usual: int) -> int:
    return usual if value is None else value


def _lines(texts: Any) -> str:
    return "\n".join(text.zh if text.en == text.zh else f"{text.zh} | {text.en}" for text in texts)


def _texts(lines: str | None) -> list[Text]:
    found = []
    for line in (lines or "").splitlines():
        zh, _bar, en = line.replace("｜", "|").partition("|")
        zh = "".join(c for c in zh if c.isprintable()).strip()
        en = "".join(c for c in en if c.isprintable()).strip()
        if zh or en:
            found.append(Text(zh or en, en or zh))
    return found


def _codes(known: list[str | None]) -> list[str]:
    """The codes that stay, and free ones for what is new."""
    taken = {code for code in known if code}
    free = (f"c{n}" for n in range(1, 2 * len(known) + 2) if f"c{n}" not in taken)
    return [code or next(free) for code in known]


class LinksForm(FlaskForm):
    """How many links, and for whom."""

    group = SelectField(_l("发给谁"), validate_choice=False)
    count = IntegerField(_l("个数"), validators=[InputRequired(_l("请填写个数"))])


class EndForm(FlaskForm):
    """Another last day."""

    closes_on = DateField(_l("截止日"), validators=[DATE])
