"""Every answer carries the strict policy and its companions, and no page holds a script or style of its own."""

from __future__ import annotations

from html.parser import HTMLParser

from kaohe.testing.matrix import Matrix

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


class _Inline(HTMLParser):
    """Finds what a strict policy would stop: scripts and styles in the page, handlers in attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        data = given.get("type") == "application/json"  # never run
        if tag == "style" or (tag == "script" and not given.get("src") and not data):
            self.found.append(f"<{tag}>")
        self.found += [
            f"<{tag} {n}>" for n in given if n == "style" or (n.startswith("on") and n[2:].isalpha())
        ]
        self.found += [
            f"<{tag} {n}={v}>" for n, v in attrs if (v or "").strip().lower().startswith("javascript:")
        ]
        self.found += [
            f"<{tag} {n}={v}>"
            for n, v in attrs
            if n in ("src", "href", "action") and (v or "").startswith(("http:", "https:", "//"))
        ]


def _addresses(hall, matrix: Matrix):
    for visitor in (hall.visitors["admin"], hall.visitors["member"], hall.visitors["anonymous"]):
        for route in hall.routes:
            if route.method == "GET":
                yield visitor, matrix.address(route, matrix.values(route, visitor, "own"))
        yield visitor, hall.path("/nowhere")
        yield visitor, "/t/nobody/me"


def test_every_page_carries_the_strict_policy(hall, matrix):
    pages = 0
    for visitor, address in _addresses(hall, matrix):
        answer = hall.send(visitor, "GET", address)
        pages += 1
        policy = dict(
            part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";")
        )
        if "sandbox" not in policy:
            assert {name: policy.get(name) for name in STRICT} == STRICT, address
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff", address
        assert answer.headers["Referrer-Policy"] == "same-origin", address
        assert (
            "no-store" in answer.headers["Cache-Control"] or "private" in answer.headers["Cache-Control"]
        ), address
        assert answer.headers["X-Request-Id"], address
        if answer.mimetype == "text/html":
            inline = _Inline()
            inline.feed(answer.text)
            assert inline.found == [], (address, inline.found)
    print(f"headers: {pages} answers with the strict policy")


def test_cookies_are_kept_from_scripts(hall):
    answer = hall.client.get(hall.path("/sign-in"))
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
