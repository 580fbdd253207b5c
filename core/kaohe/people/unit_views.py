"""The tree of units with its people, and the forms that change it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.pages import current
from kaohe.people import listing, service
from kaohe.people.editing import chosen_unit, fill_choices, run_form
from kaohe.people.forms import CloseUnitForm, NewUnitForm, UnitForm, UnitPlaceForm
from kaohe.people.models import Unit
from kaohe.people.routes import pages


@pages.get("/units", allow="people.list")
def units() -> str:
    """The units that the actor may see, as a tree, each with how many people are in it today."""
    tree = listing.units_seen(current.session, current.actor)
    counts = service.people_counts(current.session, current.today)
    below: dict[int, int] = {}
    for unit in tree:
        for ident in unit.path.strip("/").split("/"):
            below[int(ident)] = below.get(int(ident), 0) + counts.get(unit.id, 0)
    closed = request.args.get("closed") == "1"
    top = min((service.depth(unit) for unit in tree), default=0)
    shown = [one for one in tree if closed or one.closed_on is None or one.closed_on >= current.today]
    return render_template(
        "people/units.html",
        rows=[(unit, service.depth(unit) - top, counts.get(unit.id, 0), below[unit.id]) for unit in shown],
        hidden=len(tree) - len(shown),
        closed=closed,
        today=current.today,
    )


def _page(title: str, save: str, **more: Any) -> dict[str, Any]:
    tree = url_for("people.units")
    way = [(_("人员与部门"), url_for("people.index")), (_("各级部门"), tree), (title, "")]
    return {"title": title, "save": save, "crumbs": way, "back": tree, "done": lambda _: tree, **more}


@pages.form("/units/new", allow="units.edit")
def new_unit() -> Any:
    """A unit below another."""
    form = NewUnitForm()
    tree = service.units(current.session, open_on=current.today)
    fill_choices(form, "parent", listing.unit_choices(tree), request.args.get("parent") or tree[0].id)
    return run_form(
        form,
        lambda: service.create_unit(
            current.session,
            name=form.name.data or "",
            code=form.code.data,
            parent=chosen_unit("units.edit", form.parent.data),
        ),
        said=_("已新增部门。"),
        **_page(_("新增部门"), _("新增")),
    )


@pages.form("/units/<id:unit>/edit", allow="units.edit")
def edit_unit(unit: Unit) -> Any:
    """Another name or code."""
    form = UnitForm(obj=unit)
    return run_form(
        form,
        lambda: service.rename_unit(
            current.session, unit, name=form.name.data or "", code=form.code.data, version=form.version.data
        ),
        newer=lambda: unit,
        said=_("已保存。"),
        **_page(_("部门改名"), _("保存")),
    )


@pages.form("/units/<id:unit>/move", allow="units.edit")
def move_unit(unit: Unit) -> Any:
    """Below another unit, with everything in it."""
    form = UnitPlaceForm(obj=unit)
    tree = [one for one in service.units(current.session) if not one.path.startswith(unit.path)]
    fill_choices(form, "parent", listing.unit_choices(tree), unit.parent_id)
    return run_form(
        form,
        lambda: service.move_unit(
            current.session,
            unit,
            parent=chosen_unit("units.edit", form.parent.data),
            version=form.version.data,
        ),
        newer=lambda: unit,
        said=_("已移动部门。"),
        **_page(
            _("移动“%(name)s”", name=unit.name),
            _("移动"),
            note=_("下级部门和人员一起移动；这个部门的考核人不变。"),
        ),
    )


@pages.form("/units/<id:unit>/close", allow="units.edit")
def close_unit(unit: Unit) -> Any:
    """A last day for a unit that nobody is in any more."""
    form = CloseUnitForm(obj=unit)
    if not form.is_submitted():
        form.on.data = current.today
    return run_form(
        form,
        lambda: service.close_unit(current.session, unit, on=form.on.data, version=form.version.data),
        newer=lambda: unit,
        said=_("已停用部门。"),
        **_page(
            _("停用“%(name)s”", name=unit.name),
            _("停用"),
            note=_("停用后不能再安排人员；以前的记录和结果都保留，也可以重新启用。"),
        ),
    )


@pages.post("/units/<id:unit>/reopen", allow="units.edit")
def reopen_unit(unit: Unit) -> Any:
    """Take a closed unit into use again."""
    service.reopen_unit(current.session, unit)
    flash(_("已重新启用。"), "success")
    return redirect(url_for("people.units"), 303)


@pages.post("/units/<id:unit>/order", allow="units.edit")
def order_unit(unit: Unit) -> Any:
    """One place up or down among its sisters."""
    service.order_units(current.session, unit, earlier=request.form.get("to") != "down")
    return redirect(url_for("people.units"), 303)
