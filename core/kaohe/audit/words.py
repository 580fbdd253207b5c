"""Each act in words: what the endpoint of an unsafe request does, for people who read the log."""

from __future__ import annotations

from kaohe.scheme import Text

ACTS: dict[str, Text] = {
    # accounts
    "accounts.sign_in": Text("登录", "Sign in"),
    "accounts.sign_in_demo": Text("演示登录", "Sign in to the demonstration"),
    "accounts.sign_out": Text("退出", "Sign out"),
    "accounts.activate": Text("用激活单设密码", "Set a password with a slip"),
    "accounts.change_password": Text("更改密码", "Change one's password"),
    "accounts.change_view": Text("更改语言或行高", "Change language or row height"),
    "accounts.end_sign_in": Text("结束自己的一处登录", "End a sign-in of one's own"),
    "accounts.end_other_sign_ins": Text("结束自己的其他登录", "End one's other sign-ins"),
    "accounts.new": Text("建账户", "Create accounts"),
    "accounts.lock": Text("锁定账户", "Lock an account"),
    "accounts.unlock": Text("解锁账户", "Unlock an account"),
    "accounts.end_sign_ins": Text("结束账户的全部登录", "End all sign-ins of an account"),
    "accounts.give_role": Text("给予角色", "Give a role"),
    "accounts.take_role": Text("收回角色", "Take a role away"),
    "accounts.print_slips": Text("打印多张激活单", "Print activation slips"),
    "accounts.print_slip": Text("打印激活单", "Print an activation slip"),
    "accounts.deputies": Text("设代理人", "Name a deputy"),
    "accounts.end_deputy": Text("结束代理", "End a deputyship"),
    # people
    "people.new": Text("新增人员", "Add a person"),
    "people.edit": Text("修改人员资料", "Edit a person"),
    "people.move": Text("调动部门或职务", "Move to another unit or position"),
    "people.undo_move": Text("撤销调动", "Take a move back"),
    "people.leave": Text("登记离开", "Record a leaving"),
    "people.stay": Text("撤销离开", "Take a leaving back"),
    "people.fact": Text("修改人员属性", "Change a fact about a person"),
    "people.new_absence": Text("登记请假", "Record an absence"),
    "people.end_absence": Text("结束请假", "End an absence"),
    "people.drop_absence": Text("撤销请假", "Take an absence back"),
    "people.new_unit": Text("新增部门", "Add a unit"),
    "people.edit_unit": Text("修改部门", "Edit a unit"),
    "people.move_unit": Text("移动部门", "Move a unit"),
    "people.order_unit": Text("调整部门次序", "Change the order of units"),
    "people.close_unit": Text("停用部门", "Close a unit"),
    "people.reopen_unit": Text("重新启用部门", "Take a unit into use again"),
    "people.import_start": Text("上传导入文件", "Upload a file to import"),
    "people.import_reading": Text("调整导入的读法", "Change how an import is read"),
    "people.import_settle": Text("处理导入的疑问", "Settle the doubts of an import"),
    "people.import_write": Text("写入导入", "Write an import"),
    "people.import_drop": Text("放弃导入", "Give an import up"),
    # schemes
    "adoption.start": Text("开始采用方案", "Begin to adopt a scheme"),
    "adoption.settle": Text("处理方案疑点", "Settle a doubt of a scheme"),
    "adoption.edit": Text("修改方案数值", "Change a figure of a scheme"),
    "adoption.scope": Text("设定参加范围", "Set who takes part"),
    "adoption.renew": Text("采用新的方案文本", "Take a newer text into a draft"),
    "adoption.draft_next": Text("起草下一版方案", "Draft the next revision"),
    "adoption.discard": Text("放弃方案草稿", "Throw a draft away"),
    "adoption.adopt": Text("正式采用方案", "Adopt a revision"),
    "adoption.acknowledge": Text("确认已阅读方案", "Acknowledge a scheme"),
    # periods
    "periods.plan": Text("生成周期", "Make periods"),
    "periods.dates": Text("修改周期日期", "Change a period's dates"),
    "periods.open_": Text("开放周期", "Open a period"),
    "periods.reopen": Text("重开周期", "Reopen a period"),
    "periods.remove": Text("删除计划中的周期", "Remove a planned period"),
    # entries
    "entries.create": Text("录入考核记录", "Record an entry"),
    "entries.batch": Text("多人录入同一条", "Record one clause for many people"),
    "entries.marks": Text("录入成绩", "Record marks"),
    "entries.measures": Text("录入指标数值", "Record measures"),
    "entries.tick": Text("检查表：勾选一项", "Sheet: tick an item"),
    "entries.done": Text("检查表：查完一人", "Sheet: finish a person"),
    "entries.photo": Text("上传凭证", "Add evidence"),
    "entries.correct": Text("更正考核记录", "Correct an entry"),
    "entries.withdraw": Text("撤回考核记录", "Withdraw an entry"),
    "entries.undo": Text("撤销刚才的录入", "Undo what was just recorded"),
    # cases
    "cases.new": Text("登记工单", "Log a case"),
    "cases.take": Text("办理工单", "Take a step of a case"),
    "cases.correct": Text("更正工单时间", "Correct a time of a case"),
    "cases.attach": Text("添加工单附件", "Add files to a case"),
    # results
    "results.close": Text("关闭周期并计算", "Close a period and compute"),
    "results.publish": Text("公示结果", "Publish results"),
    "results.finalise": Text("结果定稿", "Finalise results"),
    "results.reopen": Text("重开已关闭的周期", "Take entries again"),
    "consequences.decide": Text("决定一项结果运用", "Decide a consequence"),
    "consequences.decide_many": Text("一并决定结果运用", "Decide several consequences"),
    "ledger.pay_in": Text("收款入账", "Post a payment in"),
    "ledger.refund": Text("退款入账", "Post a refund"),
    "ledger.settle": Text("结算预收款", "Settle a prepayment"),
    "ledger.collect": Text("收缴罚款", "Collect a fine"),
    "ledger.reverse": Text("冲正一笔账", "Reverse a movement of money"),
    "results.replay": Text("重放结果", "Replay results"),
    "results.recount": Text("复算结果", "Recount results"),
    # papers
    "papers.start": Text("在后台生成长的 PDF", "Make a long PDF in the background"),
    # appeals
    "appeals.sign": Text("签字确认结果", "Sign a result"),
    "appeals.remind": Text("提醒未签字的人", "Remind those who have not signed"),
    "appeals.about_entry": Text("对考核记录提出申诉", "Appeal against an entry"),
    "appeals.about_result": Text("对考核结果提出申诉", "Appeal against a result"),
    "appeals.take_up": Text("受理申诉", "Take up an appeal"),
    "appeals.decide": Text("决定申诉", "Decide an appeal"),
    "appeals.withdraw": Text("撤回申诉", "Withdraw an appeal"),
    "appeals.carry_out": Text("执行申诉决定", "Carry out decisions on appeals"),
    # exemptions
    "exemptions.add": Text("设为不参加排名", "Exempt from ranking"),
    "exemptions.lift": Text("恢复参加排名", "Lift an exemption from ranking"),
    # living on
    "living.merge": Text("合并两份人员档案", "Merge two records of a person"),
    "living.export": Text("导出个人全部数据", "Export all data of a person"),
    "living.erase": Text("清除离职人员信息", "Erase a leaver's data"),
    # surveys
    "surveys.start": Text("发起问卷或投票", "Start a survey or ballot"),
    "surveys.build": Text("自建问卷", "Build a questionnaire of one's own"),
    "surveys.details": Text("修改问卷的日期与范围", "Change a survey's dates and reach"),
    "surveys.question": Text("修改问卷的题目", "Change a question of a survey"),
    "surveys.arrange": Text("调整或删除问卷的题目", "Order or remove a question of a survey"),
    "surveys.subjects": Text("选定问卷的对象", "Choose whom a survey is about"),
    "surveys.open_": Text("开放问卷或投票", "Open a survey or ballot"),
    "surveys.move_end": Text("改问卷的截止日", "Move the last day of a survey"),
    "surveys.close": Text("结束问卷或投票并统计", "Close a survey or ballot and count it"),
    "surveys.remove": Text("删除问卷草稿", "Remove the draft of a survey"),
    "surveys.links": Text("发放问卷链接", "Issue links to a survey"),
    "surveys.decide": Text("决定并列的当选人", "Decide a tie"),
    "surveys.answer": Text("提交一份答卷或选票（不记人）", "Give an answer or a vote (nobody is named)"),
    "surveys.by_link": Text("用链接提交一份答卷（不记人）", "Give an answer by link (nobody is named)"),
    # calendar
    "calendar.change": Text("更改工作日历的日子", "Change days of the working calendar"),
    "calendar.confirm": Text("确认一年的工作日历", "Confirm a year of the working calendar"),
    "calendar.reopen": Text("撤销一年工作日历的确认", "Take back a year of the working calendar"),
    "calendar.hours": Text("更改办公时间", "Change desk hours"),
    # messages
    "messages.open_": Text("打开消息", "Open a message"),
    "messages.read": Text("标记消息已读", "Mark a message read"),
    "messages.read_all": Text("全部消息标记已读", "Mark all messages read"),
    "messages.mine": Text("更改自己的消息设置", "Change one's message settings"),
    "messages.mail_": Text("更改邮件服务器", "Change the mail server"),
    "messages.try_mail": Text("试发邮件", "Try out e-mail"),
    "messages.add_robot": Text("添加群机器人", "Add a group robot"),
    "messages.remove_robot": Text("移除群机器人", "Remove a group robot"),
    "messages.switch_robot": Text("停用或启用群机器人", "Switch a group robot"),
    "messages.try_robot": Text("试发到群", "Try out a group robot"),
    "messages.again": Text("重新发送", "Send again"),
    # filings
    "filings.file": Text("填写、报送上报内容", "Fill in or file what is owed"),
    "filings.unlock": Text("解锁上报、改截止日", "Unlock a filing with a new due date"),
    # ratings
    "ratings.sheet": Text("填写评分表", "Fill in a rating sheet"),
    "ratings.extend": Text("延长评分截止日", "Extend a rating deadline"),
    "ratings.assign": Text("安排评分人", "Assign raters"),
    "ratings.end": Text("取消评分安排", "End assignments of raters"),
    # audit
    "audit.check": Text("检查日志封印", "Verify the log's seals"),
    # command line
    "cli.account.create": Text("命令行：建账户、打印激活单", "Command line: account and activation slip"),
    "cli.period.close": Text("命令行：关闭周期", "Command line: close a period"),
    # web
    "web.language": Text("切换语言", "Switch the language"),
    "web.settings": Text("更改设置", "Change settings"),
}

