"""Group robots of 企业微信 and 钉钉: added, removed, and told something.

Decides that a group is told the title and where to look, never a text that is meant for one person. A signed robot of
钉钉 carries timestamp and signature in its address (HMAC-SHA256 over timestamp, line feed and key, by the key). Refuses
addresses that are not such a robot's: the service's own host, or one that the operator has listed for it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import quote_plus, urlsplit

from sqlalchemy import select

from kaohe.db import TenantSession
from kaohe.messages.models import Robot
from kaohe.messages.reach import Reach, encrypted, ending, in_words
from kaohe.messages.refusals import (
    AnswerUnreadable,
    NoAnswer,
    NoConnection,
    RobotAddressUnfit,
    RobotKindsNeeded,
    RobotMoved,
    RobotRefused,
    RobotSecretUnfit,
    RobotTitleNeeded,
)
from kaohe.messages.service import KINDS
from kaohe.scheme import Text

LONGEST_ANSWER = 64 * 1024
_SECRET = re.compile(r"SEC[0-9A-Za-z]{8,128}")


@dataclass(frozen=True)
class Service:
    """A service of group robots: where they live, and the path of each."""

    name: Text
    host: str
    path: str

    @property
    def start(self) -> str:
        """What each robot's address begins with."""
        return f"https://{self.host}{self.path}"


SERVICES = {
    "wecom": Service(Text("企业微信", "WeCom"), "qyapi.weixin.qq.com", "/cgi-bin/webhook/send?key="),
    "dingtalk": Service(Text("钉钉", "DingTalk"), "oapi.dingtalk.com", "/robot/send?access_token="),
}


def robots(session: TenantSession) -> list[Robot]:
    """The robots that were not removed, the oldest first."""
    return list(session.scalars(select(Robot).where(Robot.removed_at.is_(None)).order_by(Robot.id)))


def add(
    session: TenantSession,
    *,
    title: str,
    service: str,
    url: str,
    secret: str,
    kinds: Sequence[str],
    reach: Reach,
    by: int | None,
    now: datetime,
) -> Robot:
    """A new robot; raises `RobotTitleNeeded`, `RobotAddressUnfit`, `RobotSecretUnfit`, `RobotKindsNeeded`."""
    title = " ".join(title.split())
    if not title or len(title) > 40:
        raise RobotTitleNeeded
    check_url(service, url, reach)
    if secret and (service != "dingtalk" or not _SECRET.fullmatch(secret)):
        raise RobotSecretUnfit
    wanted = [kind for kind in KINDS if kind in kinds]
    if not wanted:
        raise RobotKindsNeeded
    row = Robot(title=title, service=service, url=url, secret=secret, kinds=wanted, added_by=by, added_at=now)
    session.add(row)
    session.flush()
    return row


def check_url(service: str, url: str, reach: Reach) -> None:
    """Raise `RobotAddressUnfit` unless this is the address of a robot that may be reached."""
    kind = SERVICES[service]
    unfit = RobotAddressUnfit(service=kind.name, start=kind.start)
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise unfit from error
    if len(url) > 500 or not url.isascii() or not url.isprintable() or " " in url:
        raise unfit
    if url.startswith(kind.start) and len(url) > len(kind.start):
        return
    listed = bool(parts.hostname) and reach.lists(parts.hostname or "", port)
    if not listed or parts.scheme not in ("http", "https") or parts.username or parts.fragment:
        raise unfit


def remove(session: TenantSession, robot: Robot, now: datetime) -> None:
    """Tell a robot nothing more; its address and key are forgotten."""
    robot.removed_at, robot.active, robot.url, robot.secret = now, False, "", ""
    session.flush()


# ---------- telling one ----------


def body(title: str, where: str) -> dict[str, Any]:
    """What both services take: a text, here of at most 2048 bytes."""
    said = f"{title}\n{where}".strip()
    while len(said.encode()) > 2048:
        said = said[:-1]
    return {"msgtype": "text", "text": {"content": said}}


def signed(url: str, secret: str, now: datetime) -> str:
    """The address with timestamp (milliseconds) and signature, for a robot that signs."""
    if not secret:
        return url
    stamp = str(int(now.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return f"{url}&timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"


def tell(robot: Robot, title: str, where: str, *, reach: Reach, now: datetime) -> None:
    """Tell a robot's group something; raises a `NotDelivered`, or `RobotAddressUnfit` for a removed one, in words."""
    check_url(robot.service, robot.url, reach)
    url = urlsplit(signed(robot.url, robot.secret, now))
    host, plain = url.hostname or "", url.scheme == "http"
    port = url.port or (80 if plain else 443)
    if plain:
        reach.need_plain(host, port)
    status, answer = _post(host, port, plain, f"{url.path}?{url.query}", body(title, where), reach)
    _understand(robot, host, status, answer)


def _post(host: str, port: int, plain: bool, target: str, said: Any, reach: Reach) -> tuple[int, bytes]:
    sent = json.dumps(said, ensure_ascii=False).encode()
    head = (
        f"POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json; charset=utf-8\r\n"
        f"Content-Length: {len(sent)}\r\nAccept: application/json\r\nConnection: close\r\n\r\n"
    )
    raw = reach.connect(host, port)
    with raw, in_words(host, reach.seconds), ending(raw, reach.in_all):
        connection = raw if plain else encrypted(raw, host)
        with connection:
            connection.sendall(head.encode("ascii") + sent)
            try:
                response = HTTPResponse(connection, method="POST")
                response.begin()
                answer = response.read(LONGEST_ANSWER)
            except HTTPException as error:
                if isinstance(error, ConnectionError):  # closed without a word, or cut after too long
                    raise NoAnswer(host=host, seconds=f"{reach.seconds:g}") from error
                raise NoConnection(host=host, why=type(error).__name__) from error
            return response.status, answer


def _understand(robot: Robot, host: str, status: int, answer: bytes) -> None:
    """Both services answer 200 with `errcode` 0; another code says what is wrong."""
    if 300 <= status < 400:
        raise RobotMoved(host=host, code=status)
    try:
        said = json.loads(answer)
        code, why = int(said["errcode"]), str(said.get("errmsg", ""))
    except (ValueError, KeyError, TypeError) as error:
        raise AnswerUnreadable(host=host, code=status) from error
    if status != 200 or code != 0:
        shown = "".join(c for c in why if c.isprintable())[:120]
        raise RobotRefused(service=SERVICES[robot.service].name, code=code, why=shown)
