"""C. Benchmarking: indicators by rank and band within comparable units; a missing value is never zero.

Bands are quintiles of the rank, earning 100, 80, 60, 40, 20 % of the indicator's weight (our defaults). The score
is covered points over covered weight, times 100.
"""

from __future__ import annotations

from kaohe.scheme import (
    NOTICE,
    Band,
    Bands,
    Clause,
    Consequence,
    Contained,
    Cycle,
    D,
    Effect,
    Fact,
    FactValue,
    FirstInRank,
    Form,
    Indicator,
    LastInRank,
    Measured,
    Part,
    Ranking,
    Scheme,
    Text,
    WeightedMean,
)
from kaohe_power_supply.scheme.sources import BENCHMARK, cite

BANDS = tuple(
    Band(code, Text(f"{code} 段", f"band {code}"), D(share))
    for code, share in (("A", "1"), ("B", "0.8"), ("C", "0.6"), ("D", "0.4"), ("E", "0.2"))
)

_ROWS: tuple[tuple[int, str, str, str, str, bool, str, str], ...] = (
    (11, "reliability", "供电可靠率", "Supply reliability", "%", True, "8", "group"),
    (12, "voltage", "综合电压合格率", "Voltage within limits", "%", True, "6", "group"),
    (13, "loss", "台区线损率", "Line loss of transformer areas", "%", False, "10", "province"),
    (14, "collection", "电费回收率", "Bills collected", "%", True, "10", "province"),
    (
        15,
        "arrival",
        "故障抢修平均到达时间",
        "Mean time of repair crews to site",
        "分钟|minutes",
        False,
        "8",
        "city",
    ),
    (
        16,
        "complaints",
        "百万客户投诉率",
        "Complaints per million customers",
        "次|complaints",
        False,
        "10",
        "province",
    ),
    (17, "connection", "业扩报装时限达标率", "Connections in time", "%", True, "8", "province"),
    (18, "acquisition", "采集成功率", "Meter data acquired", "%", True, "8", "city"),
    (19, "satisfaction", "客户满意率", "Customer satisfaction", "%", True, "10", "city"),
    (20, "safety", "安全考试合格率", "Safety examination passed", "%", True, "6", "team"),
    (21, "defects", "设备消缺及时率", "Defects repaired in time", "%", True, "8", "team"),
    (22, "training", "培训计划完成率", "Training plan carried out", "%", True, "8", "team"),
)


def indicator(
    id: int,
    code: str,
    title: Text,
    unit: Text,
    weight: str,
    *,
    higher: bool,
    level: str,
    ours: bool = True,
) -> Part:
    """An indicator as a part of its own: its weight, and the clause that its values are recorded under."""
    clause = Clause(
        id,
        code,
        title,
        Indicator(Measured(take="last"), Bands(BANDS, "category", higher), unit=unit, level=level),
        cite=cite(BENCHMARK, "1.1"),
        ours=ours,
        reason=False,
        forms=("values",),
    )
    return Part(
        code,
        title,
        clauses=(clause,),
        empty="missing",
        weight=D(weight),
        ours=ours,
        cite=cite(BENCHMARK, "1.1"),
    )


def _unit(words: str) -> Text:
    zh, _, en = words.partition("|")
    return Text(zh, en or zh)


INDICATORS = tuple(
    indicator(id, code, Text(zh, en), _unit(unit), weight, higher=higher, level=level)
    for id, code, zh, en, unit, higher, weight, level in _ROWS
)

CATEGORY = Fact(
    "category",
    Text("可比类别", "Category of comparable units"),
    kind="choice",
    cite=cite(BENCHMARK, "1.2"),
    values=(
        FactValue("city_station", Text("城区供电所", "City station"), ours=True),
        FactValue("country_station", Text("乡镇供电所", "Country station"), ours=True),
        FactValue("department", Text("部室", "Department"), ours=True),
        FactValue("team", Text("班组", "Team"), ours=True),
    ),
)

MONTH = Scheme(
    code="power.benchmark",
    title=Text("同业对标", "Benchmarking"),
    subject="unit",
    cycle=Cycle("month", ours=True),
    root=Part(
        "total",
        Text("对标得分", "Benchmark score"),
        combine=WeightedMean(),
        parts=INDICATORS,
        empty="missing",
        cite=cite(BENCHMARK, "1.1"),
    ),
    ranking=Ranking(within="category"),
    sources=(BENCHMARK,),
    facts=(CATEGORY,),
    forms=(Form("values", Text("指标值", "Indicator values"), "marks"),),
    notes=(
        Text(
            "指标分四级：国网 37 项、省对市 133 项、市对二级单位 100 项、对班组 127 项；这里是起步的 12 项，可增设。",
            "Four levels: 37 of the state grid, 133 of the province, 100 on units, 127 on teams; these twelve are a start, others can be added.",
        ),
        Text(
            "没有数值的指标不按零计：不计入，注明未覆盖的权重。",
            "An indicator without a value is left out, its weight shown as not covered.",
        ),
    ),
)

YEAR = Scheme(
    code="power.benchmark_year",
    title=Text("同业对标年度", "Benchmarking, year"),
    subject="unit",
    cycle=Cycle("year", ours=True),
    root=Part(
        "total", Text("全年对标", "Year"), combine=Contained("mean", "periods"), empty="missing", ours=True
    ),
    contains="power.benchmark",
    ranking=Ranking(within="category"),
    consequences=(
        Consequence(
            "benchmark",
            Text("标杆", "Benchmark unit"),
            FirstInRank(),
            (Effect(NOTICE, Text("标杆奖励", "reward")),),
            cite=cite(BENCHMARK, "1.2"),
        ),
        Consequence(
            "laggard",
            Text("对标落后", "Laggard"),
            LastInRank(),
            (Effect(NOTICE, Text("处罚", "penalty")),),
            cite=cite(BENCHMARK, "1.2"),
        ),
    ),
    sources=(BENCHMARK,),
    facts=(CATEGORY,),
)
