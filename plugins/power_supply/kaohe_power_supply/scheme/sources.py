"""The sources of the four schemes, and the citations of their articles."""

from __future__ import annotations

from kaohe.scheme import Citation, Source, Text

STANDARDS = Source(
    "黄州办法", Text("黄州区供电公司优质服务管理考核办法", "Huangzhou: management of service quality")
)
HOTLINE = Source(
    "云阳办法", Text("云阳县供电公司95598客户服务管理考核实施办法", "Yunyang: the 95598 hotline")
)
BENCHMARK = Source("范文5", Text("武汉供电公司同业对标", "Wuhan: benchmarking"))
POSTS = Source("大同材料", Text("大同供电岗位绩效与闭环服务", "Datong: post performance and closed loop"))
STATION = Source("范文2", Text("供电所所长述职报告", "Report of a supply station's head"))


def cite(source: Source, article: str, words: str = "") -> Citation:
    """A citation of one of the sources."""
    return Citation(source.code, article, words)
