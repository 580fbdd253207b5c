"""What messages refuse, and why one could not be delivered, in both languages."""

from __future__ import annotations

from kaohe.errors import NotFound, Refusal


class MailAddressUnreadable(Refusal):
    """Not one plain e-mail address."""

    zh = "“{text}”不是电子邮箱地址，例如 name@example.cn。"
    en = "“{text}” is not an e-mail address such as name@example.cn."
    field = "email"


class AddressUnreadable(Refusal):
    """Not the start of a link."""

    zh = "“{text}”不是网址，例如 https://kaohe.example.cn。"
    en = "“{text}” is not an address such as https://kaohe.example.cn."
    field = "address"


class PasswordAgain(Refusal):
    """A kept password is not sent to another server."""

    zh = "服务器或用户名改了，请重新输入密码。"
    en = "The server or the user name changed; enter the password again."
    field = "password"


class MailNotOn(Refusal):
    """Nothing to try out."""

    zh = "还没有启用邮件，请先填写并保存。"
    en = "E-mail is not switched on yet; fill it in and save first."
    status = 409


class NoAddressOfOwn(Refusal):
    """A trial goes to oneself."""

    zh = "试发会发到您自己的邮箱，请先在“消息设置”里填写。"
    en = "A trial goes to your own address; enter it under Message settings first."
    status = 409


class AddressUnconfirmed(Refusal):
    """Nothing but the confirmation goes to an address that is not confirmed."""

    zh = "您的邮箱还没有确认，请先点开确认邮件里的链接。"
    en = "Your address is not confirmed yet; open the link in the confirmation first."
    status = 409


class LinkOver(NotFound):
    """A link that was used, has expired or is another's."""

    zh = "这个确认链接无效、已用过或已过期。请在“消息设置”里重新发送。"
    en = "This link does not hold, was used or has expired. Send a new one from Message settings."


class NothingToConfirm(Refusal):
    """There is no address, or it is confirmed."""

    zh, en = "没有要确认的邮箱。", "There is no address to confirm."
    status = 409


class TooSoon(Refusal):
    """Letters to an address that is not confirmed are a minute apart."""

    zh = "确认邮件刚刚发过，请过一分钟再发。"
    en = "A confirmation was sent a moment ago; wait a minute before sending another."
    status = 409


class RobotTitleNeeded(Refusal):
    """A robot has a name."""

    zh, en = "请写名称，最多 40 个字。", "Give it a name, at most 40 characters."
    field = "title"


class RobotKindsNeeded(Refusal):
    """A robot that is told nothing is no use."""

    zh, en = "请至少选一类消息。", "Choose at least one kind of message."
    field = "kinds"


class RobotAddressUnfit(Refusal):
    """Not the address of such a robot."""

    zh = "这不是{service}群机器人的地址；它以 {start} 开头，请从群设置里复制。"
    en = "This is not the address of a {service} robot: it starts with {start}; copy it from the group's settings."
    field = "url"


class RobotSecretUnfit(Refusal):
    """The key of a signing robot."""

    zh = "加签密钥以 SEC 开头，请从机器人的安全设置里复制；企业微信的机器人没有密钥。"
    en = (
        "The signing key starts with SEC; copy it from the robot's security settings. WeCom robots have none."
    )
    field = "secret"


# ---------- why a delivery did not succeed ----------


class NotDelivered(Refusal):
    """Something outside did not take a message."""

    status = 409


class HostNotAllowed(NotDelivered):
    """The host is neither public nor listed by the operator."""

    zh = "地址 {host} 不允许连接：只连公网地址，内网服务器要由运维放行（KAOHE_REACH）。"
    en = "{host} may not be reached: only public addresses are, others must be listed by the operator (KAOHE_REACH)."


class PlainNotAllowed(NotDelivered):
    """Without encryption only to hosts that the operator has listed."""

    zh = "{host} 没有加密，不允许连接；请选择 TLS 或 STARTTLS。"
    en = "{host} would be reached without encryption, which is not allowed; choose TLS or STARTTLS."


class HostUnknown(NotDelivered):
    """The name has no address."""

    zh = "找不到服务器 {host}，请检查名称。"
    en = "The server {host} was not found; check its name."


class NoAnswer(NotDelivered):
    """The other side did not answer in time."""

    zh = "{host} 在 {seconds} 秒内没有回应。"
    en = "{host} did not answer within {seconds} seconds."


class NoConnection(NotDelivered):
    """The connection could not be made, or broke."""

    zh = "连接不上 {host}：{why}"
    en = "{host} could not be reached: {why}"


class CertificateUnfit(NotDelivered):
    """The other side could not show who it is."""

    zh = "{host} 的证书不可信，没有发送。"
    en = "The certificate of {host} is not to be trusted; nothing was sent."


class SignInRefused(NotDelivered):
    """The mail server does not know the user or the password."""

    zh = "邮件服务器 {host} 不接受用户名或密码。"
    en = "The mail server {host} refuses the user name or the password."


class RecipientRefused(NotDelivered):
    """The mail server does not take mail for the address; trying again is no use."""

    zh = "邮件服务器不接受收件地址：{why}"
    en = "The mail server refuses the recipient: {why}"


class MailRefused(NotDelivered):
    """The mail server did not take the mail this time."""

    zh = "邮件服务器没有接受：{why}"
    en = "The mail server did not take it: {why}"


class RobotRefused(NotDelivered):
    """The robot's service answered with an error."""

    zh = "{service}没有接受：{code} {why}"
    en = "{service} did not take it: {code} {why}"


class RobotMoved(NotDelivered):
    """A robot's service does not redirect."""

    zh = "{host} 要求转到别处（{code}），不跟随。"
    en = "{host} redirects ({code}), which is not followed."


class AnswerUnreadable(NotDelivered):
    """The answer is not what such a service says."""

    zh = "{host} 的回答看不懂（{code}）。"
    en = "The answer of {host} is not understood ({code})."


class SendingBroke(NotDelivered):
    """A fault of ours, told in the server's log."""

    zh = "发送时程序出错，详情在服务器日志里。"
    en = "A fault in the program kept it from being sent; the server's log says more."
