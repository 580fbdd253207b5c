"""The demonstration hospital: eight wards, eighty-six nurses, twelve closed months and one running.

Everything is invented and comes out the same for the same day: who is careful and who is not, a nurse who moved
wards in mid-month, one on maternity leave, two who left, a serious error whose consequence is decided by somebody
else than who closed the month, a withdrawn entry and a corrected one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from kaohe_nursing.demo_words import GIVEN, REASONS, SURNAMES
from kaohe_nursing.scheme import ATTENDANCE_DAYS, BONUS_POOL, LETTERS, NURSING, PENNANTS, SATISFACTION
from kaohe_nursing.scheme.dimensions import ROUND

WARDS = (
    ("急诊科", 12),
    ("骨科（一）", 10),
    ("骨科（二）", 8),
    ("ICU", 12),
    ("心内科", 12),
    ("神经内科", 12),
    ("普外科", 11),
    ("心内科二病区", 9),
)
HEAD, LEADER = "护士长", "责任组长"
RANKS = ("主管护师", "护师", "护师", "护士", "护士", "护士")
PRAISED, COMPLAINT, QUARREL, SERIOUS = 31, 32, 33, 82
THEORY, DEPARTMENT_TEST, WARD_TEST = 51, 61, 62
STUDY_WARD, STUDY_HOSPITAL = 53, 52
SLIPS = (
    (71, 9),
    (72, 8),
    (73, 8),
    (91, 9),
    (34, 5),
    (35, 5),
    (36, 2),
    (63, 3),
    (101, 2),
    (41, 1),
    (STUDY_WARD, 6),
    (STUDY_HOSPITAL, 2),
    (COMPLAINT, 3),
)


@dataclass
class Nurse:
    """A nurse of the story: how careful, and whose ward."""

    person: Any
    ward: Any
    position: str
    care: float
    left: date | None = None
    away: tuple[date, date] | None = None
    moved: tuple[date, Any] | None = None  # since when in another ward, and from which


@dataclass
class Story:
    """The cast, and the dice."""

    kit: Any
    dice: Random
    months: list[date]
    wards: list[Any] = field(default_factory=list)
    nurses: list[Nurse] = field(default_factory=list)
    admin: Any = None
    second: Any = None  # another admin: who proposes by closing does not decide
    deputy: Any = None
    heads: dict[int, Any] = field(default_factory=dict)


def tell_the_year(kit: Any) -> None:
    """Fill the demonstration hospital up to today."""
    months = _months_up_to(kit.today)
    story = Story(kit, Random(20260901), months)  # noqa: S311 - a story, not a secret
    _hire(story)
    kit.commit()
    revision = kit.adopt(
        NURSING,
        starts_on=months[0],
        unit_ids=[ward.id for ward in story.wards],
        minimum_days=5,
        admin=story.admin,
        answers={"left_out": "as_printed"},
    )
    kit.acknowledge(
        revision,
        [nurse.person for nurse in story.nurses if _acknowledges(story)],
        kit.at(months[0] - timedelta(days=2)),
    )
    periods = {
        p.starts_on: p
        for p in kit.months(revision, sorted({m.year for m in months}), kit.at(months[0] - timedelta(days=2)))
    }
    kit.commit()
    for number, month in enumerate(months):
        kit.tell("months", number, len(months))
        _events_of_staff(story, number, month)
        _month(story, number, periods[month])
        kit.commit()
    kit.tell("months", len(months), len(months))


def _months_up_to(today: date) -> list[date]:
    first = today.replace(day=1)
    months = [first]
    for _ in range(12):
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months[::-1]


def _acknowledges(story: Story) -> bool:
    return story.dice.random() < 0.96


def _hire(story: Story) -> None:
    kit, dice = story.kit, story.dice
    start = story.months[0] - timedelta(days=30)
    now = kit.at(start)
    office = kit.unit("护理部")
    numbers = _numbers(dice)
    names = _names(dice)
    story.admin = _office(story, office, "方文静", "护理部主任", now)
    story.deputy = _office(story, office, "罗静宜", "护理部干事", now)
    story.second = _office(story, office, "顾秋岚", "护理部副主任", now)
    kit.account(story.admin, role="admin", since=start, now=now)
    kit.account(story.second, role="admin", since=start, now=now)
    kit.account(story.deputy, role="assessor", unit=kit.root(), since=start, now=now)
    for name, size in WARDS:
        ward = kit.unit(name)
        story.wards.append(ward)
        for place in range(size):
            position = HEAD if place == 0 else LEADER if place == 1 else dice.choice(RANKS)
            years = dice.randint(8, 26) if place < 2 else dice.randint(0, 22)
            joined = date(start.year - years, dice.randint(1, 12), dice.randint(1, 28))
            star = max(1, min(5, 1 + years // 5 + dice.choice((-1, 0, 0, 1))))
            person = kit.person(
                number=next(numbers),
                name=next(names),
                unit=ward,
                position=position,
                joined_on=min(joined, start),
                facts={"star": star},
                now=now,
            )
            story.nurses.append(Nurse(person, ward, position, dice.betavariate(5, 2)))
            _account(story, person, ward, place, start, now)
    _show_in_sign_in(story)


def _office(story: Story, office: Any, name: str, position: str, now: Any) -> Any:
    number = {"方文静": "H0001", "罗静宜": "H0002", "顾秋岚": "H0003"}[name]
    return story.kit.person(
        number=number,
        name=name,
        unit=office,
        position=position,
        joined_on=date(2008, 7, 1),
        facts={},
        now=now,
    )


def _account(story: Story, person: Any, ward: Any, place: int, start: date, now: Any) -> None:
    if place == 0:
        story.heads[ward.id] = person
        story.kit.account(person, role="assessor", unit=ward, since=start, now=now)
    elif place == 2:
        story.kit.account(person, since=start, now=now)


def _show_in_sign_in(story: Story) -> None:
    head = story.heads[story.wards[4].id]
    member = next(
        n.person for n in story.nurses if n.ward is story.wards[4] and n.position not in (HEAD, LEADER)
    )
    story.kit.show_in_sign_in(
        [
            {
                "number": story.admin.number,
                "label": {"zh": "护理部管理员", "en": "Nursing department, admin"},
            },
            {"number": head.number, "label": {"zh": "心内科护士长", "en": "Head nurse, cardiology"}},
            {"number": member.number, "label": {"zh": "心内科护士", "en": "Nurse, cardiology"}},
            {
                "number": story.deputy.number,
                "label": {
                    "zh": "护理部干事（全院考核人）",
                    "en": "Nursing department, assessor of all wards",
                },
            },
            {
                "number": story.second.number,
                "label": {
                    "zh": "护理部副主任（另一位管理员，决定结果运用）",
                    "en": "Deputy head of nursing, the other admin, who decides consequences",
                },
            },
        ]
    )


def _numbers(dice: Random) -> Any:
    return iter([f"H{number}" for number in dice.sample(range(1100, 9900), 200)])


def _names(dice: Random) -> Any:
    pairs = [f"{surname}{given}" for surname in SURNAMES for given in GIVEN]
    return iter(dice.sample(pairs, 200))


def _events_of_staff(story: Story, number: int, month: date) -> None:
    """What happens to the staff in a month of the story."""
    kit, staff = story.kit, [n for n in story.nurses if n.position not in (HEAD, LEADER)]
    if number == 3:
        mover = staff[31]
        mover.moved, mover.ward = (month.replace(day=16), mover.ward), story.wards[0]
        kit.move(mover.person, mover.ward, mover.position, mover.moved[0])
    if number == 5:
        mother = staff[12]
        mother.away = (month.replace(day=10), _later(month, 4))
        kit.absence(mother.person, "产假", *mother.away)
    if number in (7, 10):
        leaver = staff[20 + number]
        leaver.left = month.replace(day=20)
        kit.leave_work(leaver.person, leaver.left)


def _later(month: date, months: int) -> date:
    for _ in range(months):
        month = (month + timedelta(days=32)).replace(day=1)
    return month


def _month(story: Story, number: int, period: Any) -> None:
    kit = story.kit
    running = number == len(story.months) - 1
    kit.open(period, story.admin)
    last = min(period.ends_on, kit.today)
    present = [
        n for n in story.nurses if (n.left is None or n.left >= period.starts_on) and not _away(n, period)
    ]
    share = 1.0 if not running else max(0.0, min(0.92, (last.day - 2) / 26))
    for nurse in present:
        _nurses_month(story, nurse, period, last, number, share)
    if number == 9:
        _serious_error(story, period)
    _measures(story, period, number, running, present, last)
    if not running:
        kit.finish(period, story.admin, until="final" if kit.today >= period.final_on else "published")
        kit.decide(
            period,
            by=story.second,
            on=min(period.entries_until + timedelta(days=2), kit.today),
            reason="护理质量委员会讨论通过。",
        )


def _away(nurse: Nurse, period: Any) -> bool:
    return nurse.away is not None and nurse.away[0] <= period.ends_on and nurse.away[1] >= period.starts_on


def _nurses_month(story: Story, nurse: Nurse, period: Any, last: date, number: int, share: float) -> None:
    dice = story.dice
    end = min(last, nurse.left or last)
    moves = nurse.moved is not None and period.starts_on <= nurse.moved[0] <= period.ends_on
    by = story.deputy if nurse.position == HEAD or moves else story.heads[nurse.ward.id]
    carelessness = (1.4 - nurse.care) * (2.0 - 0.05 * number)
    if dice.random() < share:
        missed = _missed(story, carelessness)
        story.kit.round(
            period,
            ROUND,
            nurse.person.id,
            missed,
            by=by,
            on=_day(dice, period, end),
            hour=dice.randint(8, 16),
        )
    for test, passing in ((THEORY, 90), (DEPARTMENT_TEST, 94), (WARD_TEST, 94)):
        if dice.random() < share * 0.985:
            mark = min(
                Decimal(100), Decimal(round(dice.gauss(passing + 6 * (nurse.care - 0.7), 3.2) * 2)) / 2
            )
            story.kit.record(
                period,
                nurse.person.id,
                test,
                by=by,
                on=_day(dice, period, end),
                quantity=mark,
                origin="marks",
            )
    for _ in range(_times(dice, carelessness * share)):
        clause = dice.choices([c for c, _ in SLIPS], [w for _, w in SLIPS])[0]
        _slip(story, nurse, period, end, clause, by)
    for _ in range(_times(dice, nurse.care * 0.45 * share)):
        _slip(story, nurse, period, end, PRAISED, by)
    if dice.random() < 0.01 * carelessness * share:
        _slip(story, nurse, period, end, QUARREL, by)


def _missed(story: Story, carelessness: float) -> list[int]:
    dice = story.dice
    clauses = [(clause, weight) for clause, weight in zip(_checklists(), (0.9, 0.8, 0.12), strict=True)]
    found: set[int] = set()
    for items, weight in clauses:
        for _ in range(_times(dice, carelessness * weight)):
            found.add(items[min(int(dice.expovariate(0.14)), len(items) - 1)])
    return sorted(found)


def _checklists() -> list[list[int]]:
    return [
        [item.id for item in clause.items]
        for _part, clauses in NURSING.form_clauses(ROUND)
        for clause in clauses
    ]


def _times(dice: Random, mean: float) -> int:
    """A Poisson number, by multiplication."""
    limit, product, times = 2.718281828**-mean, dice.random(), 0
    while product > limit:
        product *= dice.random()
        times += 1
    return times


def _day(dice: Random, period: Any, end: date) -> date:
    return period.starts_on + timedelta(days=dice.randint(0, max(0, (end - period.starts_on).days)))


def _slip(story: Story, nurse: Nurse, period: Any, end: date, clause: int, by: Any) -> None:
    dice, kit = story.dice, story.kit
    day = _day(dice, period, end)
    found = NURSING.find(clause)
    assert found is not None
    assert found.clause is not None
    once = getattr(found.clause.rule, "times", None) == 1
    if once and dice.random() < 0.5:
        return
    entry = kit.record(
        period,
        nurse.person.id,
        clause,
        by=by,
        on=day,
        reason=dice.choice(REASONS[clause]),
        hour=dice.randint(8, 18),
    )
    if clause == COMPLAINT and dice.random() < 0.25:
        kit.withdraw(entry, by=by, on=day, reason="核实后与该护士无关")
    elif clause == 72 and dice.random() < 0.2:
        kit.correct(entry, by=by, on=day, clause_id=73, reason="复核：是涂改，不是漏项")


def _serious_error(story: Story, period: Any) -> None:
    nurse = next(n for n in story.nurses if n.ward is story.wards[3] and n.position not in (HEAD, LEADER))
    story.kit.record(
        period,
        nurse.person.id,
        SERIOUS,
        by=story.heads[nurse.ward.id],
        on=period.starts_on + timedelta(days=11),
        reason="输液前未核对腕带，药液接错床，及时发现，未造成伤害。",
    )


def _measures(
    story: Story, period: Any, number: int, running: bool, present: list[Nurse], last: date
) -> None:
    kit, dice = story.kit, story.dice
    on = last
    if not running:
        pool = Decimal(118_000 + 500 * dice.randint(0, 24)) + Decimal(dice.randint(0, 99)) / 100
        kit.record(period, kit.root().id, BONUS_POOL, by=story.admin, on=on, quantity=pool, origin="measure")
        for nurse in present:
            if nurse.left is None or nurse.left >= on:
                days = (
                    Decimal(dice.choice((20, 21, 21, 22, 22, 22))) - Decimal(dice.choice((0, 0, 0, 1, 3))) / 2
                )
                kit.record(
                    period,
                    nurse.person.id,
                    ATTENDANCE_DAYS,
                    by=story.deputy,
                    on=on,
                    quantity=days,
                    origin="measure",
                )
    for ward in story.wards:
        rising = Decimal("92.5") + Decimal("0.38") * number
        value = min(Decimal("99.5"), rising + Decimal(dice.randint(-60, 60)) / 100)
        if not running:
            kit.record(
                period, ward.id, SATISFACTION, by=story.deputy, on=on, quantity=value, origin="measure"
            )
        for measure, often in ((PENNANTS, 0.18), (LETTERS, 0.75)):
            times = _times(dice, often)
            if times:
                kit.record(period, ward.id, measure, by=story.deputy, on=on, quantity=times, origin="measure")
