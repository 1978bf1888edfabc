"""The words by which a text says what something is and what hurts, in English and Chinese."""

import re

from console.investigate.pasted.days import edged
from console.investigate.pasted.directions import without_what_others_have
from console.investigate.verdict.evidence import Symptom

__all__ = ["ID", "NOT_IDS", "SAID", "TICKET", "symptom_in"]

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

_BEFORE_VALUE = r"[\"']?\s*(?:is|=|:|：|为|是|#)?\s*[\"“「'`]?"
_NAME = r"[^\s,;，；。\"”」'`]{1,64}"
_FREE, _ENDS = r"(?<![A-Za-z0-9_-])", r"(?![A-Za-z0-9_-])"  # "user-4711" is an id, not a user called "-4711"
_CALLED = {
    "session": rf"{_FREE}(?:session(?:[ _-]?id)?|sid){_ENDS}|会话(?:ID|id|号)?",
    "user": rf"{_FREE}(?:user(?:[ _-]?id)?|uid|participant|caller|customer){_ENDS}"
    r"|用户(?:ID|id|号)?|参与者|客户|学员|老师",
    "room": rf"{_FREE}(?:room(?:[ _-]?id)?|rid|channel|class(?:room)?|meeting){_ENDS}|房间(?:ID|id|号)?|会议|教室|频道",
    "name": rf"{_FREE}(?:nick(?:[ _-]?name)?|named?|called){_ENDS}|昵称|姓名|名叫|名字",
    "app": rf"{_FREE}(?:app(?:lication)?(?:[ _-]?id)?){_ENDS}|应用(?:ID|id)?",
}
# {kind: pattern whose group "value" is what a text calls so}
SAID = {
    kind: re.compile(
        rf"(?:{words}){_BEFORE_VALUE}(?P<value>{_NAME if kind == 'name' else ID.pattern})", re.IGNORECASE
    )
    for kind, words in _CALLED.items()
}

_CANT = (
    r"(?:no(?:body| ?one) (?:can|could)|can(?:no|')?t|can not|could(?: not|n'?t)|did(?: not|n'?t)|unable to)"
)
_SOUND = r"(?:voice|sound|audio)"
_PICTURE = r"(?:picture|video|image|screen)"
# The first that fits counts: "could not hear anybody, it froze" is about sound.
_SYMPTOMS: dict[Symptom, tuple[str, ...]] = {
    Symptom.CANNOT_JOIN: (
        rf"(?:{_CANT}|fail\w* to|not)\s+(?:join|enter|connect|get in)",
        r"进不(?:去|了|来)|无法(?:进|加)入|加入失败|进房失败",
    ),
    Symptom.SLOW_JOIN: (
        r"slow(?:ly)? (?:to )?(?:join|connect|enter)|long time to (?:join|connect)",
        r"进房慢|加入(?:很)?慢",
    ),
    Symptom.ECHO: (r"\becho|too (?:loud|quiet|low)", r"回声|回音|声音(?:太|很)?(?:小|大)"),
    Symptom.BROKEN_SOUND: (
        rf"robotic|chopp(?:y|ed) {_SOUND}|broken {_SOUND}|crackl|distort|stutter\w* {_SOUND}",
        rf"{_SOUND} (?:is |was |kept |keeps )?(?:stutter|break|cut|chopp)\w*",
        r"断断续续|杂音|声音卡|声音断",
    ),
    Symptom.NO_SOUND: (
        rf"{_CANT} hear|no {_SOUND}|silent",
        rf"{_SOUND}\w* (?:is |was |were )?(?:gone|missing|lost|dead)",
        r"听不(?:到|见)|没(?:有)?声音|无声",
    ),
    Symptom.BLURRED: (r"blur\w*|pixel\w*|unsharp|low (?:quality|resolution)", r"模糊|不清晰|马赛克"),
    Symptom.NO_PICTURE: (
        rf"{_CANT} see|no {_PICTURE}|black {_PICTURE}",
        rf"{_PICTURE}s? (?:(?:is|are|was|were|went|goes|turn(?:ed|s)|stay(?:ed|s)|all|just) )+(?:black|dark)\b",
        r"看不(?:到|见)|没(?:有)?(?:画面|图像|视频)|黑屏|(?:画面|屏幕|图像|视频)(?:是|变|全|都|一直|一片|突然)*黑",
    ),
    Symptom.FREEZE: (
        r"fr[eo]ez\w*|froze\w*|lag\w*|stutter\w*|stuck|choppy|jerky",
        r"卡顿|卡住|卡死|卡了|很卡|太卡|好卡|有一?点卡|一直卡|画面卡|延迟",
    ),
}
_PATTERNS = {symptom: edged("|".join(phrases)) for symptom, phrases in _SYMPTOMS.items()}

