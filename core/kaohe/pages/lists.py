"""What a list shows, read from its address and written back into it: search, filters, order, page.

Decides that the address is the only memory of a list, so that a link, a reload and an export show the same.
Refuses nothing: what it does not know or cannot read becomes the default, never an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

PER_PAGE = (20, 50, 100)
LONGEST_SEARCH = 100
LAST_PAGE = 1_000_000


def whole(text: str | None, default: int, lowest: int, highest: int) -> int:
    """`text` as an integer within the bounds; `default` for what is no plain number."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 9:
        return default
    return min(max(int(text), lowest), highest)


def clean(text: str | None) -> str:
    """A search text without control characters and outer spaces, at most 100 characters."""
    return "".join(c for c in (text or "") if c.isprintable()).strip()[:LONGEST_SEARCH]


@dataclass(frozen=True)
class Page:
    """One page of `total` rows, `per` on each; `number` is within 1 … `pages`."""

    total: int
    number: int
    per: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.per))

    @property
    def offset(self) -> int:
        """How many rows stand before this page."""
        return (self.number - 1) * self.per

    @property
    def first(self) -> int:
        """The number of the first row shown, 0 when there is none."""
        return self.offset + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return min(self.offset + self.per, self.total)

    def window(self, around: int = 2) -> list[int | None]:
        """The page numbers to offer: first, last, those `around` this one; None is a gap."""
        shown = {1, self.pages, *range(self.number - around, self.number + around + 1)}
        numbers = sorted(n for n in shown if 1 <= n <= self.pages)
        window: list[int | None] = []
        for n in numbers:
            gap = n - (window[-1] or 0) if window else 1
            if gap == 2:
                window.append(n - 1)
            elif gap > 2:
                window.append(None)
            window.append(n)
        return window


@dataclass(frozen=True)
class ListState:
    """What the address of a list asks for; every change of it is a new address (`link`)."""

    base: str
    q: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    dir: str = "asc"
    page: int = 1
    per: int = 50
    default_sort: str = ""
    default_dir: str = "asc"
    default_per: int = 50
    first_dirs: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()

    @classmethod
    def read(
        cls,
        args: Mapping[str, str],
        base: str,
        *,
        sorts: Iterable[str] = (),
        sort: str = "",
        direction: str = "asc",
        falling: Iterable[str] = (),
        filters: Mapping[str, Iterable[str] | None] | None = None,
        keep: Iterable[str] = (),
        columns: Iterable[str] = (),
        per: int = 50,
    ) -> ListState:
        """Read `args` (a request's arguments) for the list at the path `base`.

        `sorts` are the columns one may order by, `sort` and `direction` the order without a wish, `falling`
        the columns that start with the largest. `filters` names each filter with its allowed values (None:
        any text). `keep` are other arguments that links carry on, `columns` those that may be hidden. `per`
        is the usual length of a page.
        """
        asked = args.get("sort") or ""
        known = asked in set(sorts)
        first_dirs = dict.fromkeys(falling, "desc")
        natural = first_dirs.get(asked, "asc") if known else direction
        return cls(
            base=base,
            q=clean(args.get("q")),
            filters=_chosen(args, filters or {}),
            sort=asked if known else sort,
            dir=args["dir"] if known and args.get("dir") in ("asc", "desc") else natural,
            page=whole(args.get("page"), 1, 1, LAST_PAGE),
            per=_nearest(whole(args.get("per"), per, 1, max(*PER_PAGE, per)), {*PER_PAGE, per}),
            default_sort=sort,
            default_dir=direction,
            default_per=per,
            first_dirs=first_dirs,
            kept={name: clean(args.get(name)) for name in keep if clean(args.get(name))},
            hidden=tuple(name for name in columns if name in (args.get("hide") or "").split(".")),
        )

    @property
    def falling(self) -> bool:
        """Whether the largest comes first."""
        return self.dir == "desc"

    @property
    def narrowed(self) -> bool:
        """Whether a search or a filter hides rows: an empty list then says so."""
        return bool(self.q or self.filters)

    def arguments(self, *, paging: bool = True) -> list[tuple[str, str]]:
        """The state as arguments of an address, defaults left out; without `paging` what an export needs."""
        pairs = [*self.kept.items()]
        if self.q:
            pairs.append(("q", self.q))
        pairs += self.filters.items()
        if (self.sort, self.dir) != (self.default_sort, self.default_dir):
            pairs += [("sort", self.sort), ("dir", self.dir)]
        if self.hidden:
            pairs.append(("hide", ".".join(self.hidden)))
        if paging and self.per != self.default_per:
            pairs.append(("per", str(self.per)))
        if paging and self.page > 1:
            pairs.append(("page", str(self.page)))
        return pairs

    def address(self, base: str | None = None, *, paging: bool = True) -> str:
        """The state as an address, at `base` (an export's path, say) or at the list itself."""
        query = urlencode(self.arguments(paging=paging))
        return (base or self.base) + (f"?{query}" if query else "")

    def link(self, **changes: Any) -> str:
        """The address after a change: `q`, `sort`, `dir`, `page`, `per`, or a filter by its name (None ends it).

        Any change but that of the page goes back to the first page.
        """
        own = {name: changes.pop(name) for name in ("q", "sort", "dir", "page", "per") if name in changes}
        filters = {**self.filters, **{name: str(v) for name, v in changes.items() if v not in (None, "")}}
        filters = {name: v for name, v in filters.items() if name not in changes or changes[name]}
        own.setdefault("page", 1)
        return replace(self, filters=filters, **own).address()

    def sort_link(self, column: str) -> str:
        """The address that orders by `column`, or turns the order when it is the column already."""
        if column == self.sort:
            return self.link(sort=column, dir="asc" if self.falling else "desc")
        return self.link(sort=column, dir=self.first_dirs.get(column, "asc"))

    def page_link(self, number: int) -> str:
        """The address of page `number` of the same list."""
        return self.link(page=number)

    def shows(self, column: str) -> bool:
        """Whether a column is shown."""
        return column not in self.hidden

    def column_link(self, column: str) -> str:
        """The address that hides a column, or shows it again."""
        others = tuple(name for name in self.hidden if name != column)
        return replace(self, hidden=(*others, column) if self.shows(column) else others).address()

    def carried(self) -> list[tuple[str, str]]:
        """What the form of search and filters carries as hidden fields, after its own controls: of two values
        of one name the first counts."""
        return [(name, value) for name, value in self.arguments() if name not in ("q", "page")]

    def lengths(self) -> list[int]:
        """The lengths of a page to offer."""
        return sorted({*PER_PAGE, self.default_per})

    def cleared(self) -> str:
        """The address without search and filters, in the same order."""
        return replace(self, q="", filters={}, page=1).address()

    def paged(self, total: int) -> Page:
        """The page to show of `total` rows: one past the end becomes the last one."""
        page = Page(total, 1, self.per)
        return replace(page, number=min(self.page, page.pages))


def _chosen(args: Mapping[str, str], filters: Mapping[str, Iterable[str] | None]) -> dict[str, str]:
    chosen = {}
    for name, allowed in filters.items():
        value = clean(args.get(name))
        if value and (allowed is None or value in {str(one) for one in allowed}):
            chosen[name] = value
    return chosen


def _nearest(value: int, lengths: set[int]) -> int:
    return min(sorted(lengths), key=lambda length: abs(length - value))
