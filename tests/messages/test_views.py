"""The pages of messages: the bell, the list, one's own wishes, and what administrators set and see."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select
from tests.messages.conftest import WHEN, address, tell
from tests.messages.servers import mail_server, receiver, silent_server

from kaohe.audit.models import AuditDetail, AuditRow
from kaohe.messages import mail_settings, service
from kaohe.messages.models import Contact, Delivery, Message, Robot
from kaohe.messages.service import Link
from kaohe.scheme import Text

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0f9a"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=0f9a"


@pytest.fixture
def told(databases, tenant, house):
    """Three messages to the member, one to the other."""
    with databases.tenant(tenant.id) as session:
        _, member, other = house.ids
        tell(session, [member, other], about="a", link=Link("accounts.me"))
        tell(session, [member], about="b", kind="overdue", title=Text("工单已超期", "A case is overdue"))
        tell(session, [member], about="c", kind="published", title=Text("结果已公示", "Published"))
        session.commit()
        rows = session.scalars(select(Message).where(Message.person_id == member).order_by(Message.id))
        return [row.id for row in rows]


def bell(text: str) -> str | None:
    found = re.search(r'aria-label="(消息[^"]*)"', text)
    return found[1] if found else None


def test_the_bell_counts_what_is_unread(house, told):
    assert bell(house.member.get("/me").text) == "消息，3 条未读"
    house.member.post(f"/messages/{told[0]}/read")
    assert bell(house.member.get("/me").text) == "消息，2 条未读"
    house.member.post("/messages/read")
    assert bell(house.member.get("/me").text) == "消息"
    assert bell(house.other.get("/me").text) == "消息，1 条未读"


def test_the_list_is_narrowed_by_kind_state_and_words(house, told):
    text = house.member.get("/messages/").text
    assert text.count("<time") == 3
    assert "工单已超期" in house.member.get("/messages/?kind=overdue").text
    assert "结果已公示" not in house.member.get("/messages/?kind=overdue").text
    house.member.post(f"/messages/{told[1]}/read")
    assert "工单已超期" not in house.member.get("/messages/?state=unread").text
    assert house.member.get("/messages/?state=read").text.count("<time") == 1
    assert house.member.get("/messages/?q=公示").text.count("<time") == 1
    assert "没有符合条件" in house.member.get("/messages/?q=%25").text
    assert house.member.get("/messages/?page=99&per=x&kind=gossip").status_code == 200


def test_pages_of_many(house, databases, tenant):
    with databases.tenant(tenant.id) as session:
        for number in range(45):
            tell(session, [house.ids[1]], about=f"m{number}")
        session.commit()
    assert house.member.get("/messages/").text.count("<time") == 20
    assert house.member.get("/messages/?page=3").text.count("<time") == 5


def test_opening_marks_read_and_leads_to_the_thing(house, told, databases, tenant):
    page = house.member.get(f"/messages/{told[0]}")
    assert "请在今天 18:00 前处理。" in page.text
    answer = house.member.post(f"/messages/{told[0]}/open")
    assert answer.status_code == 303
    assert answer.location.endswith("/me")
    with databases.tenant(tenant.id) as session:
        assert service.unread(session, house.ids[1]) == 2
    back = house.member.post(f"/messages/{told[1]}/open")  # leads nowhere
    assert back.location.endswith(f"/messages/{told[1]}")


def test_an_empty_list_says_when_something_comes(house):
    assert "还没有消息" in house.other.get("/messages/").text


def test_nobody_opens_or_marks_anothers_message(house, told):
    for browser in (house.other, house.admin):
        assert browser.get(f"/messages/{told[0]}").status_code == 403
        assert browser.post(f"/messages/{told[0]}/open").status_code == 403
        assert browser.post(f"/messages/{told[0]}/read").status_code == 403
    assert house.member.get("/messages/999").status_code == 404


def test_a_return_address_from_outside_is_not_followed(house, told):
    answer = house.member.post(f"/messages/{told[0]}/read", {"next": "https://evil.example/messages/"})
    assert answer.location.endswith("/messages/")
    assert "evil" not in answer.location


def test_a_person_sets_the_own_address(house, databases, tenant):
    typed = {"email": "yi@example.cn", "wants_mail": "y", "kinds": ["due", "to_sign"]}
    assert house.member.post("/messages/mine", typed).status_code == 303
    with databases.tenant(tenant.id) as session:
        (kept,) = session.scalars(select(Contact)).all()
        assert (kept.person_id, kept.email, kept.wants_mail) == (house.ids[1], "yi@example.cn", True)
        assert set(kept.muted) == set(service.KINDS) - {"due", "to_sign"}
    text = house.member.get("/messages/mine").text
    assert 'value="yi@example.cn"' in text
    assert text.count("checked") == 3
    house.member.post("/messages/mine", {"email": "", "kinds": []})
    with databases.tenant(tenant.id) as session:
        assert not session.scalar(select(Contact.wants_mail))


@pytest.mark.parametrize(
    "email",
    ["yi", "yi@", "a b@example.cn", "yi@example.cn, all@x.cn", "yi@example.cn\nBcc: x@x.cn", "x" * 255],
)
def test_an_address_that_is_none_is_refused_at_its_field(house, databases, tenant, email):
    answer = house.member.post("/messages/mine", {"email": email, "wants_mail": "y", "kinds": ["due"]})
    assert answer.status_code == 422
    with databases.tenant(tenant.id) as session:
        assert session.scalar(select(Contact)) is None


# ---------- administrators ----------

MAIL = {
    "on": "y",
    "host": "smtp.example.cn",
    "port": "465",
    "security": "tls",
    "user": "kaohe",
    "password": "s3cret-pass",
    "sender": "kaohe@example.cn",
    "sender_name": "考核",
    "address": "https://kaohe.example.cn",
}


def test_a_password_is_kept_and_never_shown_again(house, databases, tenant):
    assert house.admin.post("/messages/channels/mail", MAIL).status_code == 303
    text = house.admin.get("/messages/channels").text
    assert "s3cret-pass" not in text
    assert "已保存，留空就不改" in text
    assert house.admin.post("/messages/channels/mail", {**MAIL, "password": ""}).status_code == 303
    with databases.tenant(tenant.id) as session:
        assert mail_settings.read(session).password == "s3cret-pass"
        assert session.scalar(select(func.count()).select_from(AuditRow)) >= 2
        details = [row.detail for row in session.scalars(select(AuditDetail))]
        assert "s3cret" not in str(details)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"host": "evil.example.cn", "password": ""}, "请重新输入密码"),
        ({"port": "587", "password": ""}, "请重新输入密码"),
        ({"security": "none", "password": ""}, "请重新输入密码"),
        ({"sender": "no address"}, "不是电子邮箱地址"),
        ({"address": "javascript:x"}, "不是网址"),
        ({"host": ""}, "请填写服务器"),
        ({"port": "70000"}, "1 到 65535"),
    ],
)
def test_a_kept_password_goes_to_no_other_server_and_faults_are_named(house, change, said):
    house.admin.post("/messages/channels/mail", MAIL)
    answer = house.admin.post("/messages/channels/mail", {**MAIL, **change})
    assert answer.status_code == 422
    assert said in answer.text


def test_a_trial_letter_says_what_came_of_it(house, databases, tenant, monkeypatch):
    assert "还没有启用邮件" in house.admin.post("/messages/channels/mail/try", follow_redirects=True).text
    with mail_server() as box:
        plain = {**MAIL, "host": "127.0.0.1", "port": str(box.port), "security": "none", "user": ""}
        house.admin.post("/messages/channels/mail", plain)
        assert "请先在“消息设置”里填写" in house.admin.post(
            "/messages/channels/mail/try", follow_redirects=True
        ).text  # fmt: skip
        with databases.tenant(tenant.id) as session:
            address(session, house.ids[0], "admin@example.cn")
            session.commit()
        refused = house.admin.post("/messages/channels/mail/try", follow_redirects=True).text
        assert "没有加密，不允许连接" in refused
        assert box.letters == []
        monkeypatch.setenv("KAOHE_REACH", f"smtp://127.0.0.1:{box.port}")
        assert "已发到 admin@example.cn" in house.admin.post(
            "/messages/channels/mail/try", follow_redirects=True
        ).text  # fmt: skip
    assert box.recipients == ["admin@example.cn"]


def robot(**changes):
    given = {
        "title": "护理部群",
        "service": "wecom",
        "url": WECOM,
        "secret": "",
        "kinds": ["due", "published"],
    }
    return {**given, **changes}


def test_a_robot_is_added_switched_and_removed_and_its_address_never_shown(house, databases, tenant):
    typed = robot(service="dingtalk", url=DINGTALK, secret="SECabcdef123456")
    assert house.admin.post("/messages/channels/robots", typed).status_code == 303
    text = house.admin.get("/messages/channels").text
    assert "护理部群" in text
    assert "0f9a" not in text
    assert "SECabc" not in text
    with databases.tenant(tenant.id) as session:
        (kept,) = session.scalars(select(Robot)).all()
    house.admin.post(f"/messages/channels/robots/{kept.id}/switch")
    assert "已停用" in house.admin.get("/messages/channels").text
    house.admin.post(f"/messages/channels/robots/{kept.id}/remove")
    with databases.tenant(tenant.id) as session:
        gone = session.get(Robot, kept.id)
        assert (gone.url, gone.secret, gone.active) == ("", "", False)
    assert f"/robots/{kept.id}/" not in house.admin.get("/messages/channels").text
    answer = house.admin.post(f"/messages/channels/robots/{kept.id}/try", follow_redirects=True)
    assert "这不是" in answer.text
    house.admin.post(f"/messages/channels/robots/{kept.id}/switch")
    with databases.tenant(tenant.id) as session:
        assert not session.get(Robot, kept.id).active


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "https://evil.example.cn/cgi-bin/webhook/send?key=1"},
        {"url": "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"},
        {"url": "https://qyapi.weixin.qq.com.evil.cn/cgi-bin/webhook/send?key=1"},
        {"url": "https://qyapi.weixin.qq.com@evil.cn/cgi-bin/webhook/send?key=1"},
        {"url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="},
        {"url": "https://127.0.0.1/robot?key=1"},
        {"url": "http://127.0.0.1:8099/robot?key=1"},
        {"url": "file:///etc/passwd"},
        {"url": "https://[::1"},
        {"url": f"{WECOM} HTTP/1.1\r\nX: y"},
        {"url": f"{WECOM}键"},
        {"url": DINGTALK},
        {"url": ""},
        {"secret": "SECabcdef123456"},
        {"service": "dingtalk", "url": DINGTALK, "secret": "abc"},
        {"service": "telegram"},
        {"kinds": []},
        {"kinds": ["gossip"]},
        {"title": " "},
        {"title": "很" * 41},
    ],
)
def test_a_robot_that_is_none_is_refused(house, databases, tenant, changes):
    answer = house.admin.post("/messages/channels/robots", robot(**changes))
    assert answer.status_code == 422
    with databases.tenant(tenant.id) as session:
        assert session.scalar(select(Robot)) is None


def test_a_trial_to_a_group_says_what_came_of_it(house, databases, tenant, monkeypatch):
    with receiver((200, b'{"errcode":93000,"errmsg":"invalid webhook url"}')) as group:
        monkeypatch.setenv("KAOHE_REACH", f"http://127.0.0.1:{group.port}")
        assert house.admin.post("/messages/channels/robots", robot(url=group.url)).status_code == 303
        with databases.tenant(tenant.id) as session:
            ident = session.scalar(select(Robot.id))
        first = house.admin.post(f"/messages/channels/robots/{ident}/try", follow_redirects=True).text
        assert "企业微信没有接受：93000 invalid webhook url" in first
        second = house.admin.post(f"/messages/channels/robots/{ident}/try", follow_redirects=True).text
        assert "已发到“护理部群”" in second
    assert group.seen[1][1]["text"]["content"].startswith("这是一条试发的消息")
    monkeypatch.delenv("KAOHE_REACH")  # the operator takes the permission back
    third = house.admin.post(f"/messages/channels/robots/{ident}/try", follow_redirects=True).text
    assert "这不是企业微信群机器人的地址" in third


def test_a_trial_to_one_that_never_answers_leaves_the_database_to_others(
    house, databases, tenant, monkeypatch
):
    import threading
    import time

    with silent_server() as port:
        monkeypatch.setenv("KAOHE_REACH", f"http://127.0.0.1:{port}")
        house.admin.post("/messages/channels/robots", robot(url=f"http://127.0.0.1:{port}/x?key=1"))
        with databases.tenant(tenant.id) as session:
            ident = session.scalar(select(Robot.id))
        answers = []
        path = f"/messages/channels/robots/{ident}/try"
        trial = threading.Thread(
            target=lambda: answers.append(house.admin.post(path, follow_redirects=True).text)
        )
        trial.start()
        time.sleep(1.0)
        started = time.monotonic()
        with databases.tenant(tenant.id) as session:
            tell(session, [house.ids[1]])
            session.commit()
        assert time.monotonic() - started < 1
        assert trial.is_alive()
        trial.join(20)
    assert "在 5 秒内没有回应" in answers[0]


def test_what_did_not_arrive_is_shown_with_its_reason_and_sent_again(house, databases, tenant):
    with databases.tenant(tenant.id) as session:
        mail_settings.write(session, mail_settings.MailSettings(on=True, host="h", sender="kaohe@example.cn"))
        address(session, house.ids[1], "yi@example.cn")
        tell(session, [house.ids[1]])
        row = session.scalar(select(Delivery))
        row.state, row.tries, row.ended_at = "failed", 8, WHEN
        row.error = ["h 在 5 秒内没有回应。", "h did not answer within 5 seconds."]
        session.commit()
    text = house.admin.get("/messages/outbox?state=failed").text
    assert "h 在 5 秒内没有回应。" in text
    assert "成员乙" in text
    assert house.admin.post(f"/messages/outbox/{row.id}/again").status_code == 303
    with databases.tenant(tenant.id) as session:
        again = session.get(Delivery, row.id)
        assert (again.state, again.tries) == ("waiting", 0)
    assert "没有符合条件" in house.admin.get("/messages/outbox?state=failed").text


def test_members_set_and_see_nothing_of_it(house):
    for path in ("/messages/channels", "/messages/outbox"):
        assert house.member.get(path).status_code == 403
    for path in ("/messages/channels/mail", "/messages/channels/mail/try", "/messages/channels/robots"):
        assert house.member.post(path, {}).status_code == 403


def test_every_page_in_english_has_no_chinese_words(house, told):
    house.member.post("/language", {"language": "en", "next": ""})
    text = house.member.get("/messages/").text
    assert "A case is overdue" in text
    assert "工单已超期" not in text
