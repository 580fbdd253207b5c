"""The few words that every paper carries, in both languages."""

from __future__ import annotations

from kaohe.scheme import Text

PRINTED = Text("打印于", "Printed")
PAGE_OF = (Text("第", "Page"), Text("页 / 共", "of"), Text("页", ""))
NAME = Text("签字", "Signature")
DAY = Text("日期", "Date")
SEAL = Text("盖章处", "Seal")
LINE = Text("走势", "Course")


def told(language: str) -> dict[str, str]:
    """The words of the page itself, for the template."""
    return {
        "printed": PRINTED.say(language),
        "page": PAGE_OF[0].say(language),
        "of": PAGE_OF[1].say(language),
        "pages": PAGE_OF[2].say(language),
        "sign": NAME.say(language),
        "day": DAY.say(language),
        "date_line": "　　年　　月　　日" if language == "zh" else "",
        "seal": SEAL.say(language),
        "chart": LINE.say(language),
    }
