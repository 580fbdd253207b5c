"""Two people edit one thing: no edit is lost, and who comes second is told and shown the newer version."""

from __future__ import annotations

import threading

from sqlalchemy.orm.exc import StaleDataError

from kaohe.errors import Conflict
from kaohe.people import service as people
from kaohe.people.models import Unit
from kaohe.testing.fixtures import Browser

THREADS, EDITS = 8, 50


def test_many_edits_of_one_object_and_none_is_lost(databases, tenant, world):
    ident, conflicts, wrong = world.units["first"].id, [], []

    def edit_once() -> bool:
        with databases.tenant(tenant.id, write=False) as session:  # as a form shows it
            shown = session.need(Unit, ident)
            count, version = int(shown.code or 0), shown.version
        try:
            with databases.tenant(tenant.id) as session:  # as it is sent
                unit = session.need(Unit, ident)
                people.rename_unit(session, unit, name=unit.name, code=str(count + 1), version=version)
                session.commit()
        except (Conflict, StaleDataError):
            conflicts.append(version)
            return False
        return True

    def edit() -> None:
        try:
            for _ in range(EDITS):
                while not edit_once():
                    pass
        except Exception as error:  # a thread's own fault is looked at below
            wrong.append(error)

    threads = [threading.Thread(target=edit) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    with databases.tenant(tenant.id, write=False) as session:
        unit = session.need(Unit, ident)
        assert int(unit.code) == THREADS * EDITS
    print(
        f"lost update on {databases.dialect}: {THREADS} × {EDITS} edits, {len(conflicts)} conflicts, none lost"
    )


def test_the_second_of_two_editors_is_told_and_shown_the_newer_version(app, tenant, living):
    first, second = (Browser(app, tenant).sign_in(living.accounts["admin"]) for _ in range(2))
    person = living.people["member"]
    path = f"/people/{person.id}/edit"
    version = _version(first.get(path).text)
    assert version == _version(second.get(path).text)
    data = {"name": "改名一", "number": person.number, "position": "职员", "version": version}
    assert first.post(path, data).status_code == 303
    answer = second.post(path, {**data, "name": "改名二"})
    assert answer.status_code == 409
    assert "改名一" in answer.text
    assert "改名二" in second.post(path, {**data, "name": "改名二"}).text  # what was typed is kept
    with living.session(write=False) as session:
        assert session.need(type(person), person.id).name == "改名一"


def _version(html: str) -> str:
    return html.split('name="version"')[1].split('value="')[1].split('"')[0]
