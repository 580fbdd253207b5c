"""Papers: PDF on A4 from a typed description, by one renderer, with the fonts of the house embedded."""

from kaohe.papers.paper import (
    Block,
    Card,
    Cards,
    Chart,
    Column,
    Facts,
    Heading,
    PageBreak,
    Paper,
    Paragraph,
    Picture,
    Place,
    Signatures,
    Table,
    Words,
)

__all__ = [
    "Block",
    "Card",
    "Cards",
    "Chart",
    "Column",
    "Facts",
    "Heading",
    "PageBreak",
    "Paper",
    "Paragraph",
    "Picture",
    "Place",
    "Signatures",
    "Table",
    "Words",
]