KINDS: dict[str, Text] = {
    "person": Text("人员", "Person"),
    "subject": Text("被考核对象", "Assessed subject"),
    "unit": Text("部门", "Unit"),
    "period": Text("周期", "Period"),
    "revision": Text("方案版本", "Scheme revision"),
    "adoption": Text("方案", "Scheme"),
    "entry": Text("考核记录", "Entry"),
    "case": Text("工单", "Case"),
    "case_step": Text("工单步骤", "Step of a case"),
    "sheet": Text("检查表", "Sheet"),
    "job": Text("后台任务", "Job"),
    "file": Text("附件", "File"),
    "draft": Text("导入", "Import"),
    "account": Text("账户", "Account"),
    "grant": Text("角色", "Role"),
    "sign_in": Text("登录", "Sign-in"),
    "run": Text("计算", "Run"),
    "absence": Text("请假", "Absence"),
    "due": Text("应报事项", "Filing owed"),
    "rating_round": Text("评分", "Rating"),
    "proposal": Text("结果运用", "Consequence"),
    "movement": Text("收支", "Movement of money"),
    "message": Text("消息", "Message"),
    "robot": Text("群机器人", "Group robot"),
    "delivery": Text("消息发送", "Delivery"),
    "survey": Text("问卷", "Survey"),
    "appeal": Text("申诉", "Appeal"),
}

