"""Kinds of cases (工单) that a sector declares: their states, who takes which step, and the clocks that steps move.

A clock's limit stands in no kind: it is that of the scheme's `ClockBreach` clause of the same name, in the revision
under which the case was logged, so that the tenant's figures and settled doubts hold. A clock for which that revision
has no clause does not run. Refused at the start: a state, step, circumstance, field or clause that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema

from kaohe.plugins.asked import Choice
from kaohe.scheme import Scheme, Text, rules

LOG = "log"
"""The step with which every case begins."""
LOGGED = Text("受理", "Logged")
CIRCUMSTANCES = Text("情形", "Circumstances")
HANDS = ("desk", "holder", "assessor")
MOVES = ("", "pass", "return")


@dataclass(frozen=True)
class Circumstance:
    """What chooses among the limits of a clause: `code` is the `where` of its `TimeLimit`."""

    code: str
    title: Text


@dataclass(frozen=True)
class CaseState:
    """Where a case stands between two steps; a `closed` one leaves the desk."""

    code: str
    title: Text
    closed: bool = False


@dataclass(frozen=True)
class CaseStep:
    """Something that is done with a case.

    `after`: the states in which it can be taken; `to`: the state after it ("" leaves the state: a remark, another
    call). `by`: who may take it: "desk" (assesses the unit that logged the case, or an administrator), "holder"
    (belongs to the unit that holds it, or assesses it), "assessor" (assesses any unit). `moves`: "pass" hands the case
    to a unit that is chosen, "return" gives it back to the unit before. `takes`: whoever takes the step has the case
    as a person from then on. `asks`: fields; `reason`: words are needed.
    """

    code: str
    title: Text
    after: tuple[str, ...]
    to: str = ""
    by: tuple[str, ...] = ("desk",)
    moves: str = ""
    takes: bool = False
    asks: type[Schema] | None = None
    reason: bool = False
    icon: str = "arrow-right"

    @property
    def is_note(self) -> bool:
        """Whether the step leaves the case where it is."""
        return not self.to and not self.moves

    @property
    def is_plain(self) -> bool:
        """Whether nothing has to be asked: one click takes it."""
        return self.moves != "pass" and self.asks is None and not self.reason


@dataclass(frozen=True)
class CaseClock:
    """A clock of the kind: what starts it, stops it, ends it without a breach.

    `code`: the `clock` of the scheme's clause. `starts`: for each `runs_from` that the clause can have, the steps that
    start it. `stops`: steps that stop it when they happened; `reported`: steps that stop it when they were reported.
    `voids`, by `runs_from` too: steps that end it without a breach, unless it had run out before; `restarts`: steps
    that do so and start it anew.
    `urges`: at the limit the holder is urged (催办) and the overtime is provisional. `quiet`: nothing is owed until a
    step stops it (a return that is late, but that nobody has to make). `by_report`: (setting, value) of the scheme
    under which `stops` too count when they were reported. `before`: a moment among the kind's fields from which the
    limit is counted back.
    """

    code: str
    title: Text
    starts: Mapping[str, tuple[str, ...]]
    stops: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()
    restarts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    voids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    urges: bool = False
    quiet: bool = False
    by_report: tuple[str, str] | None = None
    before: str = ""

    def steps(self) -> Iterator[str]:
        """Every step that the clock knows."""
        for some in (*self.starts.values(), *self.restarts.values(), *self.voids.values()):
            yield from some
        yield from (*self.stops, *self.reported)


@dataclass(frozen=True)
class CaseVerdict:
    """How satisfied those are for whom cases are worked on: a choice that a step asks for.

    `step`, `field`: the step and its field. `good`: the answers that count as satisfied. `left_out`: those that are
    no answer (nobody was reached).
    """

    step: str
    field: str
    good: tuple[str, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaseKind:
    """A kind of case: what it holds, where its breaches count, its states, steps and clocks.

    `scheme`: code of the scheme that has the clocks' clauses. `headline`: the fields that name a case in a list.
    `states`: the first is that of a new case. `logged`: the name of the first step. `received_by`: words in the names of
    the units that alone deal with the kind; where an organisation has no unit of such a name, each can be chosen.
    `verdict`: what the month report counts as satisfaction.
    """

    code: str
    title: Text
    scheme: str
    fields: type[Schema]
    headline: tuple[str, ...]
    states: tuple[CaseState, ...]
    steps: tuple[CaseStep, ...]
    clocks: tuple[CaseClock, ...] = ()
    circumstances: tuple[Circumstance, ...] = ()
    asks_circumstance: Text = CIRCUMSTANCES
    logged: Text = LOGGED
    received_by: tuple[str, ...] = ()
    verdict: CaseVerdict | None = None
    icon: str = "clipboard-text"

    def step(self, code: str) -> CaseStep | None:
        """The step of that code; None for the logging itself and for what the kind does not have."""
        return next((one for one in self.steps if one.code == code), None)

    def state(self, code: str) -> CaseState | None:
        """The state of that code."""
        return next((one for one in self.states if one.code == code), None)

    def clock(self, code: str) -> CaseClock | None:
        """The clock of that code."""
        return next((one for one in self.clocks if one.code == code), None)

    def circumstance(self, code: str) -> Circumstance | None:
        """The circumstance of that code."""
        return next((one for one in self.circumstances if one.code == code), None)

    def step_title(self, code: str) -> Text:
        """What a step is called, the logging too."""
        known = self.step(code)
        return known.title if known is not None else self.logged


def breaches(scheme: Scheme) -> dict[str, tuple[int, Text, rules.ClockBreach]]:
    """The clauses about clocks by the clock's code: id, title, rule."""
    return {
        clause.rule.clock: (clause.id, clause.title, clause.rule)
        for clause in scheme.clauses()
        if isinstance(clause.rule, rules.ClockBreach)
    }


