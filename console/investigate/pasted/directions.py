"""Who has what hurts: "nobody can hear me" is what the others have of this person, and not what this person has.

A complaint knows no directions. Of such a sentence nothing is claimed to be wrong for whoever is named, so that a
verdict looks at everything.
"""

from console.investigate.pasted.days import edged

__all__ = ["without_what_others_have"]

_OTHERS = (
    r"(?:(?:(?:the|all|any|most|some)(?: of)?(?: the)? )?others?"
    r"(?: (?:side|party|end|participants?|people|users?|students?))?"
    r"|they|we|i|(?:every|no|any|some)[ -]?(?:body|one)(?: else)?|people"
    r"|(?:the )?(?:participants|colleagues|students|teachers?|audience|listeners|class|rest|far end|remote side))"
)
_IN_BETWEEN = (
    r"(?: (?:can(?:no|')?t|can not|could(?: not|n'?t)|can|could|do(?:es)?(?: not|n'?t)?|did(?: not|n'?t)?|not|never"
    r"|no longer|barely|hardly|also|still|all|both|only|just|always|sometimes|are|is|was|were|unable|able|to"
    r"|(?:in|on) the (?:room|call|class)))*"
)
_PERCEIVE = r"(?:hears?|heard|sees?|saw|seen)"
_AN_ID = r"(?:user |participant |student |teacher )?[a-z0-9_-]*\d[a-z0-9_-]*(?:'s)?"
_THING = r"(?:(?:the |any )?(?:voice|sound|audio|video|picture|screen|camera) (?:of|from) )?"
_REST = r"(?:(?!\b(?:but|while|and)\b)[^.,;，。；!?！？\n])*"
_STARTS = r"(?:^|(?<=[.,;，。；!?！？\n])|(?<=\bbut\b)|(?<=\band\b))"  # of a part of a sentence
_SAY = r"(?:say|said|complain(?:ed)?|report(?:ed)?|tell|told)(?: (?:me|us|him|her))?(?: that)?"
_TOLD = (
    # "the others cannot hear him", "they see me freezing"; of "I" and "we" others are him, her and an id.
    rf"\b(?!(?:i|we)\b){_OTHERS}{_IN_BETWEEN} {_PERCEIVE}(?: (?:and|or|nor) {_PERCEIVE})? "
    rf"{_THING}(?:(?:me|him|her|us|his|my|our)\b|{_AN_ID}){_REST}",
    rf"\b(?:i|we){_IN_BETWEEN} {_PERCEIVE}(?: (?:and|or|nor) {_PERCEIVE})? "
    rf"{_THING}(?:(?:him|her|his)\b|{_AN_ID}){_REST}",
    rf"\b(?:the |all )?others{_IN_BETWEEN} {_PERCEIVE}(?= *(?:$|[.,;!?\n]|\b(?:but|while|and|at)\b))",
    # "the others say that his picture froze", "it froze for everybody else"
    rf"\b(?!(?:i|we|they)\b){_OTHERS} {_SAY} (?:my|his|her|{_AN_ID}) {_REST}",
    rf"{_STARTS}{_REST}\bfor (?:(?:all )?the others?|every(?:body|one) else)\b",
)
_PEOPLE = r"(?:对方|对面|别人|其[他它]人|其他[^\s，。；,.;听看]{1,4}|旁人)"
_MORE_PEOPLE = rf"(?:{_PEOPLE}|大家|他们|她们|所有人|同学|学生|学员|老师|同事|客户|没有?人|谁)"
_ZH_BETWEEN = (
    r"(?:们|都|也|还|就|却|说|反馈|反映|表示|一直|突然|总是?|完全|根本|能够?|可以|无法|那边|那头|端){0,4}"
)
_ZH_PERCEIVE = r"(?:听|看)(?:得|不)?(?:到|见|清楚?|了)?"
_ZH_REST = r"[^，。；,.;!?！？\n]*"
_TOLD_ZH = (
    rf"{_MORE_PEOPLE}{_ZH_BETWEEN}{_ZH_PERCEIVE}\s*(?:我|他|她|其(?!他)|本人|自己|用户|[a-z0-9_-]*\d){_ZH_REST}",
    rf"{_PEOPLE}{_ZH_BETWEEN}(?:听|看)不(?:到|见|清楚?)(?!对方|别人){_ZH_REST}",
)
_ALL = [edged(pattern) for pattern in (*_TOLD, *_TOLD_ZH)]


def without_what_others_have(text: str) -> str:
    """Return a text without the parts in which others don't hear or see somebody as they should. Plain apostrophes."""
    for pattern in _ALL:
        text = pattern.sub(" ", text)
    return text
