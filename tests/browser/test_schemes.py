"""The document of every registered scheme, at a desk and on a phone, in both languages: a table that holds.

`KAOHE_PROVE=full` looks at all of each; a usual run at each scheme in one language, unfolded.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest
from browser_site import Site
from browser_visitor import DESKTOP, PHONE
from playwright.sync_api import Browser
from sqlalchemy import select

from kaohe.accounts.models import Account
from kaohe.accounts.service import actor_of
from kaohe.adoption import service as adoption
from kaohe.db import Databases
from kaohe.tenants import service as tenants
from kaohe.tenants.models import Tenant
from kaohe.testing.world import World, build_world
from kaohe_coach_transport.scheme import UNIT

pytestmark = pytest.mark.xdist_group("browser-schemes")
FULL = os.environ.get("KAOHE_PROVE") == "full"
_BROKEN = """() => {
  const panel = document.querySelector('.k-doc').getBoundingClientRect();
  const wide = document.documentElement.scrollWidth;
  const broken = wide > document.documentElement.clientWidth ? ['the page is ' + wide + ' px wide'] : [];
  for (const cell of document.querySelectorAll('.k-doc :is(th, td)')) {
    const box = cell.getBoundingClientRect();
    if (!box.width || cell.closest('thead')) continue;
    const words = cell.innerText.slice(0, 24).replaceAll('\\n', ' ');
    if (box.right > panel.right + 1 || cell.scrollWidth > cell.clientWidth + 1) broken.push('sticks out: ' + words);
    const name = cell.matches('tr[id] > td:first-of-type, th');
    if (name && box.width < (cell.tagName === 'TH' ? 96 : 140)) broken.push(Math.round(box.width) + ' px: ' + words);
  }
  return broken.slice(0, 5);
}"""


def drafts(site: Site, world: World) -> dict[str, int]:
    """A draft of every registered scheme that the organisation has not adopted; ids by the scheme's code."""
    made = {}
    with world.session() as session:
        actor = actor_of(session, world.accounts["admin"], world.now.date())
        for sector in site.registry.sectors.values():
            tenants.switch_on(session, sector.code, now=world.now)
            for scheme in sector.schemes:
                if scheme.code != world.scheme.code:
                    begun = adoption.adopt_start(
                        session, sector=sector.code, scheme=scheme, actor=actor, now=world.now
                    )
                    made[scheme.code] = adoption.revisions(session, begun)[0].id
        session.commit()
    return made


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_clauses_of_every_scheme_keep_their_columns(
    site: Site, chromium: Browser, databases: Databases, tenant: Tenant, language: str
) -> None:
    world = build_world(databases, tenant, UNIT, sector="coach_transport", whole=False, now=datetime.now(UTC))
    revisions = drafts(site, world)
    assert len(revisions) > 10
    with world.session() as session:
        session.scalars(
            select(Account).where(Account.id == world.accounts["admin"].id)
        ).one().language = language
        session.commit()
    admin = site.enter(chromium, tenant.code, world.accounts["admin"], watch=False)
    broken = []
    every, turn = list(revisions.items()), ("zh", "en").index(language)
    for code, ident in every if FULL else every[turn::2]:
        for query in ("", "?all=1") if FULL else ("?all=1",):
            admin.go(f"/schemes/{ident}{query}")
            for size in (DESKTOP, PHONE):
                admin.page.set_viewport_size(size)  # type: ignore[arg-type]
                broken += [f"{code}{query} {size['width']}: {one}" for one in admin.page.evaluate(_BROKEN)]
            admin.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    assert not broken, "\n".join(broken)
