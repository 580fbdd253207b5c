"""Pages of schemes: what is offered and used, a revision as a document, its draft edited, adopted and read.

A draft is the admin's; an adopted revision is everybody's. Every form carries the version it showed.
"""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kaohe.accounts.policy import Place
from kaohe.adoption import listing as shown
from kaohe.adoption import reader_views as _reader_views  # adds its pages
from kaohe.adoption import service as adoption
from kaohe.adoption.figures import figures_page
from kaohe.adoption.forms import AdoptForm, ScopeForm, read_figure, read_value, read_version
from kaohe.adoption.headings import heading
from kaohe.adoption.models import Adoption, Revision
from kaohe.adoption.routes import pages
from kaohe.db import TenantSession
from kaohe.errors import Forbidden, NotFound, Refusal
from kaohe.pages import choose, current, loader
from kaohe.people import service as people
from kaohe.tenants import service as tenants

PAGES = [pages]
READERS = _reader_views


@loader("adoption")
def load_adoption(session: TenantSession, ident: int) -> tuple[Adoption, Place | None]:
    """A scheme in use belongs to the whole organisation."""
    return session.need(Adoption, ident), None


@loader("revision")
def load_revision(session: TenantSession, ident: int) -> tuple[Revision, Place | None]:
    """So does a revision."""
    return session.need(Revision, ident), None


@pages.get("/", allow="adoption.read")
def index() -> Any:
    """Schemes in use and in preparation with their revisions; for an admin also what the sectors offer."""
    registry = current_app.extensions["kaohe"].registry
    return render_template("adoption/index.html", **shown.index(registry))


@pages.post("/start", allow="adoption.edit")
def start() -> Any:
    """Begin to adopt a scheme that a switched-on sector offers."""
    scheme = _offered(request.form.get("scheme") or "")
    sector = current_app.extensions["kaohe"].registry.sector_of(scheme.code)
    made = next((one for one in adoption.adoptions(current.session) if one.scheme_code == scheme.code), None)
    if made is None:
        made = adoption.adopt_start(
            current.session, sector=sector.code, scheme=scheme, actor=current.actor, now=current.now
        )
    elif not adoption.revisions(current.session, made):
        adoption.restart(current.session, made, scheme, actor=current.actor, now=current.now)
    return _to(adoption.revisions(current.session, made)[0])


def _offered(code: str) -> Any:
    registry = current_app.extensions["kaohe"].registry
    for sector in tenants.sectors_on(current.session):
        found = registry.sectors.get(sector)
        for scheme in found.schemes if found else ():
            if scheme.code == code:
                return scheme
    raise NotFound


def _to(revision: Revision, **options: Any) -> Any:
    return redirect(url_for("adoption.show", revision=revision.id, **options), 303)


def _readable(revision: Revision) -> Revision:
    if revision.state == "draft" and not current.actor.is_admin:
        raise Forbidden
    return revision


@pages.get("/<id:revision>", allow="adoption.read")
def show(revision: Revision) -> Any:
    """A revision as a readable document, its doubts on top."""
    return _page(_readable(revision))


def _page(revision: Revision, refusal: Refusal | None = None, at: str = "") -> Any:
    """The document; with a refusal its words stand at the doubt `at` (or on top) and what was typed is kept."""
    registry = current_app.extensions["kaohe"].registry
    typed = request.form if refusal is not None else {}
    page = render_template(
        "adoption/show.html",
        **{**shown.document_page(registry, revision), "refusal": refusal, "at": at, "typed": typed},
    )
    return page, refusal.status if refusal is not None else 200


@pages.post("/<id:revision>/doubts", allow="adoption.edit")
def settle(revision: Revision) -> Any:
    """Record the answer to one doubt."""
    form, code = request.form, request.form.get("doubt") or ""
    try:
        figures = {
            name.removeprefix("figure:"): read_figure(name, text)
            for name, text in form.items()
            if name.startswith("figure:") and form.get("option") == adoption.OWN and text.strip()
        }
        dropped = adoption.settle_doubt(
            current.session,
            revision,
            code,
            option=form.get("option"),
            figures=figures,
            reason=form.get("reason") or "",
            actor=current.actor,
            now=current.now,
            version=read_version(form.get("version")),
        )
    except Refusal as refusal:
        current.session.rollback()
        return _page(revision, refusal, code if refusal.status == 422 else "")
    flash(_("裁定已记入"), "plus")
    if dropped:
        flash(_("有 %(n)s 处改动和新的裁定不合，已恢复原值", n=len(dropped)), "warn")
    return _to(revision, _anchor="doubts")


