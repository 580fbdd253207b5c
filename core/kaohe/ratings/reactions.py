"""What an entry made from ratings is called: it leads to no page, for single values are the raters' own."""

from __future__ import annotations

from kaohe.entries.origins import register
from kaohe.ratings.counting import ORIGIN
from kaohe.scheme import Text

register(ORIGIN, Text("评分", "Ratings"), lambda _session, _ident: None)
