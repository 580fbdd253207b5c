"""A list's address: what is read from it, what is written back, what nonsense becomes."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.pages.lists import LAST_PAGE, ListState, Page


def read(**args: str) -> ListState:
    return ListState.read(
        args,
        "/t/demo/people",
        sorts=("name", "score"),
        sort="name",
        falling=("score",),
        filters={"unit": ("5", "7"), "word": None},
        keep=("period",),
        columns=("unit", "star"),
        per=50,
    )


def query(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def test_an_empty_address_is_the_usual_list():
    state = read()
    assert (state.q, state.filters, state.sort, state.dir, state.page, state.per) == (
        "",
        {},
        "name",
        "asc",
        1,
        50,
    )
    assert state.address() == "/t/demo/people"
    assert not state.narrowed


def test_what_was_asked_stands_in_the_address_again():
    args = {
        "q": "林",
        "unit": "5",
        "sort": "score",
        "dir": "desc",
        "page": "3",
        "per": "20",
        "period": "9",
        "hide": "star",
    }
    assert query(read(**args).address()) == args


@pytest.mark.parametrize(
    ("args", "what"),
    [
        ({"page": "0"}, ("page", 1)),
        ({"page": "-4"}, ("page", 1)),
        ({"page": "x"}, ("page", 1)),
        ({"page": "９"}, ("page", 1)),
        ({"page": "9" * 30}, ("page", 1)),
        ({"page": "999999999"}, ("page", LAST_PAGE)),
        ({"per": "1000000"}, ("per", 100)),
        ({"per": "0"}, ("per", 20)),
        ({"per": "90"}, ("per", 100)),
        ({"sort": "password"}, ("sort", "name")),
        ({"sort": "score"}, ("dir", "desc")),
        ({"sort": "score", "dir": "sideways"}, ("dir", "desc")),
        ({"unit": "6"}, ("filters", {})),
        ({"q": "\x00a\nb "}, ("q", "ab")),
        ({"q": "字" * 500}, ("q", "字" * 100)),
        ({"hide": "star.name.."}, ("hidden", ("star",))),
    ],
)
def test_nonsense_becomes_something_sane(args, what):
    assert getattr(read(**args), what[0]) == what[1]


@given(
    st.dictionaries(
        st.sampled_from(["q", "sort", "dir", "page", "per", "unit", "word", "hide", "period"]), st.text()
    )
)
def test_no_address_is_refused_and_reading_again_gives_the_same(args):
    state = read(**args)
    assert read(**query(state.address())) == state
    assert 0 <= state.paged(84).offset < 84


def test_links_change_one_thing_and_go_back_to_the_first_page():
    state = read(q="林", unit="5", page="4")
    assert query(state.link(unit="7")) == {"q": "林", "unit": "7"}
    assert query(state.link(unit=None)) == {"q": "林"}
    assert query(state.page_link(5)) == {"q": "林", "unit": "5", "page": "5"}
    assert state.cleared() == "/t/demo/people"


def test_a_column_starts_in_its_own_order_and_turns():
    assert query(read().sort_link("score")) == {"sort": "score", "dir": "desc"}
    assert query(read(sort="score", dir="desc").sort_link("score")) == {"sort": "score", "dir": "asc"}
    assert query(read().sort_link("name")) == {"sort": "name", "dir": "desc"}
    assert read(sort="name", dir="desc").sort_link("name") == "/t/demo/people"


def test_an_export_gets_everything_but_the_page():
    state = read(q="林", page="4", per="20", hide="unit")
    assert state.address("/t/demo/people.xlsx", paging=False) == "/t/demo/people.xlsx?q=%E6%9E%97&hide=unit"


def test_columns_are_hidden_and_shown_by_links():
    state = read()
    assert state.shows("star")
    hidden = read(**query(state.column_link("star")))
    assert not hidden.shows("star")
    assert hidden.column_link("star") == "/t/demo/people"


def test_the_form_carries_what_it_has_no_control_for():
    state = read(q="林", unit="5", page="4", sort="score", dir="desc", period="9")
    assert dict(state.carried()) == {"period": "9", "unit": "5", "sort": "score", "dir": "desc"}


def test_a_page_past_the_end_is_the_last_one():
    page = read(page="9", per="20").paged(84)
    assert (page.number, page.pages, page.first, page.last, page.offset) == (5, 5, 81, 84, 80)


def test_an_empty_list_has_one_page_without_rows():
    page = read().paged(0)
    assert (page.number, page.pages, page.first, page.last) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("number", "window"),
    [
        (1, [1, 2, 3, None, 10]),
        (4, [1, 2, 3, 4, 5, 6, None, 10]),
        (5, [1, 2, 3, 4, 5, 6, 7, None, 10]),
        (6, [1, None, 4, 5, 6, 7, 8, 9, 10]),
        (10, [1, None, 8, 9, 10]),
    ],
)
def test_the_pages_offered(number, window):
    assert Page(200, number, 20).window() == window


@given(st.integers(0, 10_000), st.integers(1, 200), st.integers(1, 100))
def test_the_window_rises_and_never_leaves_a_gap_of_one(total, number, per):
    page = Page(total, min(number, max(1, -(-total // per))), per)
    window = page.window()
    numbers = [n for n in window if n is not None]
    assert numbers == sorted(set(numbers))
    assert numbers[0] == 1
    assert numbers[-1] == page.pages
    for before, here, after in zip(window, window[1:], window[2:], strict=False):
        if here is None:
            assert after - before > 2
