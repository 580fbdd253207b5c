"""The 28 + 28 + 7 checklist items under the source's headings.

The source gives headings and numbers only; the items are our default, for the ward to edit. Ids never change.
"""

from __future__ import annotations

from kaohe.scheme import Item, Text

_Row = tuple[str, str]


def _items(first: int, headings: tuple[tuple[Text, tuple[_Row, ...]], ...]) -> tuple[Item, ...]:
    rows = [(group, zh, en) for group, row in headings for zh, en in row]
    return tuple(
        Item(first + number, Text(zh, en), group=group, ours=True)
        for number, (group, zh, en) in enumerate(rows)
    )


HEALTH_EDUCATION = _items(
    1001,
    (
        (
            Text("入院指导", "Before and on admission"),
            (
                ("病区环境与设施介绍", "Ward surroundings and facilities explained"),
                ("主管医生与责任护士介绍", "Doctor in charge and responsible nurse introduced"),
                ("作息、探视与陪护制度", "Daily routine, visiting and companion rules"),
                ("安全告知：防跌倒、防坠床、防烫伤", "Safety: falls, falls from bed, scalds"),
                ("呼叫铃与床单位的使用", "Use of the call bell and the bed unit"),
                ("贵重物品保管与防火须知", "Valuables and fire safety"),
                ("饮食种类与订餐方法", "Diet ordered and how to order meals"),
                ("入院检查的目的与配合", "Purpose of admission tests and how to cooperate"),
                ("疾病基本知识与心理疏导", "Basics of the illness and reassurance"),
            ),
        ),
        (
            Text("术前教育", "Before operation"),
            (
                ("手术名称、目的与麻醉方式", "Name and purpose of the operation, anaesthesia"),
                ("术前禁食、禁饮时间", "Fasting and fluid restriction times"),
                ("皮肤准备与个人清洁", "Skin preparation and personal cleanliness"),
                ("术前用药与过敏史核对", "Medication before operation and allergies checked"),
                ("深呼吸与有效咳嗽训练", "Deep breathing and effective coughing practised"),
                ("床上排便与翻身训练", "Toilet use and turning in bed practised"),
                ("首饰、义齿、指甲油的处理", "Jewellery, dentures and nail varnish removed"),
                ("术后管道与疼痛的告知", "Tubes and pain to expect afterwards"),
                ("术前紧张情绪的疏导", "Anxiety before the operation eased"),
            ),
        ),
        (
            Text("出院指导", "At discharge"),
            (
                ("出院手续与费用查询", "Discharge procedure and account enquiry"),
                ("出院带药的名称、剂量与用法", "Name, dose and use of take-home medicines"),
                ("药物不良反应的观察", "Side effects to watch for"),
                ("饮食与营养", "Diet and nutrition"),
                ("休息与活动", "Rest and activity"),
                ("功能锻炼方法", "Rehabilitation exercises"),
                ("伤口与管道的家庭护理", "Care of wound and tubes at home"),
                ("需要立即就医的情况", "When to come back at once"),
                ("复诊时间与预约方法", "Follow-up date and how to book"),
                ("随访方式与病区联系电话", "Return visits and the ward's telephone"),
            ),
        ),
    ),
)

BASIC_NURSING = _items(
    2001,
    (
        (
            Text("床单位", "Bed unit"),
            (
                ("床单清洁、平整、无渣屑", "Sheet clean, smooth, no crumbs"),
                ("床头柜、床下物品有序", "Locker and space under the bed in order"),
                ("床头卡与腕带信息一致", "Bed card agrees with wristband"),
                ("呼叫铃在患者手边", "Call bell within reach"),
                ("床栏、床刹完好到位", "Rails and brakes sound and in place"),
            ),
        ),
        (
            Text("三短", "Three kept short"),
            (
                ("头发短", "Hair short"),
                ("胡须短", "Beard short"),
                ("指（趾）甲短", "Nails short"),
            ),
        ),
        (
            Text("三无", "Three never"),
            (
                ("无压力性损伤", "No pressure injury"),
                ("无坠床、跌倒", "No fall from bed or otherwise"),
                ("无烫伤", "No scald"),
            ),
        ),
        (
            Text("四及时", "Four in time"),
            (
                ("巡视病房及时", "Rounds in time"),
                ("观察病情及时", "Observation in time"),
                ("报告医生及时", "Report to the doctor in time"),
                ("处置抢救及时", "Treatment and rescue in time"),
            ),
        ),
        (
            Text("六洁", "Six clean"),
            (
                ("口腔清洁", "Mouth clean"),
                ("头发清洁", "Hair clean"),
                ("手足清洁", "Hands and feet clean"),
                ("皮肤清洁、无压痕", "Skin clean, no pressure marks"),
                ("会阴清洁", "Perineum clean"),
                ("肛周清洁", "Anal area clean"),
            ),
        ),
        (
            Text("晨晚间护理", "Morning and evening care"),
            (
                ("晨间整理床铺、更换污染被服", "Morning: bed made, soiled linen changed"),
                ("晨间洗漱与口腔护理", "Morning: washing and mouth care"),
                ("晨间开窗通风、环境整洁", "Morning: airing and tidying"),
                ("晨间检查管道与皮肤受压处", "Morning: tubes and pressure points checked"),
                ("晚间洗漱、泡脚、会阴清洁", "Evening: washing, feet, perineal care"),
                ("晚间协助取舒适卧位", "Evening: helped into a comfortable position"),
                ("晚间调节灯光、温度，减少噪声", "Evening: light, warmth and quiet for sleep"),
            ),
        ),
    ),
)

QUALITY_SERVICE = _items(
    3001,
    (
        (
            Text("优质服务七项", "The seven service items"),
            (
                ("热情接待，主动自我介绍", "Receives warmly, introduces herself or himself"),
                ("称呼得体，使用文明用语", "Addresses patients properly, civil language"),
                ("操作前解释，操作后询问感受", "Explains before, asks after a procedure"),
                ("保护患者隐私", "Protects privacy"),
                ("红灯呼叫，五分钟内到床旁", "At the bedside within five minutes of a call"),
                ("协助检查、进食与如厕", "Helps with tests, meals and toilet"),
                ("出院送别并征求意见", "Sees the patient off and asks for opinions"),
            ),
        ),
    ),
)
