"""Starter checklists of the eight service items.

The source names eight annexes and carries none of them: every item and its points are our default, for the
office to edit. Ids never change: item k of service n is n × 100 + k.
"""

from __future__ import annotations

from kaohe.scheme import D, Item, Text

_SERVICES: tuple[tuple[str, str, str, str], ...] = (
    (
        "catering",
        "餐饮",
        "Catering",
        """2 从业人员未戴口罩、帽子|Staff without mask or cap
2 从业人员健康证缺失或过期|Health certificate missing or expired
3 食品留样不足 48 小时或不全|Food samples kept less than 48 hours or incomplete
3 生熟食品、刀具、案板混用|Raw and cooked food, knives or boards mixed
5 使用过期、变质或来源不明的原料|Ingredients expired, spoiled or of unknown origin
2 餐具未按规程清洗消毒|Dishes not washed and disinfected by the rules
1 地面、台面有积水或油污|Puddles or grease on floor or counters
1 垃圾、餐厨废弃物未日产日清|Waste not removed daily
2 防蝇、防鼠、防尘设施不全|Protection against flies, rats or dust incomplete
2 公示价格与实收不符|Price charged differs from the price displayed
1 饭菜品种、份量不合约定|Choice or portions not as agreed
2 燃气、电器、消防设施未按时检查|Gas, electrical or fire equipment not checked in time""",
    ),
    (
        "flats",
        "学生公寓",
        "Student flats",
        """1 楼道、公共卫生间不清洁|Corridors or shared toilets not clean
1 垃圾未日产日清|Rubbish not removed daily
3 消防通道堆物或门锁闭|Fire exit obstructed or locked
2 消防器材缺失、过期或无检查记录|Fire equipment missing, expired or unchecked
2 值班脱岗、睡岗|Duty post left or asleep on duty
2 来访、晚归登记不全|Visitors or late returns not registered
2 报修超 24 小时未到|No answer to a repair request within 24 hours
1 水龙头滴漏、照明损坏未修|Dripping taps or broken lights not repaired
2 违章电器未查处|Forbidden appliances not dealt with
1 床位、家具配备与台账不符|Beds or furniture do not agree with the register
1 通知未及时张贴、传达|Notices not put up or passed on in time
1 接待学生态度生硬|Students received rudely""",
    ),
    (
        "cleaning",
        "环境保洁、绿化",
        "Campus cleaning and greening",
        """1 道路、广场有垃圾、落叶积存|Litter or leaves left on roads and squares
1 垃圾未日产日清|Rubbish not removed daily
1 垃圾箱满溢、箱体不洁|Bins overflowing or dirty
1 卫生死角未清理|Neglected corners not cleaned
1 雨雪后积水、积雪清理不及时|Puddles or snow not cleared in time
1 乱贴乱画未清除|Posters and scribbling not removed
1 草坪、绿篱修剪不及时|Lawns or hedges not trimmed in time
1 浇水、施肥、除草不到位|Watering, fertilising or weeding neglected
2 病虫害防治不及时|Pests and diseases not treated in time
2 枯死、缺株未补植|Dead or missing plants not replaced
1 作业人员未着工装、无警示标志|Workers without uniform or warning signs""",
    ),
    (
        "buildings",
        "楼宇物业",
        "Building management",
        """1 大厅、楼道、电梯不清洁|Hall, corridors or lift not clean
1 卫生间有异味、积水|Toilets smell or have puddles
1 垃圾未日产日清|Rubbish not removed daily
3 消防通道堆物|Fire exit obstructed
2 消防、安防设施无巡查记录|Fire or security equipment without inspection record
2 电梯未按期维保、检验|Lift not serviced or examined in time
2 值班脱岗|Duty post left
1 门窗、照明损坏未报修|Broken doors, windows or lights not reported
1 教室、会议室开关门不及时|Classrooms or meeting rooms not opened or closed in time
1 公共区域长明灯、长流水|Lights or water left running in shared areas
1 外来人员、物品出入未登记|Visitors or goods not registered""",
    ),
    (
        "repairs",
        "零星维修",
        "Small repairs",
        """2 报修超 24 小时未到|No answer to a repair request within 24 hours
3 急修未在两小时内到场|Emergency repair not on site within two hours
2 同一故障一周内返修|Same fault again within a week
1 维修后现场未清理|Site not cleaned after the repair
1 维修单无用户签字|Repair order not signed by the user
2 材料与报价、约定不符|Materials differ from offer or agreement
2 未按安全规程作业|Work not done by the safety rules
1 未按计划巡检房屋、水电|Buildings, water or power not inspected as planned
1 工具、材料乱堆放|Tools or materials left about
2 服务态度差、推诿|Rude or evasive service""",
    ),
    (
        "water_power",
        "供排水、供电",
        "Water supply, drainage and power",
        """2 值班脱岗、无值班记录|Duty post left or no duty record
3 停水停电未提前通知|Water or power cut without notice
3 抢修未在约定时间内到场|Repair crew not on site in the agreed time
2 配电室、泵房未按时巡查|Switch room or pump house not inspected in time
2 二次供水水箱未按期清洗、检测|Water tank not cleaned or tested in time
1 管网跑冒滴漏未及时处理|Leaks in the network not dealt with in time
1 排水管道堵塞、外溢|Drains blocked or overflowing
2 操作无工作票或无监护|Switching without work ticket or second person
1 设备房堆放杂物、不清洁|Equipment rooms cluttered or dirty
1 计量、抄表、收费有误|Metering, reading or charging wrong
1 地面有积水|Puddles on the floor""",
    ),
    (
        "heating",
        "供暖",
        "Heating",
        """3 室温低于约定温度|Room temperature below the agreed one
2 供暖起止时间不符约定|Heating started late or ended early
2 报修后未及时到场|Late to a repair request
2 锅炉、换热设备无运行记录|Boiler or exchanger without running record
3 司炉等特种作业人员无证上岗|Boiler staff without licence
2 压力表、安全阀未按期校验|Gauges or safety valves not calibrated in time
1 管网跑冒滴漏|Leaks in the network
1 供暖前未试压、未通知|No pressure test or notice before heating
1 煤、渣、灰堆放不合要求|Fuel, slag or ash stored badly
1 换热站不清洁、堆物|Exchange station dirty or cluttered""",
    ),
    (
        "bath_shop",
        "浴池、超市、开水",
        "Bath, shop and boiled water",
        """1 浴池、更衣室不清洁|Bath or changing room not clean
2 水温不稳或超出安全范围|Water temperature unsteady or unsafe
1 未按公示时间开放|Not open at the times displayed
2 公示价格与实收不符|Price charged differs from the price displayed
5 超市销售过期、三无商品|Shop sells expired goods or goods without maker
2 未亮证经营、无健康证|Licence or health certificate not shown
2 开水未达沸点、断供未通知|Water not boiled, or cut off without notice
2 防滑、防烫设施或提示不全|Protection or signs against slipping or scalding missing
2 消防通道堆物|Fire exit obstructed
1 垃圾未日产日清|Rubbish not removed daily""",
    ),
)


def _items(number: int, rows: str) -> tuple[Item, ...]:
    items = []
    for place, row in enumerate(rows.splitlines(), start=1):
        points, _, texts = row.partition(" ")
        zh, en = texts.split("|")
        items.append(Item(number * 100 + place, Text(zh, en), points=-D(points), ours=True))
    return tuple(items)


SERVICES: tuple[tuple[str, Text, tuple[Item, ...]], ...] = tuple(
    (code, Text(zh, en), _items(number, rows))
    for number, (code, zh, en, rows) in enumerate(_SERVICES, start=1)
)