_PLAIN = dict.fromkeys(map(ord, "’‘ʼ`´＇"), "'")  # apostrophes as telephones and word processors write them

# Numbers of the desk's own, which nobody in a call has.
TICKET = edged(
    r"\b(?:ticket|case|incident|issue)(?:\s+(?:no\.?|number|id))?(?:\s*[#:：]\s*|\s+)\d[A-Za-z0-9_-]*"
    r"|(?:工单|案例)(?:编?号)?\s*[#:：]?\s*\d[A-Za-z0-9_-]*|(?<![A-Za-z0-9_-])#\d[A-Za-z0-9_-]*"
)
# What logs and tables call their columns.
_COLUMNS = frozenset(
    {
        "app_id",
        "appid",
        "client_id",
        "end_time",
        "id",
        "join_time",
        "leave_time",
        "level",
        "log",
        "name",
        "nickname",
        "nick_name",
        "rid",
        "room_id",
        "roomid",
        "session_id",
        "sessionid",
        "sid",
        "start_time",
        "time",
        "timestamp",
        "ts",
        "uid",
        "user_id",
        "user_name",
        "userid",
        "username",
    }
)
# Words of sentences that could be taken for ids where one stands alone, or behind "user".
NOT_IDS = _COLUMNS | frozenset(
    [
        "a",
        "about",
        "all",
        "am",
        "an",
        "and",
        "anybody",
        "anyone",
        "at",
        "audio",
        "be",
        "been",
        "before",
        "but",
        "by",
        "call",
        "could",
        "couldn-t",
        "crashed",
        "did",
        "disconnected",
        "dropped",
        "during",
        "everybody",
        "everyone",
        "failed",
        "for",
        "freezes",
        "freezing",
        "from",
        "froze",
        "frozen",
        "had",
        "has",
        "have",
        "he",
        "hear",
        "heard",
        "her",
        "him",
        "his",
        "i",
        "in",
        "is",
        "it",
        "just",
        "kicked",
        "lagged",
        "lagging",
        "lags",
        "me",
        "minute",
        "minutes",
        "muted",
        "my",
        "no",
        "nobody",
        "not",
        "of",
        "offline",
        "on",
        "or",
        "our",
        "out",
        "pm",
        "room",
        "see",
        "seen",
        "she",
        "since",
        "so",
        "some",
        "somebody",
        "sound",
        "still",
        "stuck",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "to",
        "today",
        "tomorrow",
        "until",
        "us",
        "user",
        "video",
        "voice",
        "was",
        "we",
        "were",
        "what",
        "when",
        "who",
        "with",
        "yesterday",
        "you",
    ]
)


def symptom_in(text: str) -> Symptom | None:
    """Return what a text says was wrong for whoever complains, None when it doesn't.

    What the others have of somebody is left out: see directions.
    """
    told = without_what_others_have(re.sub(r"[ \t\u3000]+", " ", text.translate(_PLAIN)))
    return next((symptom for symptom, words in _PATTERNS.items() if words.search(told)), None)
