"""Addresses of static files that carry the digest of their content, so that they may be cached for a year.

Decides the address and the time a browser may keep a file. Refuses a name outside the static folder or of a
file that is not there: a page without its style is a fault of the installation, not something to serve.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote

from flask import Flask, Response, request

YEAR = 365 * 24 * 3600
MONTH = 30 * 24 * 3600

#: What every page loads; the start of the server asks for them by `Assets.missing`.
REQUIRED = (
    "kaohe.css",
    "kaohe.js",
    "vendor/tabler.min.css",
    "vendor/tabler-icons.min.css",
    "vendor/fonts/tabler-icons.woff2",
    "vendor/htmx.min.js",
    "vendor/echarts.min.js",
)


class AssetMissing(RuntimeError):
    """A static file that a page names is not in its folder."""


class Assets:
    """The static files below `folder`, served under `prefix` (no trailing slash)."""

    def __init__(self, folder: Path, prefix: str = "/static") -> None:
        self.folder = folder.resolve()
        self.prefix = prefix
        self._digests: dict[str, tuple[int, int, str]] = {}

    def digest(self, name: str) -> str:
        """Ten hexadecimal digits of the file's content; read again only when size or time changed."""
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder) or not path.is_file():
            raise AssetMissing(f"static file {name!r} is missing; `python tools/assets.py` puts it in place")
        state = path.stat()
        kept = self._digests.get(name)
        if kept is None or kept[:2] != (state.st_mtime_ns, state.st_size):
            kept = (state.st_mtime_ns, state.st_size, hashlib.sha256(path.read_bytes()).hexdigest()[:10])
            self._digests[name] = kept
        return kept[2]

    def url(self, name: str) -> str:
        """The address of `name` with its digest, as in `/static/kaohe.css?v=0a1b2c3d4e`."""
        return f"{self.prefix}/{quote(name)}?v={self.digest(name)}"

    def seconds(self, name: str, version: str | None) -> int:
        """How long a browser may keep the answer: a year by the right digest, a month a font, else none."""
        try:
            known = self.digest(name)
        except AssetMissing:
            return 0
        if version == known:
            return YEAR
        return MONTH if name.startswith("vendor/fonts/") else 0

    def missing(self) -> list[str]:
        """The required files that are not there."""
        return [name for name in REQUIRED if not (self.folder / name).is_file()]


def register(app: Flask) -> Assets:
    """Give templates `asset_url(name)` and static answers their cache header; needs the app's static folder."""
    assets = Assets(Path(app.static_folder or ""), app.static_url_path or "/static")
    app.jinja_env.globals["asset_url"] = assets.url

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in (200, 206, 304):
            name = (request.view_args or {}).get("filename", "")
            seconds = assets.seconds(name, request.args.get("v"))
            response.headers["Cache-Control"] = (
                f"public, max-age={seconds}, immutable" if seconds else "no-cache"
            )
        return response

    return assets
