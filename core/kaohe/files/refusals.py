"""Why a file is not taken: the named refusals of the file door, in Chinese and English.

Each says what is wrong with the file and what would be accepted instead. `code` is stable and is how a refusal
travels from a child process to its parent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from kaohe.errors import Refusal


class Words(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str


PICTURES_AND_PDF = Words("JPG、PNG、WebP 图片和 PDF 文件", "JPG, PNG and WebP pictures and PDF files")
TABLES = Words("Excel 表格（xlsx、xls）和 CSV 文件", "Excel workbooks (xlsx, xls) and CSV files")


class FileRefusal(Refusal):
    """A file that is not taken."""

    code: ClassVar[str] = "refused"
    field: str | None = "file"


class EmptyFile(FileRefusal):
    """There is nothing in it."""

    code = "empty"
    zh, en = "这个文件是空的，请重新选择文件。", "This file is empty. Choose another one."


class TooBig(FileRefusal):
    """More bytes than the door takes; `size` and `limit` in MB."""

    code, status = "too_big", 413
    zh = "文件有 {size} MB，超过上限 {limit} MB。请压缩或拆分后再上传。"
    en = "The file has {size} MB; the limit is {limit} MB. Make it smaller or split it."


class NotAccepted(FileRefusal):
    """A known or unknown kind that is not on the list."""

    code = "not_accepted"
    zh = "这个文件的内容是“{found}”，不能上传。可以上传：{accepted}。"
    en = "The content of this file ({found}) is not accepted here. Accepted: {accepted}."


class LyingName(FileRefusal):
    """The name says one kind, the content another."""

    code = "lying_name"
    zh = "文件名以“.{extension}”结尾，内容却是“{found}”。请确认文件没有选错，可以上传：{accepted}。"
    en = 'The name ends in ".{extension}", the content is of another kind ({found}). Check it. Accepted: {accepted}.'


class Polyglot(FileRefusal):
    """One kind in front, another hidden in it."""

    code = "polyglot"
    zh = "这个文件（{found}）里夹带了{hidden}，不能上传。请重新生成这个文件；可以上传：{accepted}。"
    en = "Inside this file ({found}) there is {hidden}. Make the file anew. Accepted: {accepted}."


class HeicPicture(FileRefusal):
    """A HEIC picture, which cannot be decoded here."""

    code = "heic"
    zh = (
        "这是 HEIC 照片，服务器不能读取。请在 iPhone 的“设置 › 相机 › 格式”里选“兼容性最佳”，"
        "或先存成 JPG。可以上传：{accepted}。"
    )
    en = (
        "This is a HEIC photo, which cannot be read here. On the iPhone choose Settings › Camera › Formats › "
        "Most Compatible, or save it as JPG. Accepted: {accepted}."
    )


class Unreadable(FileRefusal):
    """The content is damaged, cut off, or not what its beginning says."""

    code = "unreadable"
    zh = "这个文件（{found}）读不出来：内容不完整或已损坏。请重新导出或重新上传；可以上传：{accepted}。"
    en = "This file ({found}) cannot be read: it is incomplete or damaged. Export or upload it again. Accepted: {accepted}."


class TooManyPixels(FileRefusal):
    """A picture of more pixels than are decoded."""

    code = "too_many_pixels"
    zh = "图片为 {width} × {height} 像素，超过上限（{limit} 万像素，单边 {side}）。请缩小后再上传。"
    en = "The picture has {width} × {height} pixels, over the limit ({millions} million in all, {side} a side). Shrink it first."


class MovingPicture(FileRefusal):
    """An animation: it has no one picture that could stand as evidence."""

    code = "moving_picture"
    zh = "这是动图，不能作为材料。请截取其中一张，存成 JPG 或 PNG 再上传。"
    en = "This is an animation. Save one picture of it as JPG or PNG and upload that."


class Encrypted(FileRefusal):
    """Locked with a password or with rights."""

    code = "encrypted"
    zh = "这个文件（{found}）加了密码或权限限制，无法检查。请去掉密码后再上传。"
    en = "This file ({found}) is locked with a password or restricted. Remove the protection and upload it again."


class ActiveContent(FileRefusal):
    """A PDF that would act when it is opened."""

    code = "active_content"
    zh = "这个 PDF 含有{what}，不能上传。请用“打印为 PDF”重新生成一份。"
    en = "This PDF contains {what}. Print it to a new PDF and upload that."


class Uncheckable(FileRefusal):
    """A PDF with parts that the check cannot open."""

    code = "uncheckable"
    zh = "这个 PDF 有无法检查的部分（{what}）。请用“打印为 PDF”重新生成一份。"
    en = "Parts of this PDF cannot be checked ({what}). Print it to a new PDF and upload that."


class MacroWorkbook(FileRefusal):
    """A workbook with programs in it."""

    code = "macros"
    zh = "这个表格含有宏，不能上传。请另存为不含宏的 xlsx 文件。"
    en = "This workbook contains macros. Save it as an xlsx file without macros."


class Expands(FileRefusal):
    """Small when packed, huge when unpacked; `limit` in MB."""

    code = "expands"
    zh = "文件解压后超过 {limit} MB，不能读取。请删去多余的内容后再上传。"
    en = "Unpacked, the file is larger than {limit} MB. Remove what is not needed and upload it again."


class OddArchive(FileRefusal):
    """A ZIP that no office program writes."""

    code = "odd_archive"
    zh = "这个表格文件的结构不正常（{what}）。请用 Excel 或 WPS 打开，另存为 xlsx 后再上传。"
    en = "The inner structure of this workbook is not normal ({what}). Open it in Excel or WPS and save it as xlsx."


class SheetTooLarge(FileRefusal):
    """A sheet that spans more rows, columns or cells than are read."""

    code = "sheet_too_large"
    zh = (
        "工作表“{sheet}”的范围有 {rows} 行 × {columns} 列，超过上限（{max_rows} 行、{max_columns} 列、{max_cells} 格）。"
        "请删去远处多余的内容后再上传。"
    )
    en = (
        "The sheet “{sheet}” spans {rows} rows × {columns} columns; the limit is {max_rows} rows, {max_columns} "
        "columns and {max_cells} cells. Delete stray content far out and upload it again."
    )


class TooManySheets(FileRefusal):
    """More sheets than are read."""

    code = "too_many_sheets"
    zh = "表格有 {count} 个工作表，超过上限 {limit} 个。请只保留要导入的工作表。"
    en = "The workbook has {count} sheets; the limit is {limit}. Keep only those to be imported."


class CellTooLong(FileRefusal):
    """A cell with more text than any spreadsheet program can hold."""

    code = "cell_too_long"
    zh = "工作表“{sheet}”第 {line} 行第 {column} 列的内容有 {length} 个字，超过上限 {limit} 个字。"
    en = "In the sheet “{sheet}”, line {line}, column {column} holds {length} characters; the limit is {limit}."


class NotText(FileRefusal):
    """A CSV in no encoding that is read here."""

    code = "not_text"
    zh = "这个文件不是可读的文本表格（可用的编码：UTF-8、GB18030、UTF-16）。可以上传：{accepted}。"
    en = "This is not a readable text table (encodings read: UTF-8, GB18030, UTF-16). Accepted: {accepted}."


class WebPageTable(FileRefusal):
    """A web page or an XML file under a spreadsheet's name, as many systems export it."""

    code = "web_page_table"
    zh = "这个文件的内容其实是“{found}”，不是 Excel 表格。请用 Excel 或 WPS 打开，另存为 xlsx 后再上传。"
    en = "The content of this file is another kind ({found}), not a workbook. Open it in Excel or WPS and save it as xlsx."


