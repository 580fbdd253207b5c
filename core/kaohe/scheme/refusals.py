"""What the language of schemes refuses, with the reason in both languages and the field at fault."""

from __future__ import annotations

from kaohe.errors import Refusal


class SchemeRefusal(Refusal):
    """Base of all refusals of schemes and of figures offered to them."""

    zh, en = "方案不接受这项内容。", "The scheme does not accept this."


class SchemeInvalid(SchemeRefusal):
    """A scheme has structural errors; `problems` lists them."""

    zh, en = "方案有 {count} 处错误：{first}", "The scheme has {count} errors: {first}"


class SchemeUnreadable(SchemeRefusal):
    """A stored scheme cannot be read: unknown kind, unknown field, or not JSON."""

    zh, en = "读不懂这份方案：{what}。", "This scheme cannot be read: {what}."


class UnknownKind(SchemeRefusal):
    """A clause is of a kind that nobody has registered."""

    zh, en = "没有登记这种细则：{name}。", "No kind of clause is registered as {name}."


class UnknownPath(SchemeRefusal):
    """A change names a place that the scheme does not have, or that cannot be changed."""

    zh, en = "方案里没有可以这样改的地方：{path}。", "The scheme has nothing to change at {path}."


class OutsideLimits(SchemeRefusal):
    """A figure is changed to a value outside what its clause allows."""

    zh, en = (
        "“{title}”只能改在 {low} 到 {high} 之间，{value} 不行。",
        "“{title}” can be set from {low} to {high}, not {value}.",
    )


class UnknownDoubt(SchemeRefusal):
    """A settlement names a doubt that the scheme does not have."""

    zh, en = "方案里没有这处疑义：{doubt}。", "The scheme has no such doubt: {doubt}."


class UnknownOption(SchemeRefusal):
    """A settlement names an option that the doubt does not have."""

    zh, en = "疑义“{title}”没有这个选项：{option}。", "The doubt “{title}” has no such option: {option}."


class NoOwnFigures(SchemeRefusal):
    """A doubt is settled with own figures although it only offers its options, or at another place."""

    zh, en = (
        "疑义“{title}”不能在这里另定数值：{path}。",
        "The doubt “{title}” takes no figure of your own at {path}.",
    )


class UnknownClause(SchemeRefusal):
    """An entry names a clause that the scheme does not have."""

    zh, en = "本方案没有这条细则（编号 {clause_id}）。", "This scheme has no clause with number {clause_id}."
    field = "clause_id"


class QuantityNeeded(SchemeRefusal):
    """The clause needs a quantity or a value, and none was given."""

    zh, en = "“{title}”要填数值。", "“{title}” needs a figure."
    field = "quantity"


class QuantityUnexpected(SchemeRefusal):
    """The clause counts occurrences only, and a quantity was given."""

    zh, en = "“{title}”按次记，不填数量。", "“{title}” counts occurrences; it takes no quantity."
    field = "quantity"


class ValueOutside(SchemeRefusal):
    """A mark or measured value lies outside what is possible."""

    zh, en = (
        "“{title}”要在 {low} 到 {high} 之间，{value} 不行。",
        "“{title}” must be from {low} to {high}, not {value}.",
    )
    field = "quantity"


class PointsNeeded(SchemeRefusal):
    """The assessor has to choose points within a range, and gave none."""

    zh, en = (
        "“{title}”请在 {low} 到 {high} 分之间选定分值。",
        "“{title}”: choose points from {low} to {high}.",
    )
    field = "points"


class PointsOutside(SchemeRefusal):
    """The points chosen lie outside the clause's range."""

    zh, en = (
        "“{title}”的分值要在 {low} 到 {high} 分之间，{value} 不行。",
        "“{title}”: points from {low} to {high}, not {value}.",
    )
    field = "points"


class PointsFixed(SchemeRefusal):
    """Points were given for a clause whose points follow from the scheme."""

    zh, en = "“{title}”的分值由方案规定，不能另填。", "The points of “{title}” follow from the scheme."
    field = "points"


class AmountNeeded(SchemeRefusal):
    """The step that applies leaves the amount to the assessor, and none was given."""

    zh, en = "“{title}”请填罚款金额，{low} 到 {high}。", "“{title}”: enter the amount, {low} to {high}."
    field = "amount"


class AmountOutside(SchemeRefusal):
    """A fine lies outside its range."""

    zh, en = (
        "“{title}”的金额要在 {low} 到 {high} 之间，{value} 不行。",
        "“{title}”: the amount must be from {low} to {high}, not {value}.",
    )
    field = "amount"


class AmountUnexpected(SchemeRefusal):
    """An amount was given although the step that applies has none, or a fixed one."""

    zh, en = "“{title}”不能另填金额。", "“{title}” takes no amount."
    field = "amount"


class ReasonNeeded(SchemeRefusal):
    """The clause needs a reason, and none was given."""

    zh, en = "“{title}”要写明理由。", "“{title}” needs a reason."
    field = "reason"


class TooManyDecimals(SchemeRefusal):
    """A figure has more decimals than are kept."""

    zh, en = (
        "“{title}”最多 {decimals} 位小数，{value} 不行。",
        "“{title}” takes at most {decimals} decimals, not {value}.",
    )


class AgreementTooShort(SchemeRefusal):
    """A filed agreement runs shorter than the item asks for."""

    zh, en = (
        "“{title}”要求协议不少于 {months} 个月，这份只有 {given} 个月。",
        "“{title}” needs an agreement of at least {months} months; this one runs {given}.",
    )
    field = "until"


class NotAnAddress(SchemeRefusal):
    """A web address was expected."""

    zh, en = (
        "“{title}”要填以 http:// 或 https:// 开头的网址。",
        "“{title}” needs a web address that starts with http:// or https://.",
    )
    field = "address"
