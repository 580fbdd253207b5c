"""The month's service star, elected by the staff: one ballot each, secret, ties left to the administrator.

Secrecy, and that nobody votes for oneself, are our defaults; votes from at least three are counted.
"""

from __future__ import annotations

from kaohe.plugins import Survey
from kaohe.scheme import Text

SERVICE_STAR = Survey(
    code="service_star",
    title=Text("服务之星选举", "Election of the service star"),
    says=Text(
        "每人一票，无记名，由系统计票。票数相同的一并列出，由管理员决定并写明理由。",
        "One vote each, secret, counted by the system. Equal votes are listed, and the administrator decides with a reason.",
    ),
    scheme="hall.clerk",
    kind="ballot",
    about="people",
    answered_by=("members",),
)

SURVEYS = (SERVICE_STAR,)
