"""The components: what they write for readers, and that nothing in them needs inline style or script."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import StrictUndefined
from wtforms import BooleanField, MultipleFileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from kaohe.pages.lists import ListState
from kaohe.web import assets, charts, filters

TEMPLATES = Path(assets.__file__).parent / "templates"


class Example(FlaskForm):
    """A form with a field of each kind."""

    name = StringField("姓名", [InputRequired("请填写姓名")], description="与名单一致")
    reason = TextAreaField("事由")
    unit = SelectField("部门", choices=[SelectChoice("1", "一部")])
    way = RadioField("处理", choices=[SelectChoice("a", "提醒"), SelectChoice("b", "书面")], default="a")
    late = BooleanField("补记")
    files = MultipleFileField("佐证")


@pytest.fixture
def app() -> Flask:
    app = Flask("kaohe.web", static_folder="static", template_folder="templates")
    app.config.update(SECRET_KEY="for tests", WTF_CSRF_TIME_LIMIT=None, TESTING=True)
    app.jinja_env.undefined = StrictUndefined
    Babel(app, default_locale="zh_Hans_CN")
    CSRFProtect(app)
    filters.register(app, lambda: "zh", lambda: "Asia/Shanghai")
    charts.register(app)
    assets.register(app)
    return app


@pytest.fixture
def render(app):
    def render(source: str, **values):
        with app.test_request_context():
            template = app.jinja_env.from_string('{% import "components.html" as ui %}' + source)
            return template.render(**values)

    return render


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).strip()


@pytest.mark.parametrize(
    ("value", "text", "kind"),
    [(Decimal("0.50"), "+0.5", "plus"), (-5, "−5", "minus"), (0, "0", "nil"), (None, "缺", "warn")],
)
def test_points_have_sign_and_kind(render, value, text, kind):
    shown = render("{{ ui.points(value) }}", value=value)
    assert plain(shown) == text
    assert f"is-{kind}" in shown


def test_a_score_leads_to_its_explanation(render):
    shown = render("{{ ui.score(value, '/why', 2) }}", value=Decimal("95.5"))
    assert 'href="/why"' in shown
    assert plain(shown) == "95.50"


def test_ranks_show_ties_and_who_is_not_ranked(render):
    assert plain(render("{{ ui.rank(4, 4) }}")) == "4 并列 4"
    assert plain(render("{{ ui.rank(4, 1) }}")) == "4"
    assert plain(render("{{ ui.rank(none) }}")) == "不排名"


def test_words_of_people_are_escaped(render):
    shown = render(
        "{{ ui.person(n, n, n, '/p') }}{{ ui.badge(n) }}{{ ui.message('plus', n) }}{{ ui.empty('x', n, n) }}",
        n="<script>",
    )
    assert "<script>" not in shown


def test_errors_name_the_field_and_lead_to_it(app, render):
    with app.test_request_context(method="POST", data={"way": "zzz"}):
        form = Example()
        assert not form.validate()
        shown = app.jinja_env.from_string(
            '{% import "components.html" as ui %}{{ ui.errors(form) }}{{ ui.field(form.name) }}{{ ui.field(form.way) }}'
        ).render(form=form)
    assert 'href="#name"' in shown
    assert "姓名：请填写姓名" in plain(shown)
    assert 'aria-invalid="true"' in shown
    assert 'aria-describedby="e-name h-name"' in shown
    assert 'id="e-name"' in shown
    assert 'id="h-name"' in shown
    assert 'role="radiogroup"' in shown


def test_every_field_has_a_label(app):
    with app.test_request_context():
        form = Example()
        for field in form:
            if field.name == "csrf_token":
                continue
            shown = app.jinja_env.from_string(
                '{% import "components.html" as ui %}{{ ui.field(field) }}'
            ).render(field=field)
            named = (
                f'for="{field.id}"' in shown
                or f'aria-labelledby="l-{field.id}"' in shown
                or "<label class=" in shown
            )
            assert named, shown


def test_several_files_offer_the_camera_under_the_same_name(app):
    with app.test_request_context():
        shown = app.jinja_env.from_string('{% import "components.html" as ui %}{{ ui.field(field) }}').render(
            field=Example().files
        )
    assert shown.count('name="files"') == 2
    assert 'capture="environment"' in shown


def test_a_sorted_column_says_so_and_links_to_its_turn(render):
    state = ListState.read({"sort": "score", "dir": "desc"}, "/list", sorts=("score",), falling=("score",))
    shown = render("{{ ui.th(state, 'score', '得分', num=True) }}", state=state)
    assert 'aria-sort="descending"' in shown
    assert 'href="/list?sort=score&amp;dir=asc"' in shown


def test_filters_keep_the_choice_and_the_form_carries_the_rest(render):
    state = ListState.read({"unit": "2", "sort": "score"}, "/list", sorts=("score",), filters={"unit": None})
    shown = render(
        "{% call ui.tools(state) %}{{ ui.filter(state, 'unit', '全部', [(1, '一'), (2, '二')]) }}{% endcall %}",
        state=state,
    )
    assert '<option value="2" selected>' in shown
    assert shown.index("<select") < shown.index('name="unit" value="2"')
    assert 'name="sort" value="score"' in shown


def test_the_pager_counts_and_links(render):
    state = ListState.read({"page": "2", "per": "20"}, "/list")
    shown = render("{{ ui.pager(state, state.paged(84)) }}", state=state)
    assert "第 21 — 40 条，共 84 条" in plain(shown)
    assert 'rel="next" href="/list?per=20&amp;page=3"' in shown
    assert 'aria-current="page">2<' in shown


def test_a_running_job_asks_again_and_a_finished_one_does_not(render):
    job = {"id": 7, "title": "关闭", "state": "running", "done": 63, "total": 84, "poll": "/jobs/7"}
    shown = render("{{ ui.job(job) }}", job=job)
    assert 'hx-get="/jobs/7" hx-trigger="every 1s"' in shown
    assert "63 / 84" in plain(shown)
    done = render("{{ ui.job(job) }}", job={**job, "state": "done", "result_url": "/f"})
    assert "hx-get" not in done
    assert 'href="/f"' in done
    failed = render("{{ ui.job(job) }}", job={**job, "state": "failed", "error": "缺 3 人"})
    assert "没有写入任何数据" in plain(failed)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503, 418])
def test_errors_are_said_in_words(app, code):
    with app.test_request_context():
        shown = app.jinja_env.get_template("error.html").render(code=code, tenant=None, language="zh")
    assert f'data-k-error="{code}"' in shown
    assert len(re.search(r"<p>(.*?)</p>", shown, re.S).group(1).strip()) > 10


def test_the_gallery_shows_every_component(app):
    template = (Path(__file__).parent / "gallery.html").read_text(encoding="utf-8")
    components = (TEMPLATES / "components.html").read_text(encoding="utf-8")
    layouts = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in ("shell.html", "bare.html"))
    macros = set(re.findall(r"{% macro (\w+)", components))
    shown = set(re.findall(r"ui\.(\w+)", template + layouts)) | set(
        re.findall(r"(?<![\w.])(\w+)\(", components)
    )
    assert macros - shown <= {"toast", "export", "person_options", "table", "row", "post"}


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_inline_style_or_script(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "<style" not in text
    for attributes in re.findall(r"<script([^>]*)>", text):
        assert "src=" in attributes or 'type="application/json"' in attributes
