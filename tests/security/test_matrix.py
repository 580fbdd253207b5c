"""Every route × method × visitor × whose id × where it stands: answers as the policies say, nothing foreign seen or changed."""

from __future__ import annotations

import ast
import inspect
import sys
from collections import Counter
from pathlib import Path

import kaohe
from kaohe.pages import objects
from kaohe.testing.hall import VISITORS
from kaohe.testing.matrix import KINDS, PLACES, Spot


def _dealt(spot: Spot) -> bool:
    """The sample of the usual run: everything an admin can reach, every body of an assessor, and a part of the rest."""
    if (
        spot.visitor == "admin"
        or spot.place == ""
        or (spot.visitor == "assessor" and spot.place in ("body", "choice"))
    ):
        return True
    return spot.share({"assessor": 2, "member": 3}.get(spot.visitor, 5)) == 0


def test_crawling_finds_no_broken_page(matrix):
    assert not matrix.complaints, "\n".join(matrix.complaints)


def test_the_plan_leaves_nothing_out(matrix):
    routes = {(route.endpoint, route.method, route.rule) for route in matrix.hall.routes}
    planned = {(s.route.endpoint, s.route.method, s.route.rule, s.visitor) for s in matrix.spots}
    assert planned == {(*route, visitor) for route in routes for visitor in VISITORS}
    cells = Counter((spot.visitor, kind, spot.place) for spot in matrix.spots if spot.place for kind in KINDS)
    assert [cell for v in VISITORS for k in KINDS for p in PLACES if not cells[cell := (v, k, p)]] == []
    print(f"plan: {len(routes)} routes, {len(matrix.spots)} spots, {sum(cells.values())} cells of an id")


def test_every_id_in_an_address_has_a_loader_and_an_object(matrix):
    named = {name for route in matrix.hall.routes for name in route.ids}
    assert named <= set(objects.names())
    for world in (matrix.hall.mine, matrix.hall.other):
        assert set(objects.names()) <= set(world.things)


def test_every_form_is_known(matrix):
    posts = {route.endpoint for route in matrix.hall.routes if route.method != "GET"}
    unseen = sorted(posts - set(matrix.harvest.forms) - set(matrix.bodies))
    assert not unseen, unseen
    others = {
        r.endpoint
        for r in matrix.hall.routes
        if set(r.others) - set(matrix.harvest.others.get(r.endpoint, {}))
    }
    assert sorted(others) == []


def test_every_door(matrix, full, monkeypatch):
    """The matrix itself; and each place in the code that takes an id from a form was tried with a foreign one."""
    tried: set[tuple[str, int]] = set()
    real = objects.load

    def load(session, name, ident):
        caller = sys._getframe(1)
        if caller.f_code is objects.choose.__code__ and str(ident) in matrix.hall.ids["other"]:
            tried.add((caller.f_back.f_code.co_filename, caller.f_back.f_lineno))
        return real(session, name, ident)

    monkeypatch.setattr(objects, "load", load)
    spots = [spot for spot in matrix.spots if full or _dealt(spot)]
    seen = matrix.run(spots)
    print(
        f"matrix on {matrix.hall.mine.databases.dialect}: {seen.requests} requests, {sum(seen.cells.values())} cells, "
        f"{len(seen.endpoints)} endpoints and methods, {seen.unsafe} unsafe; answers {dict(sorted(seen.statuses.items()))}"
    )
    for place in PLACES:
        print(place, {v: {k: seen.cells[v, k, place] for k in KINDS} for v in VISITORS})
    assert not seen.complaints, "\n".join(seen.complaints)
    assert [cell for v in VISITORS for k in KINDS for p in PLACES if not seen.cells[cell := (v, k, p)]] == []
    sites = list(_sites_of_choose())
    missed = [
        f"{path}:{first}"
        for path, first, last in sites
        if not any(p == path and first <= n <= last for p, n in tried)
    ]
    print(f"choose: {len(sites)} places in the code, {len(sites) - len(missed)} tried with a foreign id")
    assert missed == []


def _sites_of_choose():
    for path in Path(kaohe.__path__[0]).rglob("*.py"):
        if path == Path(inspect.getfile(objects)):
            continue
        source = path.read_text()
        if "import choose" not in source and "choose," not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "choose"
                and len(node.args) >= 5
            ):
                yield str(path), node.lineno, node.end_lineno
