"""What a page offers: its links and its forms with their fields, read out of the HTML as a browser would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

CHOICES = {"select", "radio", "checkbox"}


@dataclass
class Field:
    """One control: `kind` is the input's type, "select", "textarea" or "button"; `options` are its values."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    required: bool = False

    @property
    def is_choice(self) -> bool:
        return self.kind in CHOICES


@dataclass
class Form:
    """A form: where it goes, how, and what it would send."""

    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)


@dataclass
class Markup:
    """The links and forms of a page."""

    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)


def read(html: str) -> Markup:
    """Read a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Markup()
        self._form: Form | None = None
        self._by_id: dict[str, Form] = {}
        self._select: Field | None = None
        self._area: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        for link in ("href", "hx-get", "data-href", "src"):
            if at.get(link):
                self.found.links.append(at[link])
        if "hx-post" in at:
            self._posting(tag, at)
        if tag == "form":
            self._form = Form(at.get("action", ""), at.get("method", "get").lower())
            self.found.forms.append(self._form)
            if at.get("id"):
                self._by_id[at["id"]] = self._form
        elif tag == "option" and self._select is not None:
            self._select.options.append(at.get("value", ""))
            if "selected" in at:
                self._select.value = at.get("value", "")
        elif tag in ("input", "select", "textarea", "button"):
            self._control(tag, at)

    def _posting(self, tag: str, at: dict[str, str]) -> None:
        if tag != "form" and not (self._form and self._form.action == at["hx-post"]):
            alone = Form(at["hx-post"], "post")
            if self._form is not None:
                alone.fields = dict(self._form.fields)
            self.found.forms.append(alone)

    def _control(self, tag: str, at: dict[str, str]) -> None:
        form = self._by_id.get(at["form"]) if at.get("form") else self._form
        if at.get("formaction") and form is not None:
            self.found.forms.append(Form(at["formaction"], at.get("formmethod", form.method), form.fields))
        name = at.get("name", "")
        if form is None or not name or "disabled" in at:
            return
        kind = {"select": "select", "textarea": "textarea"}.get(
            tag, at.get("type", "submit" if tag == "button" else "text")
        )
        value = at.get("value", "on" if kind == "checkbox" else "")
        kept = form.fields.get(name)
        if kept is not None and kind in ("radio", "checkbox"):
            kept.options.append(value)
            kept.value = value if "checked" in at else kept.value
            return
        if kept is not None and kind != "hidden":
            kept.options.append(value)
            return
        made = Field(name, kind, value, [value], "required" in at)
        if kind in ("radio", "checkbox") and "checked" not in at:
            made.value = ""
        form.fields[name] = made
        if tag == "select":
            made.options = []
            self._select = made
        if tag == "textarea":
            self._area = made

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            if self._select is not None and not self._select.value and self._select.options:
                self._select.value = self._select.options[0]
            self._select = None
        elif tag == "textarea":
            self._area = None


__all__ = ["Field", "Form", "Markup", "read"]
