"""The child's part of a paper: the template, the fonts and one JSON text become PDF bytes.

Runs in a process of its own, without environment, network, packages or any file but the template. A paper of some
pages is tagged for screen readers (PDF/A-2a); a long one is not, for the size of it (PDF/A-2b). A character that no
font has cannot stand in PDF/A: then it is plain PDF, with a box for it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import kaohe

TEMPLATES = Path(__file__).parent / "typst"
FONTS = Path(kaohe.__file__).parent / "web" / "static" / "vendor" / "papers"
TAGGED_PAGES = 30


def print_here(data: bytes, options: dict[str, Any]) -> bytes:
    """The PDF of a packed paper."""
    import typst

    tagged = json.loads(data)["pages"] <= TAGGED_PAGES
    how: dict[str, Any] = {
        "root": str(TEMPLATES),
        "font_paths": [str(FONTS)],
        "ignore_system_fonts": True,
        "sys_inputs": {"paper": data.decode("utf-8")},
    }
    compiler = typst.Compiler(str(TEMPLATES / "paper.typ"), **how)
    try:
        made = compiler.compile(pdf_standards="a-2a" if tagged else "a-2b", pdf_tags=tagged)
    except typst.TypstError as fault:
        if "PDF/A" not in str(fault):
            raise
        made = compiler.compile(pdf_tags=False)
    assert isinstance(made, bytes)
    return made