class NoTable(FileRefusal):
    """Nothing stands in it."""

    code = "no_table"
    zh = "文件里没有找到任何内容。请确认表格已保存，再重新上传。"
    en = "Nothing was found in the file. Make sure that the table was saved and upload it again."


class TooSlow(FileRefusal):
    """The check took longer than it may."""

    code = "too_slow"
    zh = "检查这个文件用时过长，已停止。请拆分或简化后再上传。"
    en = "Checking this file took too long and was stopped. Split or simplify it and upload it again."


class TooMuchMemory(FileRefusal):
    """The check needed more memory than it may."""

    code = "too_much_memory"
    zh = "读取这个文件需要的内存过大，已停止。请拆分或简化后再上传。"
    en = "Reading this file needs too much memory and was stopped. Split or simplify it and upload it again."


class Busy(FileRefusal):
    """Others' files are being read; the turn did not come in time."""

    code, status = "busy", 503
    zh = "正在检查的文件较多，请稍后再上传；已填的内容不变。"
    en = "Many files are being checked at the moment. Upload it again in a little while; what you typed is kept."


class TenantFull(FileRefusal):
    """The organisation may not keep more."""

    code, status = "tenant_full", 413
    zh = "附件空间不够：已用 {kept}，加上这次的 {adding} 超过上限 {limit}。请联系系统运维人员扩大空间。"
    en = "There is no room for attachments: {kept} are used, and {adding} more go beyond {limit}. Ask the operator for more room."


class DayFull(FileRefusal):
    """One person has sent much within 24 hours."""

    code, status = "day_full", 413
    zh = "您在 24 小时内已上传 {sent}，加上这次的 {adding} 超过每人 {limit} 的上限。请明天再传，或缩小文件。"
    en = "You have uploaded {sent} within 24 hours, and {adding} more go beyond {limit} for each person. Upload it tomorrow, or make it smaller."


class DiskFull(FileRefusal):
    """The server's own disk is nearly full."""

    code, status = "disk_full", 507
    zh = "服务器磁盘空间不足，暂时不能上传。请告诉系统运维人员。"
    en = "The server's disk is nearly full, so nothing can be uploaded now. Tell the operator."


class BadMapping(FileRefusal):
    """A column mapping that does not fit the table."""

    code = "bad_mapping"
    field = "mapping"
    zh = "列的对应关系不正确：{what}。"
    en = "The columns are not mapped correctly: {what}."


def _all(base: type[FileRefusal]) -> Mapping[str, type[FileRefusal]]:
    return {kind.code: kind for kind in (base, *base.__subclasses__())}


BY_CODE = _all(FileRefusal)


def packed(refusal: FileRefusal) -> dict[str, Any]:
    """The refusal as JSON, for the way from a child process."""
    values = {
        name: {"zh": value.zh, "en": value.en} if isinstance(value, Words) else value
        for name, value in refusal.values.items()
    }
    return {"code": refusal.code, "values": values}


def unpacked(data: Any) -> FileRefusal:
    """The refusal that `packed` described; anything else reads as `Unreadable`."""
    try:
        kind = BY_CODE[str(data["code"])]
        values = {str(name): _value(value) for name, value in data["values"].items()}
        return kind(**values)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError):
        return Unreadable(found=Words("文件", "file"), accepted=TABLES)


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return Words(str(value["zh"]), str(value["en"]))
    return value if isinstance(value, int | float) else str(value)[:500]
