"""What leaves the house: e-mail and robots against real servers on loopback, retried, given up, in nobody's way."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from tests.messages.conftest import WHEN, address, hire, tell
from tests.messages.servers import certificate, free_port, mail_server, receiver, silent_server

from kaohe.messages import delivering, mail_settings
from kaohe.messages.models import Contact, Delivery, Message, Robot
from kaohe.messages.reach import Reach
from kaohe.people.models import Person
from kaohe.scheme import Text

SHORT = {"seconds": 2, "in_all": 4}
SECRET = "SECa1b2c3d4e5f6"  # of no robot


def reach(*ports: int, plain: bool = True, **changes) -> Reach:
    listed = frozenset(("127.0.0.1", port) for port in ports)
    return Reach(listed, listed if plain else frozenset(), **{"seconds": 5, "in_all": 10, **changes})


def mail_by(session, port: int, **changes) -> None:
    given = {"on": True, "host": "127.0.0.1", "port": port, "security": "none", "sender": "kaohe@example.cn"}
    mail_settings.write(
        session, mail_settings.MailSettings(**{**given, "sender_name": "考核平台", **changes})
    )


def robot(session, url: str, service: str = "wecom", secret: str = "", kinds=("due",)) -> Robot:
    row = Robot(title="群", service=service, url=url, secret=secret, kinds=list(kinds), added_at=WHEN)
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def go(databases, tenant):
    """Look at the outbox once and wait until everything was said."""

    def look(reach: Reach, now=WHEN) -> int:
        threads = delivering.deliver(databases, tenant.id, now, reach=reach)
        for thread in threads:
            thread.join(20)
            assert not thread.is_alive()
        return len(threads)

    return look


@pytest.fixture
def rows(databases, tenant):
    def read() -> list[Delivery]:
        with databases.tenant(tenant.id, write=False) as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.id)))

    return read


def test_a_letter_arrives_once_in_the_persons_language(session, people, go, rows):
    from kaohe.accounts.models import Account

    one, two = people("甲", "乙")
    session.add(Account(person_id=two, state="active", language="en", created_at=WHEN))
    address(session, one, "jia@example.cn")
    address(session, two, "yi@example.cn")
    with mail_server() as box:
        mail_by(session, box.port, address="https://kaohe.example.cn/")
        tell(session, [one, two])
        session.commit()
        assert go(reach(box.port)) == 1
        assert go(reach(box.port), WHEN + timedelta(days=3)) == 0
    assert sorted(box.recipients) == ["jia@example.cn", "yi@example.cn"]
    letters = {letter["To"]: letter for letter in box.letters}
    chinese, english = letters["jia@example.cn"], letters["yi@example.cn"]
    assert chinese["Subject"] == "工单将到期 · 示范医院"
    assert str(chinese["From"]) == "考核平台 <kaohe@example.cn>"
    assert "请在今天 18:00 前处理。" in chinese.get_content()
    assert english["Subject"] == "A case is due soon · 示范医院"
    ident = session.scalar(select(Message.id).where(Message.person_id == one))
    assert f"https://kaohe.example.cn/t/{'t'}" in chinese.get_content()
    assert f"/messages/{ident}" in chinese.get_content()
    assert [(row.state, row.tries, row.error) for row in rows()] == [("sent", 1, None)] * 2


def test_the_server_is_signed_in_to(session, people, go, rows):
    (one,) = people("甲")
    address(session, one, "jia@example.cn")
    with mail_server(password="right") as box:
        mail_by(session, box.port, user="kaohe", password="wrong")
        tell(session, [one])
        session.commit()
        go(reach(box.port))
        (row,) = rows()
        assert (row.state, row.next_try_at) == ("waiting", WHEN + delivering.GAPS[0])
        assert "不接受用户名或密码" in row.error[0]
        assert "wrong" not in "".join(row.error)
        mail_by(session, box.port, user="kaohe", password="right")
        session.commit()
        go(reach(box.port), row.next_try_at)
    assert [row.state for row in rows()] == ["sent"]
    assert len(box.letters) == 1


def test_one_unknown_mailbox_does_not_hold_up_the_others(session, people, go, rows):
    ids = people("甲", "乙", "丙")
    for name, one in zip("abc", ids, strict=True):
        address(session, one, f"{name}@example.cn")
    with mail_server() as box:
        box.unknown, box.busy = {"a@example.cn"}, {"b@example.cn"}
        mail_by(session, box.port)
        tell(session, ids)
        session.commit()
        go(reach(box.port))
    by_mail = sorted(row.state for row in rows())
    assert by_mail == ["failed", "sent", "waiting"]
    failed = next(row for row in rows() if row.state == "failed")
    assert "550" in failed.error[0]
    assert "不接受收件地址" in failed.error[0]
    waiting = next(row for row in rows() if row.state == "waiting")
    assert "450" in waiting.error[1]


def test_a_letter_that_cannot_be_made_is_given_up_and_holds_up_nobody(
    session, people, go, rows, monkeypatch, caplog
):
    ids = people("甲", "乙", "丙")
    for name, one in zip("abc", ids, strict=True):
        address(session, one, f"{name}@example.cn")
    usual = delivering.mail.letter

    def broken(settings, *, to, **given):
        if to == "a@example.cn":
            raise ValueError(to)
        return usual(settings, to=to, **given)

    monkeypatch.setattr(delivering.mail, "letter", broken)
    with mail_server() as box:
        mail_by(session, box.port)
        tell(session, ids)
        session.commit()
        at, waits = WHEN, []
        while go(reach(box.port), at):
            waits += [row.next_try_at - at for row in rows() if row.state == "waiting"]
            at += waits[-1]
    assert sorted(box.recipients) == ["b@example.cn", "c@example.cn"]
    assert waits == list(delivering.GAPS)
    assert sorted(row.state for row in rows()) == ["failed", "sent", "sent"]


def test_a_fault_of_ours_with_one_message_for_a_group_is_that_messages_failure(
    session, people, go, rows, monkeypatch, caplog
):
    (one,) = people("甲")
    usual = delivering.robots.body

    def broken(title, where):
        return usual("\ud800" if title.startswith("坏") else title, where)

    monkeypatch.setattr(delivering.robots, "body", broken)
    with receiver() as group:
        robot(session, group.url)
        tell(session, [one], about="thing:1", title=Text("坏", "bad"))
        tell(session, [one], about="thing:2")
        session.commit()
        go(reach(group.port))
    assert len(group.seen) == 1
    assert [(row.state, row.tries) for row in rows()] == [("waiting", 1), ("sent", 1)]
    assert "服务器日志" in rows()[0].error[0]


def test_a_fault_before_the_first_letter_counts_as_a_try(session, people, go, rows, monkeypatch, caplog):
    ids = people("甲", "乙")
    for name, one in zip("ab", ids, strict=True):
        address(session, one, f"{name}@example.cn")

    def broken(*given, **more):
        raise ValueError

    monkeypatch.setattr(delivering.mail, "conversation", broken)
    mail_by(session, 25)
    tell(session, ids)
    session.commit()
    go(reach(25))
    assert [(row.state, row.tries, row.next_try_at) for row in rows()] == [
        ("waiting", 1, WHEN + delivering.GAPS[0]),
        ("waiting", 0, WHEN + delivering.GAPS[0]),
    ]


def test_what_a_person_no_longer_wants_is_dropped(session, people, go, rows):
    one, two, three, four = people("甲", "乙", "丙", "丁")
    for name, person in zip("abcd", (one, two, three, four), strict=True):
        address(session, person, f"{name}@example.cn")
    with mail_server() as box:
        mail_by(session, box.port)
        tell(session, [one, two, three, four])
        session.need(Person, four).left_on = WHEN.date() - timedelta(days=1)
        session.scalar(select(Contact).where(Contact.person_id == one)).wants_mail = False
        session.scalar(select(Contact).where(Contact.person_id == two)).muted = ["due"]
        session.delete(session.scalar(select(Contact).where(Contact.person_id == three)))
        session.commit()
        go(reach(box.port))
    assert box.letters == []
    assert [row.state for row in rows()] == ["dropped"] * 4


def test_given_up_after_growing_gaps_with_the_reason(session, people, go, rows):
    (one,) = people("甲")
    port = free_port()
    robot(session, f"http://127.0.0.1:{port}/robot?token=x")
    tell(session, [one])
    session.commit()
    at, waits = WHEN, []
    for _ in range(delivering.MOST_TRIES):
        assert go(reach(port), at - timedelta(seconds=1)) == 0
        assert go(reach(port), at) == 1
        (row,) = rows()
        if row.state == "failed":
            break
        waits.append(row.next_try_at - at)
        at = row.next_try_at
    assert waits == list(delivering.GAPS)
    assert waits == sorted(set(waits))
    assert (row.state, row.tries) == ("failed", delivering.MOST_TRIES)
    assert "连接不上 127.0.0.1" in row.error[0]
    assert go(reach(port), at + timedelta(days=30)) == 0


def test_a_given_up_one_is_tried_again_by_hand(session, people, go, rows):
    (one,) = people("甲")
    with receiver() as group:
        robot(session, group.url)
        tell(session, [one])
        kept = session.scalar(select(Delivery))
        assert not delivering.try_again(session, kept, WHEN)
        kept.state, kept.tries = "failed", 8
        session.flush()
        assert delivering.try_again(session, kept, WHEN)
        session.commit()
        assert go(reach(group.port)) == 1
    assert [row.state for row in rows()] == ["sent"]


def test_a_group_sees_the_title_and_never_the_text(session, people, go, rows):
    (one,) = people("甲")
    with receiver() as group:
        mail_by(session, 25, address="https://kaohe.example.cn", on=False)
        robot(session, group.url)
        tell(session, [one], title=Text("有工单将到期", "A case is due"), text=Text("张三扣 5 分", "x"))
        session.commit()
        go(reach(group.port))
    ((path, said),) = group.seen
    assert path == "/robot?token=x"
    assert said["msgtype"] == "text"
    assert said["text"]["content"].startswith("有工单将到期 · 示范医院\nhttps://kaohe.example.cn/t/")
    assert "张三" not in said["text"]["content"]


def test_dingtalk_is_signed_with_timestamp_and_key(session, people, go):
    (one,) = people("甲")
    with receiver() as group:
        robot(session, group.url, "dingtalk", SECRET)
        tell(session, [one])
        session.commit()
        go(reach(group.port))
    ((path, _said),) = group.seen
    asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    assert asked["timestamp"] == str(int(WHEN.timestamp() * 1000))
    want = hmac.new(SECRET.encode(), f"{asked['timestamp']}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert asked["sign"] == base64.b64encode(want).decode()
    assert asked["token"] == "x"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, b'{"errcode":310000,"errmsg":"sign not match"}'), "310000 sign not match"),
        ((200, b'{"errcode":45009,"errmsg":"api freq out of limit"}'), "45009"),
        ((302, b""), "不跟随"),
        ((500, b"<html>"), "看不懂"),
        ((200, b"[1]"), "看不懂"),
        ((200, b'{"errcode":"x"}'), "看不懂"),
    ],
)
def test_what_a_service_refuses_is_kept_in_words(session, people, go, rows, answer, words):
    (one,) = people("甲")
    with receiver(answer) as group:
        robot(session, group.url, "dingtalk", SECRET)
        tell(session, [one])
        session.commit()
        go(reach(group.port))
        (row,) = rows()
        assert row.state == "waiting"
        assert words in row.error[0], row.error
        assert len(group.seen) == 1  # no redirect was followed
        go(reach(group.port), row.next_try_at)
    (row,) = rows()
    assert (row.state, row.error) == ("sent", None)


@pytest.mark.parametrize("drip", [b"", b"x"])
def test_one_that_never_answers_times_out_and_holds_up_nobody(session, people, go, rows, drip):
    ids = people("甲", "乙", "丙")
    address(session, ids[0], "a@example.cn")
    with silent_server(drip) as dead, receiver() as group, mail_server() as box:
        silent = robot(session, f"http://127.0.0.1:{dead}/robot?token=x")
        robot(session, group.url)
        mail_by(session, box.port)
        for number in range(5):
            tell(session, ids, about=f"thing:{number}")
        session.commit()
        started = time.monotonic()
        assert go(reach(dead, group.port, box.port, **SHORT)) == 3
        assert time.monotonic() - started < 12
    states = [(row.robot_id == silent.id, row.state, row.tries) for row in rows()]
    assert states.count((False, "sent", 1)) == 10
    assert states.count((True, "waiting", 1)) == 1  # one was tried, the others wait for the next round
    assert states.count((True, "waiting", 0)) == 4
    failed = next(row for row in rows() if row.robot_id == silent.id and row.tries)
    assert "127.0.0.1" in failed.error[0]


def test_a_silent_mail_server_times_out(session, people, go, rows):
    (one,) = people("甲")
    address(session, one, "a@example.cn")
    for drip in (b"", b"2"):
        with silent_server(drip) as dead:
            mail_by(session, dead)
            tell(session, [one], about=f"thing:{drip!r}")
            session.commit()
            started = time.monotonic()
            go(reach(dead, **SHORT))
            assert time.monotonic() - started < 10
    assert all(row.state == "waiting" and "127.0.0.1" in row.error[0] for row in rows())


def test_a_delivery_at_work_is_nobody_elses_until_its_claim_lapses(
    databases, tenant, session, people, go, rows
):
    (one,) = people("甲")
    with receiver() as group:
        robot(session, group.url)
        tell(session, [one])
        kept = session.scalar(select(Delivery))
        kept.claim, kept.next_try_at, kept.tries = "another", WHEN + delivering.CLAIM, 1
        session.commit()
        assert go(reach(group.port)) == 0
        assert go(reach(group.port), WHEN + delivering.CLAIM) == 1
    assert len(group.seen) == 1
    assert [(row.state, row.tries) for row in rows()] == [("sent", 2)]


def test_rounds_at_once_send_once(databases, tenant, session, people, rows):
    ids = people(*(f"人{n}" for n in range(30)))
    for number, one in enumerate(ids):
        address(session, one, f"p{number}@example.cn")
    with mail_server() as box:
        mail_by(session, box.port)
        tell(session, ids)
        session.commit()
        import threading

        made = []
        gate = threading.Barrier(4)

        def look():
            gate.wait()
            made.extend(delivering.deliver(databases, tenant.id, WHEN, reach=reach(box.port)))

        lookers = [threading.Thread(target=look) for _ in range(4)]
        for thread in lookers:
            thread.start()
        for thread in lookers:
            thread.join()
        for thread in made:
            thread.join(30)
    assert len(box.recipients) == len(set(box.recipients)) == 30
    assert {row.state for row in rows()} == {"sent"}


def test_the_sweep_is_registered_and_does_nothing_without_messages(databases, tenant):
    from kaohe.jobs import schedule

    assert "outbox" in [one.name for one in schedule.sweeps()]
    schedule.go_round(databases, tenant.id, WHEN)


def test_hundreds_go_out_round_by_round(databases, tenant, go, rows):
    with databases.tenant(tenant.id) as session, mail_server() as box:
        ids = hire(session, *(f"人{n}" for n in range(230)))
        for number, one in enumerate(ids):
            address(session, one, f"p{number}@example.cn")
        mail_by(session, box.port)
        tell(session, ids)
        session.commit()
        rounds = 0
        while go(reach(box.port)):
            rounds += 1
        assert rounds == 3
        assert len(set(box.recipients)) == len(box.recipients) == 230


# ---------- who may be spoken to ----------


@pytest.fixture(scope="module")
def trusted(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("tls"))


def test_letters_and_robots_go_encrypted_to_who_can_prove_the_name(
    session, people, go, rows, trusted, monkeypatch
):
    context, cert = trusted
    (one,) = people("甲")
    address(session, one, "jia@example.cn")
    with mail_server(password="right", tls=context) as box, receiver(tls=context) as group:
        by_name = Reach(frozenset({("localhost", box.port), ("localhost", group.port)}), seconds=5, in_all=10)
        robot(session, group.url.replace("http://127.0.0.1", "https://localhost"))
        mail_by(session, box.port, host="localhost", security="starttls", user="kaohe", password="right")
        tell(session, [one])
        session.commit()
        assert go(by_name) == 2
        assert [row.state for row in rows()] == ["waiting"] * 2
        assert all("证书不可信" in row.error[0] for row in rows())
        assert (box.letters, group.seen) == ([], [])
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        assert go(by_name, WHEN + delivering.GAPS[0]) == 2
    assert [row.state for row in rows()] == ["sent"] * 2
    assert (len(box.letters), len(group.seen)) == (1, 1)


def test_without_encryption_only_to_hosts_that_the_operator_lists_so(session, people, go, rows):
    (one,) = people("甲")
    address(session, one, "a@example.cn")
    with receiver() as group, mail_server() as box:
        robot(session, group.url)
        mail_by(session, box.port)
        tell(session, [one])
        session.commit()
        go(reach(group.port, box.port, plain=False))
        assert (group.seen, box.letters) == ([], [])
    assert all("没有加密" in row.error[0] for row in rows())


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "10.1.2.3", "192.168.1.1", "172.16.0.9", "169.254.169.254", "100.64.0.1", "0.0.0.0",
     "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1", "2002:0a00:0001::", "64:ff9b::a9fe:a9fe", "::a00:1", "fec0::1",
     "224.0.0.1", "2130706433", "0x7f000001"],
)  # fmt: skip
def test_no_inside_address_is_reached(host):
    from kaohe.messages.refusals import HostNotAllowed, HostUnknown

    with pytest.raises((HostNotAllowed, HostUnknown)):
        Reach(seconds=0.2).connect(host, 443)


def test_a_public_name_that_leads_inside_is_not_followed(monkeypatch):
    import socket

    from kaohe.messages.refusals import HostNotAllowed

    inside = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("93.184.216.34", "10.0.0.5")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: inside)
    with pytest.raises(HostNotAllowed):
        Reach(seconds=0.2).connect("rebinding.example.cn", 443)


def test_what_the_operator_lists():
    read = Reach.from_environment(
        {"KAOHE_REACH": "mail.lan, 10.0.0.7:8443,smtp://relay.lan:25,http://127.0.0.1:99, "}
    )
    assert read.lists("mail.lan", 465)
    assert read.lists("MAIL.LAN", 1)
    assert read.lists("10.0.0.7", 8443)
    assert not read.lists("10.0.0.7", 443)
    assert read.lists("relay.lan", 25)
    assert read.plain == {("relay.lan", 25), ("127.0.0.1", 99)}
    assert Reach.from_environment({}) == Reach()


def test_a_robot_whose_host_is_listed_no_more_is_given_up_in_words(session, people, go, rows):
    (one,) = people("甲")
    robot(session, f"http://127.0.0.1:{free_port()}/hook")
    tell(session, [one])
    session.commit()
    when = WHEN
    for _ in range(delivering.MOST_TRIES):
        go(Reach(), when)
        when = rows()[0].next_try_at
    (row,) = rows()
    assert (row.state, row.tries) == ("failed", delivering.MOST_TRIES)
    assert "群机器人的地址" in row.error[0]
