"""Names of regions and network operators: the cloud writes 广东 and CTCC, the reader reads his own language.

What is not in the table is shown as the cloud writes it. In Chinese a region stays what the cloud says.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

__all__ = [
    "NETWORKS",
    "REGIONS",
    "named",
    "network_name",
    "network_of",
    "region_name",
    "region_of",
    "spellings",
]

_Names = Mapping[str, "str | Promise"]
REGIONS: _Names = {
    "北京": pgettext_lazy("region", "Beijing"),
    "天津": pgettext_lazy("region", "Tianjin"),
    "上海": pgettext_lazy("region", "Shanghai"),
    "重庆": pgettext_lazy("region", "Chongqing"),
    "河北": pgettext_lazy("region", "Hebei"),
    "山西": pgettext_lazy("region", "Shanxi"),
    "内蒙古": pgettext_lazy("region", "Inner Mongolia"),
    "辽宁": pgettext_lazy("region", "Liaoning"),
    "吉林": pgettext_lazy("region", "Jilin"),
    "黑龙江": pgettext_lazy("region", "Heilongjiang"),
    "江苏": pgettext_lazy("region", "Jiangsu"),
    "浙江": pgettext_lazy("region", "Zhejiang"),
    "安徽": pgettext_lazy("region", "Anhui"),
    "福建": pgettext_lazy("region", "Fujian"),
    "江西": pgettext_lazy("region", "Jiangxi"),
    "山东": pgettext_lazy("region", "Shandong"),
    "河南": pgettext_lazy("region", "Henan"),
    "湖北": pgettext_lazy("region", "Hubei"),
    "湖南": pgettext_lazy("region", "Hunan"),
    "广东": pgettext_lazy("region", "Guangdong"),
    "广西": pgettext_lazy("region", "Guangxi"),
    "海南": pgettext_lazy("region", "Hainan"),
    "四川": pgettext_lazy("region", "Sichuan"),
    "贵州": pgettext_lazy("region", "Guizhou"),
    "云南": pgettext_lazy("region", "Yunnan"),
    "西藏": pgettext_lazy("region", "Tibet"),
    "陕西": pgettext_lazy("region", "Shaanxi"),
    "甘肃": pgettext_lazy("region", "Gansu"),
    "青海": pgettext_lazy("region", "Qinghai"),
    "宁夏": pgettext_lazy("region", "Ningxia"),
    "新疆": pgettext_lazy("region", "Xinjiang"),
    "香港": pgettext_lazy("region", "Hong Kong"),
    "澳门": pgettext_lazy("region", "Macao"),
    "台湾": pgettext_lazy("region", "Taiwan"),
    "其他": pgettext_lazy("region", "Other region"),
}
NETWORKS: _Names = {
    "CTCC": pgettext_lazy("network", "China Telecom"),
    "CMCC": pgettext_lazy("network", "China Mobile"),
    "CUCC": pgettext_lazy("network", "China Unicom"),
    "CBN": pgettext_lazy("network", "China Broadnet"),
    "CERNET": pgettext_lazy("network", "CERNET (education)"),
    "OTHER": pgettext_lazy("network", "Other network"),
}


def region_name(value: str) -> str:
    """Return a region in the reader's language; what is not known stays as the cloud writes it."""
    return str(REGIONS.get(value, value))


def network_name(value: str) -> str:
    """Return a network operator in the reader's language; what is not known stays as the cloud writes it."""
    return str(NETWORKS.get(value, value))


def named(dimension: str, value: str) -> str:
    """Return a value by which people are told apart as the reader reads it. dimension: "region", "isp" or any other."""
    names = {"region": region_name, "isp": network_name}.get(dimension)
    return names(value) if names else value


def spellings(session: Any) -> tuple[str, ...]:
    """Return all by which a search may find where somebody is: region and network, as written and as read.

    session: anything with `region` and `isp`.
    """
    return session.region, session.isp, region_name(session.region), network_name(session.isp)


def region_of(typed: str) -> str:
    """Return what the cloud writes for a region that somebody typed, in either language."""
    return _written(REGIONS, typed)


def network_of(typed: str) -> str:
    """Return what the cloud writes for a network operator that somebody typed, in either language."""
    return _written(NETWORKS, typed)


def _written(names: _Names, typed: str) -> str:
    wanted = typed.casefold()
    fitting = (value for value, name in names.items() if wanted in (value.casefold(), str(name).casefold()))
    return next(fitting, typed)
