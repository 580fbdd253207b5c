"""Bilingual texts and where a rule stands in its source.

A text is always complete in both languages. A citation names document and article; the disputed words of a
doubt are kept as printed and never corrected.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Chinese and in English; both are always given."""

    zh: str
    en: str

    def say(self, language: str) -> str:
        """The text in `language` ("zh" or "en")."""
        return self.zh if language == "zh" else self.en

    def __str__(self) -> str:
        return self.zh


@dataclass(frozen=True, slots=True)
class Source:
    """The document that a scheme follows: a short code that citations use, its title, and where it is from."""

    code: str
    title: Text
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule stands: the source's code, the article, and the words as printed where they are disputed."""

    source: str
    article: str
    words: str = ""

    def say(self, language: str) -> str:
        """The citation as shown beside a clause, for instance 范文1 §1.2."""
        return f"{self.source} {self.article}".strip()


NO_TEXT = Text("", "")
EACH_TIME = Text("每次", "each time")
POINTS = Text("分", "points")
