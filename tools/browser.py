"""Make sure that a real Chromium and a Chinese font are there: by apt as root, else say in one line what to install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = ("chromium", "fonts-noto-cjk")


def missing() -> list[str]:
    """The Debian packages that this machine lacks."""
    lacks = [] if shutil.which("chromium") else ["chromium"]
    fonts = shutil.which("fc-list") and subprocess.run(
        ["fc-list", ":lang=zh-cn"], capture_output=True, check=False
    )
    if not fonts or not fonts.stdout.strip():
        lacks.append("fonts-noto-cjk")
    return lacks


def main() -> int:
    """Install what is missing, or say what to install; 1 when the browser is still not there."""
    lacks = missing()
    if not lacks:
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment, stdout=subprocess.DEVNULL)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *lacks],
            check=False,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
    if missing():
        print(
            f"The browser tests need Debian's packages: apt-get install {' '.join(PACKAGES)}", file=sys.stderr
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
