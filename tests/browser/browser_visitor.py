"""Somebody at a browser window, and the eye that looks at every page they see.

On each page: no error in the console, no breach of the content policy, no answer of 500 or more, nothing that runs
out of the window sideways, no raw id or code among the words, and the words in the page's own language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from browser_house import House
from browser_words import strange_words
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response

from kaohe.demo import PASSWORD

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
_BREACH = """addEventListener('securitypolicyviolation', (event) => {
  (window.breaches ||= []).push(event.violatedDirective + ' ' + event.blockedURI + ' ' + (event.sourceFile || ''));
});"""
_QUOTED = ".k-printed, [lang]:not(html), .k-import td, .k-left-out, [name^=column-] option"
_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [];
  for (const one of document.body.querySelectorAll('*')) {
    const box = one.getBoundingClientRect();
    if (box.width && box.right > width + 1 && one.checkVisibility() && !one.closest('.k-scroll, .k-ph-tabs, [hidden]')) {
      wide.push(one.tagName.toLowerCase() + '.' + (one.getAttribute('class') || '') + ' ' + Math.round(box.right));
    }
  }
  return ['wider than the window: ' + document.documentElement.scrollWidth + ' ' + wide.slice(0, 4).join(' | ')];
}"""


@dataclass
class Visitor:
    """A window with its size, cookies and faults."""

    house: House
    chromium: Browser
    code: str
    size: dict[str, int]
    script: bool = True
    watch: bool = True
    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)  # patterns of console errors that a test brings about
    taps: int = 0
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        touch = self.size is PHONE
        self.context = self.chromium.new_context(
            viewport=self.size,  # type: ignore[arg-type]
            has_touch=touch,
            is_mobile=touch,
            device_scale_factor=1,
            java_script_enabled=self.script,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            accept_downloads=True,
        )
        self.context.set_default_timeout(10_000)
        self.context.add_init_script(_BREACH)
        self.renew()

    def renew(self) -> None:
        """A new page in the same window, with the same cookies."""
        self.page = self.context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._answered)

    # -- going about

    def path(self, inside: str) -> str:
        return inside if inside.startswith("/t/") else f"/t/{self.code}{inside}"

    def go(self, inside: str, *, status: int = 200) -> Visitor:
        """Open a page of the organisation and look it over."""
        answer = self.page.goto(self.house.url + self.path(inside), wait_until="load")
        assert answer is not None
        assert answer.status == status, f"{inside}: {answer.status}\n{self.words()[:400]}"
        return self.look()

    def sign_in(self, number: str, password: str = PASSWORD) -> Visitor:
        """Through the sign-in page, as everybody does."""
        self.go("/sign-in")
        self.page.fill("input[name=number]", number)
        self.page.fill("input[name=password]", password)
        self.page.click("form:has(input[name=password]) button[type=submit]")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)
        return self.look()

    def tap(self, what: str | Locator) -> None:
        """One touch of the thumb, counted."""
        place = self.page.locator(what) if isinstance(what, str) else what
        place.tap()
        self.taps += 1

    def press(self, what: str | Locator) -> Visitor:
        """Click something that leads to another page, and look that one over."""
        place = self.page.locator(what) if isinstance(what, str) else what
        with self.page.expect_navigation(wait_until="load"):
            place.click()
        return self.look()

    # -- looking

    def words(self) -> str:
        """The words that the page shows."""
        return self.page.locator("body").inner_text()

    def look(self) -> Visitor:
        """Note what is wrong with the page as it stands."""
        if not self.watch:
            return self
        where = f"{urlsplit(self.page.url).path} at {self.page.viewport_size}"
        if self.script:
            found: list[str] = [
                f"breach of the policy: {one}" for one in self.page.evaluate("window.breaches || []")
            ]
            found += self.page.evaluate(_WIDE)
            language = self.page.evaluate("document.documentElement.lang")
        else:
            found, language = [], self.page.locator("html").get_attribute("lang") or ""
        found += strange_words(self.house, self.code, self.words(), language, self._quoted())
        self.faults += [f"{where}: {one}" for one in found]
        return self

    def _quoted(self) -> tuple[str, ...]:
        """Printed sources, the names of languages, and the cells of a file that is being read."""
        found = self.page.locator(_QUOTED).all_inner_texts()
        return tuple(part for text in found for part in text.split("\n") if len(part.strip()) > 1)

    def expect_error(self, pattern: str) -> None:
        """A console error that the test itself brings about."""
        self.expected.append(pattern)

    def close(self) -> list[str]:
        """Leave; what was wrong meanwhile."""
        self.context.close()
        return [one for one in self.faults if not any(re.search(pattern, one) for pattern in self.expected)]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not re.search(
            r"the server responded with a status of 4\d\d", message.text
        ):
            self.faults.append(f"{self.page.url}: console: {message.text}")

    def _answered(self, answer: Response) -> None:
        if answer.status >= 500:
            self.faults.append(f"{answer.url}: answered {answer.status}")


def finding(visitor: Visitor, selector: str) -> Any:
    """The only element that a selector finds."""
    place = visitor.page.locator(selector)
    assert place.count() == 1, f"{selector}: {place.count()}"
    return place