PLACES: dict[str, Text] = {
    "accounts": Text("账户", "Accounts"),
    "people": Text("人员与部门", "People and units"),
    "adoption": Text("方案", "Schemes"),
    "periods": Text("周期", "Periods"),
    "entries": Text("考核记录", "Entries"),
    "cases": Text("工单", "Cases"),
    "filings": Text("上报", "Filings"),
    "ratings": Text("评分", "Ratings"),
    "results": Text("结果", "Results"),
    "appeals": Text("签字与申诉", "Signatures and appeals"),
    "exemptions": Text("不参加排名", "Exemptions from ranking"),
    "living": Text("档案合并与清除", "Merging and erasing"),
    "consequences": Text("结果运用", "Consequences"),
    "ledger": Text("保证金与罚款", "Deposits and fines"),
    "reports": Text("报表", "Reports"),
    "surveys": Text("问卷与投票", "Surveys and ballots"),
    "files": Text("附件", "Files"),
    "jobs": Text("后台任务", "Jobs"),
    "papers": Text("PDF 文件", "PDF papers"),
    "audit": Text("操作日志", "Log"),
    "calendar": Text("工作日历", "Working calendar"),
    "messages": Text("消息", "Messages"),
    "web": Text("设置与首页", "Settings and start page"),
}

_UNKNOWN = Text("未知的操作", "Unknown act")


def act(endpoint: str) -> Text:
    """What an endpoint does; its own name when it has no words (a page of another version)."""
    return ACTS.get(endpoint) or (_UNKNOWN if endpoint == "unknown" else Text(endpoint, endpoint))


def kind(name: str | None) -> Text | None:
    """The word for a kind of object."""
    return KINDS.get(name) if name else None
