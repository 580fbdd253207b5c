"""The browser's files: their addresses, their caching, the lock file, the tool that puts them in place."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest
from flask import Flask

from kaohe.web import assets

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "vendor" / "fonts").mkdir(parents=True)
    (tmp_path / "kaohe.css").write_text("body{}", encoding="utf-8")
    (tmp_path / "vendor" / "fonts" / "tabler-icons.woff2").write_bytes(b"font")
    return tmp_path


@pytest.fixture
def tool():
    spec = importlib.util.spec_from_file_location("kaohe_assets_tool", ROOT / "tools" / "assets.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_address_follows_the_content(folder):
    found = assets.Assets(folder, "/static")
    before = found.url("kaohe.css")
    assert re.fullmatch(r"/static/kaohe\.css\?v=[0-9a-f]{10}", before)
    (folder / "kaohe.css").write_text("body{margin:0}", encoding="utf-8")
    assert found.url("kaohe.css") != before


@pytest.mark.parametrize("name", ["nothing.css", "../secret", "vendor", ""])
def test_what_is_not_there_or_outside_is_refused(folder, name):
    (folder.parent / "secret").write_text("x", encoding="utf-8")
    with pytest.raises(assets.AssetMissing):
        assets.Assets(folder).url(name)


def test_only_the_right_digest_is_kept_for_a_year(folder):
    app = Flask(__name__, static_folder=str(folder), static_url_path="/static")
    found = assets.register(app)
    client = app.test_client()

    def control(address: str) -> str:
        with client.get(address) as answer:
            return answer.headers["Cache-Control"]

    assert control(found.url("kaohe.css")) == "public, max-age=31536000, immutable"
    assert control("/static/kaohe.css?v=0000000000") == "no-cache"
    assert control("/static/kaohe.css") == "no-cache"
    assert control("/static/vendor/fonts/tabler-icons.woff2?v3.49.0").startswith("public, max-age=2592000")


def test_what_is_missing_is_named(folder):
    missing = assets.Assets(folder).missing()
    assert "vendor/echarts.min.js" in missing
    assert "kaohe.css" not in missing


def test_the_lock_file_names_no_registry_and_pins_everything():
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    for name, package in lock["packages"].items():
        assert "resolved" not in package
        if name:
            assert package["integrity"].startswith("sha512-")
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert lock["packages"][f"node_modules/{name}"]["version"] == version


def test_the_tool_brings_every_file_that_pages_require(tool):
    brought = {f"vendor/{name}" for name in tool.FILES.values()}
    assert {name for name in assets.REQUIRED if name.startswith("vendor/")} <= brought


def test_the_tool_copies_once_and_sees_a_changed_lock_file(tool, tmp_path):
    for source in tool.FILES:
        path = tmp_path / "node_modules" / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    vendor = tmp_path / "static" / "vendor"
    vendor.mkdir(parents=True)
    (vendor / "old.js").write_text("", encoding="utf-8")
    assert not tool.in_place(vendor, tmp_path)
    tool.copy(vendor, tmp_path)
    assert tool.in_place(vendor, tmp_path)
    assert not (vendor / "old.js").exists()
    assert (vendor / "htmx.min.js").read_text(encoding="utf-8") == "htmx.org/dist/htmx.min.js"
    (vendor / "htmx.min.js").unlink()
    assert not tool.in_place(vendor, tmp_path)
    tool.copy(vendor, tmp_path)
    (tmp_path / "package-lock.json").write_text('{"changed": true}', encoding="utf-8")
    assert not tool.in_place(vendor, tmp_path)
