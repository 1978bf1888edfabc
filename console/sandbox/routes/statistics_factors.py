"""The texts that the cloud sends with types and factors of abnormal events."""

from __future__ import annotations

from console.sandbox.world.events import SLOW_JOIN

__all__ = ["describe_factor", "describe_kind"]

_KINDS = {1: "进房慢(5s加入房间失败)", 2: "视频卡顿", 3: "音频卡顿"}
_OTHER = "其他"
_SERVICE = "服务侧异常"
_JOIN = {
    1: "链路建立失败", 2: "房间非空闲", 3: "服务器异常", 4: "服务器返回503", 5: "鉴权失败", 6: "重新鉴权",
    7: "时钟同步失败", 8: "URL错误", 9: "客户端内部错误", 15: "浏览器设置SDP失败", 90000004: "入会信令超时",
    90100008: "websocket建链失败", 90100009: "web端未获取到MSP配置",
    10000001: _SERVICE, 31000003: _SERVICE, 32000030: _SERVICE,
}  # fmt: skip
_FREEZE = {
    1: "系统CPU高", 2: "应用CPU高", 3: "上行音频网络时延", 4: "上行音频网络抖动", 5: "上行视频网络时延",
    6: "上行视频网络抖动", 7: "下行音频网络时延", 8: "下行音频网络抖动", 9: "下行视频网络时延",
    10: "下行视频网络抖动", 11: "上行音频丢包", 12: "上行视频丢包", 13: "下行音频丢包", 14: "下行视频丢包",
    15: "下行音频无声", 16: _OTHER, 17: "对端用户离线", 18: "对端用户无码流", 19: "对端用户无帧率",
    20: "本端服务器下行无码流", 21: "本端服务器下行无帧率",
}  # fmt: skip


def describe_kind(kind: int) -> str:
    """Return the text of an abnormal event's type."""
    return _KINDS[kind]


def describe_factor(kind: int, factor: int) -> str:
    """Return the text of a factor; what it means depends on the type."""
    return (_JOIN if kind == SLOW_JOIN else _FREEZE).get(factor, _OTHER)
