# ruff: noqa: RUF001 - Chinese text has Chinese punctuation
"""The words that the data set is made of, Chinese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

FAMILY = ("wang", "li", "zhang", "liu", "chen", "yang", "zhao", "huang", "zhou", "wu", "xu", "sun")
GIVEN = ("wei", "fang", "na", "min", "jing", "lei", "qiang", "yan", "jun", "ting", "hao", "yu")
FAMILY_HAN = "王李张刘陈杨赵黄周吴徐孙马朱胡林"
GIVEN_HAN = (
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "磊",
    "强",
    "艳",
    "军",
    "婷",
    "浩然",
    "雨桐",
    "子轩",
    "梦琪",
)
WESTERN = ("j.smith", "m.garcia", "a.kowalski", "o.nilsson", "l.dubois", "k.tanaka", "s.patel")

# Pool names keep to what ListNotificationRecords accepts as a filter: letters, digits, hyphens and
# Chinese characters.
POOLS = (
    "研发一部",
    "研发二部-Linux",
    "财务共享中心",
    "客服中心-白班",
    "客服中心-夜班",
    "人力资源",
    "法务合规",
    "外包开发-A",
    "外包开发-B",
    "设计工作站-GPU",
    "培训教室-01",
    "培训教室-02",
    "供应链协同",
    "移动办公",
    "访客临时池",
    "数据标注-武汉",
    "数据标注-成都",
    "安全运营中心",
    "质检实验室",
    "高管专用",
    "R-and-D-Shanghai",
    "R-and-D-Shenzhen",
    "Finance-Close",
    "Contact-Center-EN",
    "Contact-Center-Night",
    "QA-Windows",
    "QA-Linux",
    "CAD-Workstations",
    "Data-Science-GPU",
    "Contractors-2026",
    "Sales-Field",
    "Legal-Hold",
    "HR-Shared",
    "Build-Farm",
    "SOC-Duty",
    "Board-Room",
    "Kiosk-Lobby",
    "Sandbox-01",
    "Sandbox-02",
    "Migration-Wave-7",
)
PREFIXES = ("DEV", "FIN", "CSR", "HR", "GPU", "QA", "OPS", "LAB", "研发", "财务", "客服", "外包")

REASONS = (
    "邮件内容审核未通过：桌面名称包含敏感词",
    "短信内容审核未通过：用户名包含敏感词",
    "短信模板变量不合规，已被运营商拦截",
    "The notification is blocked because the user name contains sensitive words.",
    "The notification is blocked because the desktop name contains sensitive words.",
    "邮件发送失败：收件地址已退订该主题",
    "SMN content review rejected the message: variable desktop_name is not allowed.",
    "短信发送失败：手机号码不在白名单中",
    "The recipient has reached the daily limit of notifications.",
    "邮件内容审核超时，通知已拦截",
    "Content review timed out; the notification was not sent.",
    "短信签名未报备，通知已拦截",
    "The mailbox of the recipient does not exist.",
    "用户未绑定手机号码",
)
REASON_WEIGHTS = (22, 18, 9, 12, 9, 5, 7, 4, 3, 3, 2, 2, 2, 2)

API_NAMES = (
    "customer_profile_query",
    "订单明细查询",
    "inventory_snapshot",
    "员工花名册",
    "risk_score_v2",
    "门店销售日报",
    "supplier_contract_list",
    "设备台账查询",
    "device_telemetry_hourly",
    "合同到期提醒",
    "invoice_status",
    "物流轨迹查询",
)
APP_NAMES = (
    "数据门户",
    "crm-backend",
    "bi-dashboard",
    "移动审批",
    "partner-gateway",
    "风控引擎",
    "etl-nightly",
)
COMMENTS = (
    "申请原因：季度经营分析需要",
    "Needed for the Q4 audit.",
    "请尽快处理，下周一上线",
    "Renewal, same scope as before.",
    "",
)


def user_names(random: Random, count: int) -> list[str]:
    """Make distinct user names: accounts in Latin letters, some in Chinese."""
    names: dict[str, None] = {}
    while len(names) < count:
        kind = random.random()
        if kind < 0.25:
            name = random.choice(FAMILY_HAN) + random.choice(GIVEN_HAN)
        elif kind < 0.35:
            name = random.choice(WESTERN)
        else:
            name = f"{random.choice(FAMILY)}.{random.choice(GIVEN)}"
        if name in names:
            name = f"{name}{random.randrange(2, 100):02d}"
        names[name] = None
    return list(names)
