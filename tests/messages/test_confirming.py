"""An e-mail address is confirmed by a link that only its reader knows, before anything else is sent there."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.messages.conftest import address, tell
from tests.messages.servers import mail_server

from kaohe.messages import confirming, contacts, mail_settings
from kaohe.messages.models import Contact, Delivery
from kaohe.messages.refusals import LinkOver, NothingToConfirm, TooSoon
from kaohe.messages.service import KINDS
from kaohe.testing.fixtures import NOW

TYPED = {"email": "yi@example.cn", "wants_mail": "y", "kinds": ["due", "to_sign"]}


@pytest.fixture
def box(databases, tenant, monkeypatch):
    """A mail server that the organisation uses."""
    with mail_server() as found:
        monkeypatch.setenv("KAOHE_REACH", f"smtp://127.0.0.1:{found.port}")
        wanted = mail_settings.MailSettings(
            on=True, host="127.0.0.1", port=found.port, security="none", sender="kaohe@example.cn",
            address="https://kaohe.example.cn",
        )  # fmt: skip
        with databases.tenant(tenant.id) as session:
            mail_settings.write(session, wanted)
            session.commit()
        yield found


def mine(session, email="yi@example.cn", person=None, **more):
    values = {"wants_mail": True, "kinds": list(KINDS), "now": NOW, **more}
    return contacts.set_contact(session, person, email=email, **values)


def link_in(box):
    text = box.letters[-1].get_content()
    return re.search(r"https://kaohe\.example\.cn(/t/[^\s]+)", text)[1]


def inside(path):
    """The address as a browser of the organisation asks for it."""
    return "/" + path.split("/", 3)[3]


def test_the_link_in_the_letter_confirms_once_and_only_for_its_person(house, box, databases, tenant):
    said = house.member.post("/messages/mine", TYPED, follow_redirects=True).text
    assert "确认邮件已发到 yi@example.cn" in said
    assert "待确认" in said
    assert box.recipients == ["yi@example.cn"]
    path = inside(link_in(box))
    with databases.tenant(tenant.id, write=False) as session:
        kept = session.scalars(select(Contact)).one()
        assert kept.confirmed_at is None
        assert path.rsplit("/", 1)[1] not in str(vars(kept))
    assert house.other.get(path).status_code == 404
    assert house.other.post(path).status_code == 404
    shown = house.member.get(path)
    assert (shown.status_code, "yi@example.cn" in shown.text) == (200, True)
    with databases.tenant(tenant.id, write=False) as session:
        assert session.scalars(select(Contact.confirmed_at)).one() is None, "looking confirms nothing"
    assert house.member.post(path).status_code == 303
    assert house.member.post(path).status_code == 404
    assert "已确认" in house.member.get("/messages/mine").text
    again = house.member.post("/messages/mine/link", follow_redirects=True).text
    assert "没有要确认的邮箱" in again
    assert len(box.letters) == 1


def test_nothing_else_goes_to_an_address_that_is_not_confirmed(house, box, databases, tenant):
    house.member.post("/messages/mine", TYPED)
    with databases.tenant(tenant.id) as session:
        tell(session, [house.ids[1]])
        assert session.scalars(select(Delivery)).all() == []
        session.scalars(select(Contact)).one().confirmed_at = NOW
        session.flush()
        tell(session, [house.ids[1]], about="thing:2")
        assert len(session.scalars(select(Delivery)).all()) == 1
        session.commit()


def test_a_trial_is_sent_to_a_confirmed_address_only(house, box, databases, tenant):
    with databases.tenant(tenant.id) as session:
        address(session, house.ids[0], "admin@example.cn", confirmed_at=None)
        session.commit()
    said = house.admin.post("/messages/channels/mail/try", follow_redirects=True).text
    assert "您的邮箱还没有确认" in said
    assert box.letters == []


def test_without_mail_the_address_waits_and_the_link_is_sent_by_hand(house, databases, tenant):
    said = house.member.post("/messages/mine", TYPED, follow_redirects=True).text
    assert "消息设置已保存" in said
    assert "待确认" in said
    assert "还没有启用邮件" in house.member.post("/messages/mine/link", follow_redirects=True).text


def test_a_mail_server_that_fails_is_said_and_the_address_is_kept(house, box, databases, tenant):
    with databases.tenant(tenant.id) as session:
        settings = mail_settings.read(session)
        mail_settings.write(session, replace(settings, port=1))
        session.commit()
    said = house.member.post("/messages/mine", TYPED, follow_redirects=True).text
    assert "消息设置已保存" in said
    assert "不允许连接" in said
    assert "待确认" in said


def test_a_link_expires_another_ends_it_and_letters_are_a_minute_apart(session, people):
    [who] = people("甲")
    contact = mine(session, person=who)
    first = confirming.ask(session, contact, NOW)
    with pytest.raises(TooSoon):
        confirming.ask(session, contact, NOW + timedelta(seconds=59))
    second = confirming.ask(session, contact, NOW + timedelta(minutes=2))
    for secret, at in ((first, NOW), (second, NOW + timedelta(days=2, minutes=3)), ("", NOW)):
        with pytest.raises(LinkOver):
            confirming.confirm(session, who, secret, at)
    confirming.confirm(session, who, second, NOW + timedelta(days=2))
    with pytest.raises(NothingToConfirm):
        confirming.ask(session, contact, NOW + timedelta(days=3))


def test_another_address_is_unconfirmed_and_the_old_link_ends(session, people):
    [who] = people("甲")
    contact = mine(session, person=who)
    secret = confirming.ask(session, contact, NOW)
    mine(session, person=who, kinds=["due"])
    confirming.confirm(session, who, secret, NOW)
    assert mine(session, person=who).confirmed_at == NOW
    assert mine(session, "new@example.cn", person=who).confirmed_at is None
    secret = confirming.ask(session, contact, NOW + timedelta(hours=1))
    mine(session, "third@example.cn", person=who)
    with pytest.raises(LinkOver):
        confirming.confirm(session, who, secret, NOW + timedelta(hours=1))


@pytest.mark.parametrize(("language", "words"), [("zh", "只能用一次"), ("en", "for one use")])
def test_the_letter_speaks_the_language_of_its_reader(language, words):
    settings = mail_settings.MailSettings(on=True, sender="kaohe@example.cn")
    found = confirming.letter(
        settings,
        to="a@example.cn",
        organisation="一院",
        link="https://k.cn/x",
        ident="1",
        language=language,
        now=NOW,
    )
    assert words in found.get_content()
    assert "https://k.cn/x" in found.get_content()
