"""Routes that name their policy: `pages.get("/…", allow="entries.read")`. Without one there is no route."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint
from werkzeug.routing import BaseConverter, ValidationError

from kaohe.accounts.policy import POLICIES

TENANT_PREFIX = "/t/<code>"


class IdConverter(BaseConverter):
    """A 63-bit id in an address; anything else does not match and is therefore not found."""

    regex = r"[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number >= 1 << 63:
            raise ValidationError
        return number

    def to_url(self, value: Any) -> str:
        return str(int(value))


class Pages(Blueprint):
    """A feature's pages below `/t/<code>/<prefix>` (or outside tenants); each route has an action of `accounts.policy`."""

    def __init__(
        self, name: str, import_name: str, prefix: str = "", *, of_tenant: bool = True, **options: Any
    ) -> None:
        options.setdefault("template_folder", "templates")
        start = TENANT_PREFIX if of_tenant else ""
        super().__init__(name, import_name, url_prefix=f"{start}{prefix}" or None, **options)
        self.allow: dict[str, str] = {}
        self.unnamed: set[str] = set()

    def page(
        self,
        rule: str,
        *,
        allow: str,
        methods: list[str],
        endpoint: str | None = None,
        unnamed: bool = False,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register a view with its action; an unknown action is an error at import.

        `unnamed`: what is done here is secret or anonymous; its audit row keeps nobody, no address, no exact time.
        """
        if allow not in POLICIES:
            raise ValueError(f"no policy {allow!r}")

        def register(view: Callable[..., Any]) -> Callable[..., Any]:
            name = endpoint or view.__name__
            self.allow[f"{self.name}.{name}"] = allow
            if unnamed:
                self.unnamed.add(f"{self.name}.{name}")
            self.add_url_rule(rule, name, view, methods=methods)
            return view

        return register

    def get(self, rule: str, *, allow: str, **options: Any) -> Any:  # type: ignore[override]
        return self.page(rule, allow=allow, methods=["GET"], **options)

    def post(self, rule: str, *, allow: str, **options: Any) -> Any:  # type: ignore[override]
        return self.page(rule, allow=allow, methods=["POST"], **options)

    def form(self, rule: str, *, allow: str, **options: Any) -> Any:
        """A page that shows a form and takes it."""
        return self.page(rule, allow=allow, methods=["GET", "POST"], **options)
