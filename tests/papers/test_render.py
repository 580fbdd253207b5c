"""PDFs read back: A4, fonts inside, head and foot on every page, texts as they are and never as commands."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.papers.conftest import PRINTED, read_pdf

from kaohe import papers
from kaohe.files import child
from kaohe.papers import (
    Card,
    Cards,
    Chart,
    Column,
    Facts,
    Heading,
    Paper,
    Paragraph,
    Picture,
    Place,
    Table,
    printing,
    service,
)
from kaohe.papers.refusals import PaperBusy, PaperTooLong, PaperTooSlow
from kaohe.scheme import Text

NAMES = [Column("序号", "count"), Column("姓名"), Column("得分", "score"), Column("说明")]
HOSTILE = [
    '#read("/etc/passwd")',
    "$x^2$ 与 $ y $",
    "*粗* _斜_ `码`",
    '\\ #import "@preview/x:1.0.0"',
    "= 标题",
    "#{while true {}}",
    "]#pagebreak()[",
    '"; sys.inputs.paper; "',
    "<label> @ref // comment /* x */",
    "{{ 7*7 }} {% raw %} </script><b>",
    "--- ~ '引号' \"quote\" ...",
]


def spoken(node):
    """The words for pictures in the tree of structure."""
    node = node.get_object()
    if isinstance(node, list):
        return [word for kid in node for word in spoken(kid)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/Alt"])] if "/Alt" in node else []
    return own + (spoken(node["/K"]) if "/K" in node else [])


def rows(count: int, words: str = "") -> list[list[object]]:
    return [[n, f"成员{n}号", Decimal(90) + n % 10, words] for n in range(1, count + 1)]


def test_a_paper_is_a4_with_its_fonts_inside(printed):
    found = printed(Heading("一"), Table(NAMES, rows(3)))
    assert found.sizes == {(210, 297)}
    assert found.fonts
    assert all(found.fonts.values()), found.fonts
    assert all("NotoSansSC" in name for name in found.fonts)
    assert printed(Table(NAMES, rows(3)), orientation="landscape").sizes == {(297, 210)}


def test_head_and_foot_stand_on_every_page_and_pages_are_counted(printed):
    found = printed(Table(NAMES, rows(120)))
    count = len(found.pages)
    assert count >= 3
    for number, page in enumerate(found.pages, 1):
        flat = "".join(page.split())
        assert "第一人民医院" in flat
        assert "考核榜单·2026年9月" in flat
        assert f"第{number}页/共{count}页" in flat
        assert "打印于2026-11-2114:30" in flat


def test_a_tables_head_is_repeated_and_no_row_is_lost_or_torn(printed):
    found = printed(Table(NAMES, rows(120, "迟到一次扣 0.5 分。" * 6), ["", "合计", Decimal("94.5"), ""]))
    for page in found.pages:
        assert "".join(page.split()).count("序号姓名得分说明") == 1
    names = [f"成员{n}号" for n in range(1, 121)]
    flat = found.text
    assert all(name in flat for name in names)
    assert "合计" in flat
    for page in found.pages:
        whole = "".join(page.split())
        assert whole.count("号9") == whole.count("成员"), "a row's cells stand on one page"


def test_english_papers_speak_english(printed):
    found = printed(
        Table([Column(Text("姓名", "Name")), Column(Text("分", "Points"), "points")], [["Li", None]]),
        language="en",
    )
    for words in ("League", "Page1of1", "Printed2026-11-2114:30", "Name", "missing"):
        assert words in found.text, words
    assert "缺" not in found.text


def test_figures_are_written_as_on_the_pages_and_missing_is_a_word(printed):
    columns = [
        Column("加减", "points"), Column("得分", "score"), Column("数", "number"), Column("次", "count"),
        Column("率", "percent"), Column("金额", "money"), Column("日", "date"), Column("时", "moment"), Column("大小", "size"),
    ]  # fmt: skip
    instant = datetime(2026, 9, 30, 16, 5, tzinfo=UTC)
    full = [
        Decimal("-0.50"), Fraction(199, 2), Decimal("1234.50"), 12000, Fraction(2, 3), -123456, date(2026, 9, 1), instant, 38912,
    ]  # fmt: skip
    found = printed(Table(columns, [full, [None] * 9, [""] * 9]), orientation="landscape").text
    for words in (
        "−0.5",
        "99.5",
        "1,234.5",
        "12,000",
        "66.7%",
        "−¥1,234.56",
        "2026-09-01",
        "2026-10-0100:05",
        "38KB",
    ):
        assert words in found, words
    assert found.count("缺") == 9


def test_hostile_texts_are_printed_as_they_are(printed):
    blocks = [Table([Column("话")], [[text] for text in HOSTILE])]
    blocks += [Paragraph(text) for text in HOSTILE]
    blocks += [Facts([(text, text) for text in HOSTILE]), Heading(HOSTILE[0])]
    found = printed(*blocks, title=HOSTILE[0], period=HOSTILE[1], note=HOSTILE[2])
    assert "root:x" not in found.text
    assert len(found.pages) <= 3
    for text in HOSTILE:
        assert found.text.count("".join(text.split())) >= 3, text


def test_the_template_reaches_no_file_outside_its_folder(tmp_path, monkeypatch):
    """Even a template of ours could not: the root is the folder of the templates."""
    import typst

    (tmp_path / "paper.typ").write_text('#read("/etc/passwd") #read("../secret")', encoding="utf-8")
    (tmp_path.parent / "secret").write_text("nothing", encoding="utf-8")
    monkeypatch.setattr(printing, "TEMPLATES", tmp_path)
    with pytest.raises(typst.TypstError):
        printing.print_here(b'{"pages": 1}', {})


def test_long_texts_wrap_and_letters_without_spaces_break(printed):
    text = "没有空格的很长的中文说明" * 40
    run = "https://example.invalid/" + "a1B2" * 120
    found = printed(Table(NAMES, [[1, "王", Decimal(1), text + run]]))
    assert text in found.text
    assert run in found.text
    for page in found.reader.pages:
        seen: list[float] = []
        page.extract_text(visitor_text=lambda words, cm, tm, font, size, seen=seen: seen.append(tm[4]))
        assert max(seen) < 210 / 25.4 * 72


def test_control_direction_and_lone_characters_do_no_harm(printed):
    found = printed(Paragraph("甲\x00乙\u202e丙\u2066丁\ud800戊\x1b[31m\u2028己\ttab"), Paragraph(""))
    assert "甲乙丙丁戊[31m己tab" in found.text


def test_a_character_no_font_has_prints_all_the_same(printed):
    found = printed(Paragraph("姓名 \U0002b740\U000323af \U0001f600 在此"))
    assert "在此" in found.text


def test_the_same_paper_gives_the_same_bytes_and_another_moment_others(make):
    paper = make(Table(NAMES, rows(5)), Chart("line", {"x": ["一", "二"], "y": [1, 2]}))
    assert service.render(paper, "zh") == service.render(paper, "zh")
    later = make(*paper.blocks, printed_at=PRINTED + timedelta(minutes=1))
    assert service.render(later, "zh") != service.render(paper, "zh")


def test_it_is_an_archive_pdf_with_title_date_and_words_for_its_pictures(printed):
    found = printed(Chart("bars", {"x": ["甲"], "y": [3]}, says="甲 3"))
    assert b"pdfaid:part>2" in found.data
    meta = found.reader.metadata
    assert meta is not None
    assert meta.title == "考核榜单"
    assert meta.creation_date is not None
    assert meta.creation_date.replace(tzinfo=None) == datetime(2026, 11, 21, 14, 30)
    assert "甲 3" in spoken(found.reader.trailer["/Root"]["/StructTreeRoot"])


def test_charts_of_all_presets_stand_in_the_paper_with_their_names(printed):
    x = ["一月", "二月", "三月"]
    series = [
        {"name": "加", "y": [1, None, 3], "kind": "plus"},
        {"name": "减", "y": [2, 2, 2], "kind": "minus"},
    ]
    found = printed(
        Chart(
            "line", {"x": x, "y": [Decimal("95.5"), None, 97], "cut": 96, "cut_name": "优秀线"}, title="走势"
        ),
        Chart("bars", {"x": x, "y": [3, 0, None], "lying": True}, title="横条"),
        Chart("stacked", {"x": x, "series": series}, title="堆叠"),
        Chart("grouped", {"x": x, "series": series, "bars": True}, title="分组"),
        Chart("grouped", {"x": x, "series": series}, title="多线"),
        Chart("bars", {"x": [], "y": []}, title="空"),
    )
    for words in ("走势", "横条", "堆叠", "分组", "多线", "空", "一月", "三月", "优秀线", "加", "减"):
        assert words in found.text, words
    assert len(found.pages) <= 3


def test_places_to_sign_and_stamp_stay_together(printed):
    for count in range(20, 34):
        found = printed(
            Table(NAMES, rows(count)),
            papers.Signatures(
                [Place("本人签字"), Place("考核人", "李敏"), Place("单位", stamp=True)], note="已阅知"
            ),
        )
        last = [page for page in found.pages if "本人签字" in "".join(page.split())]
        assert len(last) == 1
        flat = "".join(last[0].split())
        for words in ("已阅知", "考核人", "李敏", "单位", "盖章处", "日期", "年月日"):
            assert words in flat, (count, words)


def test_cards_and_pictures(printed):
    from io import BytesIO

    from PIL import Image

    target = BytesIO()
    Image.new("RGB", (40, 40), "#24579c").save(target, "PNG")
    picture = Picture(target.getvalue(), "png", 30, "二维码")
    square = Picture(
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
        "svg",
        30,
    )
    found = printed(
        Cards([Card(f"第{n}张", "扫码\n填写", picture if n % 2 else square) for n in range(1, 20)]), picture
    )
    assert all(f"第{n}张" in found.text for n in range(1, 20))
    assert sum(len(page.images) for page in found.reader.pages) >= 2


def test_an_empty_table_says_so_and_a_page_break_breaks(printed):
    found = printed(Table(NAMES, []), papers.PageBreak(), Paragraph("第二页"))
    assert "没有记录" in found.pages[0]
    assert "第二页" in "".join(found.pages[1].split())


def test_more_pages_than_one_pdf_holds_are_refused_in_words(make):
    with pytest.raises(PaperTooLong) as refusal:
        service.pack(make(Table(NAMES, rows(40_000))), "zh")
    assert "300" in refusal.value.say("zh")
    assert "300" in refusal.value.say("en")


def test_the_estimate_of_pages_is_near(make):
    for count in (10, 100, 1000):
        paper = make(Heading("甲"), Table(NAMES, rows(count, "迟到一次扣 0.5 分。")))
        estimate = service.pack(paper, "zh")["pages"]
        pages = len(read_pdf(service.render(paper, "zh")).pages)
        assert abs(estimate - pages) <= 1 + pages * 0.15, (count, estimate, pages)


def test_a_paper_that_takes_too_long_is_refused_and_the_next_is_made(make, monkeypatch):
    paper = make(Table(NAMES, rows(900)))
    with monkeypatch.context() as patch:
        patch.setattr(service, "SHORT", service.Limits(memory=1 << 30, cpu=1, wall=0.01, output=1 << 20))
        with pytest.raises(PaperTooSlow):
            service.render(paper, "zh")
    with monkeypatch.context() as patch:
        patch.setattr(service, "SHORT", service.Limits(memory=110 << 20, cpu=20, wall=30, output=1 << 20))
        with pytest.raises(PaperTooSlow):
            service.render(paper, "zh")
    assert read_pdf(service.render(paper, "zh")).pages


def test_who_waits_too_long_for_a_turn_is_told_so_and_not_to_narrow_it_down(make, monkeypatch):
    monkeypatch.setattr(child, "PATIENCE", 0.05)
    paper, gate = make(Table(NAMES, rows(3))), threading.BoundedSemaphore(1)
    monkeypatch.setattr(service, "_printers", gate)
    with gate, pytest.raises(PaperBusy) as refusal:
        service.render(paper, "zh")
    assert refusal.value.status == 503
    assert "稍后再试" in refusal.value.say("zh")
    assert "筛选" not in refusal.value.say("zh")


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        (Table(NAMES, [[1, "甲"]]), ValueError),
        (Table([Column("甲", "sound")], [[1]]), ValueError),
        (Table([Column("甲", "score")], [[1.5]]), TypeError),
        (Table([Column("甲", "money")], [[Decimal(1)]]), TypeError),
        (Table([Column("甲", "date")], [[5]]), ValueError),
        (Chart("pie", {"x": [1], "y": [1]}), ValueError),
        (Picture(b"GIF89a", "gif"), ValueError),
        ("a text", TypeError),
    ],
)
def test_mistakes_of_the_caller_are_named(make, block, fault):
    with pytest.raises(fault):
        service.pack(make(block), "zh")


def test_a_moment_without_a_zone_is_a_mistake(make):
    with pytest.raises(ValueError, match="time zone"):
        service.pack(make(printed_at=datetime(2026, 1, 1)), "zh")


def test_files_are_named_after_period_and_title(make):
    assert service.filename(make(), "zh") == "2026 年 9 月 考核榜单.pdf"
    assert service.filename(make(), "en", Text("甲", "9/2026: list")) == "9-2026_ list.pdf"
    assert service.filename(make(title="../\u202e", period=""), "zh").endswith(".pdf")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300), st.text(max_size=60))
def test_no_text_at_all_stops_a_paper(text, title):
    paper = Paper(
        title,
        text,
        PRINTED,
        blocks=[Paragraph(text), Table([Column(title), Column("数", "count")], [[text, 1]])],
    )
    assert service.render(paper, "zh").startswith(b"%PDF-")