@pages.form("/<id:revision>/edit", allow="adoption.edit")
def edit(revision: Revision) -> Any:
    """The figures that can be changed, each with its limits; one is changed at a time."""
    refusal = None
    path = request.form.get("path") or ""
    if request.method == "POST":
        try:
            adoption.change_figure(
                current.session,
                revision,
                path,
                value=read_value(path, request.form.get("value")),
                reason=request.form.get("reason") or "",
                actor=current.actor,
                now=current.now,
                version=read_version(request.form.get("version")),
            )
        except Refusal as error:
            current.session.rollback()
            refusal = error
        else:
            flash(_("改动已记入"), "plus")
            kept: dict[str, Any] = {
                name: request.args[name] for name in ("q", "clause", "part", "only") if name in request.args
            }
            return redirect(url_for("adoption.edit", revision=revision.id, **kept), 303)
    return render_template(
        "adoption/edit.html", **figures_page(revision), refusal=refusal, at=path, typed=request.form
    ), refusal.status if refusal else 200


@pages.form("/<id:revision>/scope", allow="adoption.edit")
def scope(revision: Revision) -> Any:
    """Who takes part."""
    held = adoption.scope_of(current.session, revision.id)
    form = ScopeForm(
        version=revision.version,
        everyone="1" if held.unit_ids is None else "0",
        units=[str(one) for one in held.unit_ids or ()],
        minimum_days=held.minimum_days,
    ).offer(people.units(current.session))
    if form.validate_on_submit():
        try:
            chosen = [
                choose(current.session, current.actor, "adoption.edit", "unit", one).id
                for one in form.units.data or []
            ]
            adoption.set_scope(
                current.session,
                revision,
                unit_ids=None if form.everyone.data == "1" else chosen,
                minimum_days=form.minimum_days.data or 0,
                actor=current.actor,
                now=current.now,
                version=read_version(request.form.get("version")),
            )
        except Refusal as refusal:
            current.session.rollback()
            _put(form, refusal)
        else:
            flash(_("参加范围已保存"), "plus")
            return _to(revision)
    return _form("adoption/scope.html", revision, form)


def _put(form: Any, refusal: Refusal) -> None:
    """Put a refusal on the field that it names, or on top of the form."""
    field = getattr(form, refusal.field or "", None)
    errors = field.errors if field is not None else form.form_errors
    said = refusal.say(current.language)
    if field is not None:
        field.errors = [*errors, said]
    else:
        form.form_errors.append(said)
    form.status = refusal.status


def _form(template: str, revision: Revision, form: Any, **more: Any) -> Any:
    status = getattr(form, "status", 422) if form.errors else 200
    return render_template(template, form=form, **heading(revision), **more), status


@pages.form("/<id:revision>/adopt", allow="adoption.edit")
def adopt(revision: Revision) -> Any:
    """The last page before a draft is adopted: what changes, from which day on, for which periods."""
    days = shown.first_days(revision)
    form = AdoptForm(version=revision.version, starts_on=days[0].starts_on if days else None)
    if form.validate_on_submit():
        try:
            adoption.adopt(
                current.session,
                revision,
                starts_on=form.starts_on.data,
                actor=current.actor,
                now=current.now,
                version=read_version(request.form.get("version")),
            )
        except Refusal as refusal:
            current.session.rollback()
            _put(form, refusal)
        else:
            flash(_("第 %(n)s 版已采用", n=revision.number), "plus")
            return _to(revision)
    return _form("adoption/adopt.html", revision, form, days=days, **shown.before_adopting(revision))


@pages.post("/<id:revision>/discard", allow="adoption.edit")
def discard(revision: Revision) -> Any:
    """Throw a draft away."""
    number = revision.number
    adoption.discard(current.session, revision, version=read_version(request.form.get("version")))
    flash(_("第 %(n)s 版草案已放弃", n=number), "plus")
    return redirect(url_for("adoption.index"), 303)


@pages.post("/<id:revision>/renew", allow="adoption.edit")
def renew(revision: Revision) -> Any:
    """Take the sector's newer text into the draft."""
    held = current.session.need(Adoption, revision.adoption_id)
    lost = adoption.renew(
        current.session,
        revision,
        _offered(held.scheme_code),
        actor=current.actor,
        now=current.now,
        version=read_version(request.form.get("version")),
    )
    flash(_("已换成行业插件的新文本"), "plus")
    if lost:
        flash(_("有 %(n)s 处裁定或改动要重新核对", n=len(lost)), "warn")
    return _to(revision)


@pages.post("/of/<id:adoption>/next", allow="adoption.edit")
def draft_next(adoption: Adoption) -> Any:
    """Start the next draft from the newest adopted revision; an open draft is shown instead of a second one."""
    return _to(shown.next_draft(adoption))


@pages.get("/<id:revision>/compare", allow="adoption.read")
def compare(revision: Revision) -> Any:
    """Two revisions side by side."""
    _readable(revision)
    other = None
    if request.args.get("with"):
        other = _readable(
            choose(current.session, current.actor, "adoption.read", "revision", request.args["with"])
        )
        if other.adoption_id != revision.adoption_id:
            raise NotFound
    return render_template("adoption/compare.html", **shown.comparison(revision, other))


@pages.get("/<id:revision>/print", allow="adoption.read")
def paper(revision: Revision) -> Any:
    """The document on paper, everything unfolded."""
    registry = current_app.extensions["kaohe"].registry
    return render_template("adoption/print.html", **shown.document_page(registry, _readable(revision)))
