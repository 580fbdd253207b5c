"""How long 10,000 subjects with 40 tallies each take: `python tests/scheme/bench_engine.py`.

Prints seconds of processor time for computing, for writing the inputs, and for writing the results; nothing is asserted.
"""

from __future__ import annotations

import random
import resource
import time

from kaohe.scheme import Inputs, assess, assessment_to_json, compile_scheme, inputs_to_json
from kaohe_nursing.scheme import NURSING

SUBJECTS, TALLIES = 10_000, 40


def cohort() -> dict[int, Inputs]:
    """Made-up tallies over checklist items and clauses."""
    source = random.Random(1)
    items = [item.id for clause in NURSING.clauses() for item in clause.items]
    ids = [31, 32, 33, 34, 35, 36, 41, 42, 52, 53, 63, 71, 72, 73, 81, 91, 101, 102]
    ids += items[: TALLIES - len(ids)]
    return {
        subject: Inputs({"star": 3}, [(id, None, source.randint(1, 3), 0, 0, None) for id in ids])
        for subject in range(SUBJECTS)
    }


def main() -> None:
    """Measure once and print."""
    subjects = cohort()
    marks = [time.process_time()]
    results = assess(compile_scheme(NURSING), subjects)
    marks.append(time.process_time())
    inputs = [inputs_to_json(each) for each in subjects.values()]
    marks.append(time.process_time())
    written = [assessment_to_json(each) for each in results]
    marks.append(time.process_time())
    for name, start, end in zip(("assess", "inputs", "results"), marks, marks[1:], strict=False):
        print(f"{name:8} {end - start:6.2f} s")
    size = sum(map(len, inputs)) + sum(map(len, written))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{'all':8} {marks[-1] - marks[0]:6.2f} s, {size / 1e6:.1f} million characters, peak {peak} MB")


if __name__ == "__main__":
    main()
