"""Forms of messages: one's own settings, the mail server, a group robot."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from kaohe.messages.mail_settings import MailSettings
from kaohe.messages.service import KINDS


class KindsForm(FlaskForm):
    """A form with kinds of messages to tick."""

    kinds = SelectMultipleField(
        _l("发哪些消息"), choices=[], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def offer(self, language: str) -> None:
        """Offer all kinds, in the language."""
        self.kinds.choices = [SelectChoice(kind, word.say(language)) for kind, word in KINDS.items()]


class MineForm(KindsForm):
    """Where a person wants e-mail, and of what."""

    email = StringField(_l("电子邮箱"), validators=[Optional(), Length(max=254)])
    wants_mail = BooleanField(_l("把消息也发到我的邮箱"))


class MailForm(FlaskForm):
    """The organisation's mail server."""

    on = BooleanField(_l("启用邮件"))
    host = StringField(_l("服务器"), validators=[Length(max=253)], description=_l("例如 smtp.exmail.qq.com"))
    port = IntegerField(
        _l("端口"), validators=[Optional(), NumberRange(1, 65535, _l("端口是 1 到 65535 的数"))], default=465
    )
    security = SelectField(
        _l("加密"),
        choices=[
            SelectChoice("tls", _l("TLS（通常端口 465）")),
            SelectChoice("starttls", _l("STARTTLS（通常端口 587）")),
            SelectChoice("none", _l("不加密（只限运维放行的服务器）")),
        ],
    )
    user = StringField(_l("用户名"), validators=[Length(max=254)])
    password = PasswordField(_l("密码或授权码"), validators=[Length(max=254)])
    sender = StringField(_l("发件地址"), validators=[Length(max=254)])
    sender_name = StringField(_l("发件人名称"), validators=[Length(max=60)])
    address = StringField(
        _l("平台网址"), validators=[Length(max=200)], description=_l("邮件和群消息里的链接以它开头")
    )

    def settings(self) -> MailSettings:
        """What was filled in."""
        text = {
            name: (getattr(self, name).data or "").strip() for name in ("host", "user", "sender", "address")
        }
        return MailSettings(
            on=bool(self.on.data),
            port=self.port.data or 465,
            security=self.security.data,
            password=self.password.data or "",
            sender_name=" ".join((self.sender_name.data or "").split()),
            **text,
        )

    def validate_host(self, field: Any) -> None:
        """A server is needed once it is on."""
        if self.on.data and not (field.data or "").strip():
            raise ValidationError(_l("请填写服务器"))


class RobotForm(KindsForm):
    """A group robot."""

    title = StringField(
        _l("名称"), validators=[InputRequired(_l("请写名称"))], description=_l("例如：办公室工作群")
    )
    service = RadioField(
        _l("哪一种"),
        choices=[SelectChoice("wecom", _l("企业微信")), SelectChoice("dingtalk", _l("钉钉"))],
        validators=[InputRequired(_l("请选一项"))],
    )
    url = StringField(
        _l("机器人地址"),
        validators=[InputRequired(_l("请从群设置里复制地址")), Length(max=500)],
        description=_l("保存后不再显示；谁有它，谁就能往群里发消息"),
    )
    secret = PasswordField(
        _l("加签密钥"),
        validators=[Length(max=200)],
        description=_l("只有钉钉的“加签”机器人才有，以 SEC 开头"),
    )
