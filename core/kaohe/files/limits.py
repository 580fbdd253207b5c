"""The caps of the file door, all in one place: how big, how many, how long.

They bound what one upload may cost. A file beyond a cap is refused in words, never cut.
"""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024

MAX_FILE = 10 * MB
MAX_PASTE = 1 * MB

# Pictures: pixels before decoding. JPEG is decoded reduced, the other formats whole.
MAX_PIXELS = {"jpeg": 50_000_000, "png": 25_000_000, "webp": 25_000_000}
MAX_SIDE = 30_000
PICTURE_SIDE = 2560
THUMBNAIL_SIDE = 320
PICTURE_BYTES = 4 * MB

# PDF: streams looked into, and what they may inflate to.
PDF_STREAMS = 20_000
PDF_INFLATED = 100 * MB
PDF_IMAGE_LOOK = 256 * 1024

# Workbooks: members of the ZIP, counted while inflating.
ZIP_MEMBERS = 1_000
ZIP_MEMBER = 64 * MB
ZIP_TOTAL = 96 * MB
ZIP_NAME = 200

# Tables, of whatever format.
TABLE_SHEETS = 50
TABLE_ROWS = 200_000
TABLE_COLUMNS = 500
TABLE_CELLS = 2_000_000
CELL_TEXT = 32_767
HEADER_SEARCH = 30

# What may be kept; an operator sets other limits for an organisation with `kaohe tenant files`.
TENANT_TOTAL = 20 * 1024 * MB
PERSON_DAY = 500 * MB
DISK_RESERVE = 512 * MB

# Children that read at the same time in one process, and how long an upload waits for its turn.
AT_ONCE = 2
PATIENCE = 25.0

NAME_CHARACTERS = 120
NAME_BYTES = 200


@dataclass(frozen=True)
class Limits:
    """What a child process may use: bytes of memory, seconds of CPU, seconds on the clock, bytes of answer."""

    memory: int = 448 * MB
    cpu: int = 20
    wall: float = 30.0
    output: int = 64 * MB


PICTURE_LIMITS = Limits(memory=448 * MB, cpu=15, wall=30.0, output=2 * PICTURE_BYTES)
PDF_LIMITS = Limits(memory=384 * MB, cpu=15, wall=30.0, output=1 * MB)
TABLE_LIMITS = Limits(memory=448 * MB, cpu=30, wall=60.0, output=64 * MB)