def faults_of(kinds: Iterable[Any], schemes: Iterable[Scheme]) -> list[str]:
    """What is wrong with the kinds of a sector, in words for its developer; empty when all is well."""
    by_code = {scheme.code: scheme for scheme in schemes}
    kinds = list(kinds)
    codes = [one.code for one in kinds if isinstance(one, CaseKind)]
    faults = [f"{one!r} is no CaseKind" for one in kinds if not isinstance(one, CaseKind)]
    faults += [f"two kinds are called {code}" for code in sorted(set(codes)) if codes.count(code) > 1]
    for kind in kinds:
        if isinstance(kind, CaseKind):
            faults += [f"{kind.code}: {fault}" for fault in _faults(kind, by_code)]
    return faults


def _faults(kind: CaseKind, schemes: Mapping[str, Scheme]) -> Iterator[str]:
    if not all(word.strip() for word in kind.received_by):
        yield "a word of received_by is empty"
    if not kind.states or kind.states[0].closed:
        yield "needs a first state that is not closed"
    fields = set(kind.fields().fields)
    yield from (f"no field {name}" for name in kind.headline if name not in fields)
    states = {one.code for one in kind.states}
    for step in kind.steps:
        yield from _step_faults(step, states)
    if kind.verdict is not None:
        yield from _verdict_faults(kind, kind.verdict)
    known = {LOG, *(step.code for step in kind.steps)}
    if len(known) != len(kind.steps) + 1:
        yield "two steps have one code"
    scheme = schemes.get(kind.scheme)
    if scheme is None:
        yield f"no scheme {kind.scheme}"
        return
    for clock in kind.clocks:
        yield from (f"{clock.code}: no step {code}" for code in clock.steps() if code not in known)
        if clock.before and clock.before not in fields:
            yield f"{clock.code}: no field {clock.before}"
        yield from _clause_faults(kind, clock, scheme)


def _verdict_faults(kind: CaseKind, verdict: CaseVerdict) -> Iterator[str]:
    step = kind.step(verdict.step)
    if step is None or step.asks is None:
        yield f"verdict: no step {verdict.step} that asks"
        return
    choice = step.asks().fields.get(verdict.field)
    if not isinstance(choice, Choice):
        yield f"verdict: no choice {verdict.field}"
        return
    answers = (*verdict.good, *verdict.left_out)
    yield from (f"verdict: no answer {code}" for code in answers if code not in choice.titles)
    if set(verdict.good) & set(verdict.left_out):
        yield "verdict: an answer is both good and left out"


def _step_faults(step: CaseStep, states: set[str]) -> Iterator[str]:
    for code in (*step.after, *filter(None, [step.to])):
        if code not in states:
            yield f"{step.code}: no state {code}"
    if not step.by or not set(step.by) <= set(HANDS) or step.moves not in MOVES:
        yield f"{step.code}: by or moves is not known"


def _clause_faults(kind: CaseKind, clock: CaseClock, scheme: Scheme) -> Iterator[str]:
    found = breaches(scheme).get(clock.code)
    if found is None:
        return  # runs under a revision in which a settled doubt has given a clause this clock
    _, _, rule = found
    if rule.runs_from not in clock.starts:
        yield f"{clock.code}: runs from {rule.runs_from!r}, which starts it nowhere"
    if not any(not limit.where or kind.circumstance(limit.where) for limit in rule.limits):
        yield f"{clock.code}: no circumstance has a limit"
