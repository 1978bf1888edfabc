"""Replies to send: who reads what, in which language, on which clock; and nothing without evidence."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from msgspec.structs import replace

from console.accounts.models import User
from console.connections.ages import Age
from console.connections.models import Connection
from console.investigate.replies import Audience, Reply, ReplyNames, compose
from console.investigate.replies.words import ADVICE, HAPPENED, SURE
from console.investigate.shapes import Call, Life, Person, Session, call_key
from console.investigate.verdict.evidence import Complaint, Symptom
from console.investigate.verdict.result import (
    Clause,
    Confidence,
    Finding,
    Hit,
    Outcome,
    Role,
    RuledOut,
    Side,
    Verdict,
    Word,
)
from console.investigate.verdict.wider import WIDER_ADVICE
from console.investigate.wording import CLAUSES
from tests.investigate.conftest import KnownCall, statistics

Known = Callable[..., KnownCall]
START = datetime(2027, 3, 2, 7, 0, tzinfo=UTC)
SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def session(user_id: str, nickname: str = "") -> Session:
    return Session(
        "app-1",
        "room-secret",
        user_id,
        f"session-of-{user_id}",
        "OFFLINE",
        nickname=nickname,
        joined_at=START,
        left_at=START + timedelta(minutes=40),
    )


def call_with(*sessions: Session) -> Call:
    life = Life(START, START + timedelta(minutes=40), sessions)
    people = tuple(Person(one.user_id, (one,)) for one in sessions)
    now = START + timedelta(hours=2)
    return Call("app-1", "room-secret", life, people, START, False, [life], Age(now), now)


CALL = call_with(session("u-4711", "Anna"), session("u-4712", "Ben"), session("u-4713"))


def finding(
    says: Clause, person: str, side: Side = Side.PEER, *, word: Word = Word.HIGH, advice: str = "cable"
) -> Finding:
    return Finding(
        rule="R7",
        version=1,
        role=Role.CAUSE,
        side=side,
        person=person,
        since=START + timedelta(minutes=5),
        until=START + timedelta(minutes=15),
        says=says,
        because=(
            Clause(id="present", params={"person": person, "share": 1.0}),
            Clause(id="action.removed", params={"action_at": START.isoformat(), "entry": "entry-number-9"}),
        ),
        advice=(Clause(id=f"advice.{advice}"),),
        confidence=Confidence(
            word=word,
            score=0.9,
            pieces=2,
            coverage=1.0,
            basis=(Clause(id="sure.pieces", params={"count": 2}),),
        ),
    )


def verdict_of(says: Clause, person: str = "u-4712", **more: Any) -> Verdict:
    return Verdict(
        engine="1",
        outcome=Outcome.FOUND,
        complaint=Complaint(user_id="u-4711", symptom=Symptom.NO_SOUND, at=START + timedelta(minutes=10)),
        room_id="room-secret",
        headline=says,
        findings=(finding(says, person, **more),),
        ruled_out=(
            RuledOut(
                rule="R11", version=1, because=(Clause(id="picture_fine", params={"person": "u-4712"}),)
            ),
        ),
        taken_at=START + timedelta(hours=2),
        inputs="a" * 64,
        limits={},
    )


def write(
    verdict: Verdict, audience: Audience, *, ids: bool = False, language: str = "en", call: Call = CALL
) -> str:
    reply = Reply(audience, call, "Shop", SHANGHAI, BERLIN, ids, page="https://console.example/call")
    with translation.override(language):
        return compose(reply, verdict, ReplyNames(call.people, ids=ids))


UPLINK = Clause(id="R7.says", params={"person": "u-4712"})


def test_somebody_who_was_in_the_call_reads_what_happened_and_what_helps_on_both_clocks() -> None:
    text = write(verdict_of(UPLINK), Audience.USER)
    assert "The connection of Ben lost or delayed what they sent" in text
    assert "2027-03-02 15:10 (UTC+8), 08:10 (UTC+1) for us (no sound)" in text
    assert "15:05–15:15 (UTC+8), 08:05–08:15 (UTC+1) for us" in text
    assert "The figures of the call show this clearly." in text
    assert "- A network cable, or a place nearer to the Wi-Fi, would help them." in text
    assert "u-47" not in text
    assert "packet" not in text


def test_it_speaks_to_them_about_themselves() -> None:
    text = write(verdict_of(Clause(id="R8.says", params={"person": "u-4711"}), "u-4711"), Audience.USER)
    assert "Your connection lost or delayed what was sent to you." in text
    assert "- A network cable, or a place nearer to the Wi-Fi, helps." in text
    assert "Anna" not in text


def test_how_sure_is_said_as_it_is() -> None:
    for word, said in SURE.items():
        assert str(said) in write(verdict_of(UPLINK, word=Word(word)), Audience.USER)


def test_the_customer_s_engineer_reads_the_evidence_without_our_numbers() -> None:
    text = write(verdict_of(UPLINK), Audience.ENGINEER)
    assert "Complaint: Anna, no sound, 2027-03-02 15:10" in text
    assert "On whose side: the other one's side (Ben)" in text
    assert "How sure: sure (2 independent pieces of evidence)" in text
    assert "What shows it:\n- Ben was in the room for 100 % of the time that hurt." in text
    assert "- A moderator had removed them at 15:00." in text
    assert "Ruled out:\n- The media service: The picture of Ben was fine." in text
    assert "What helps:\n- Use a cable or a better Wi-Fi." in text
    for secret in ("u-47", "entry-number-9", "room-secret", "app-1", "session-of", "R7 v1", "https://"):
        assert secret not in text


def test_ids_stand_in_it_only_when_they_were_asked_for() -> None:
    text = write(verdict_of(UPLINK), Audience.ENGINEER, ids=True)
    for wanted in ("Ben (u-4712)", "room-secret", "app-1", "session-of-u-4711", "entry-number-9"):
        assert wanted in text
    assert "R7 v1" not in text


def test_our_own_people_can_check_it() -> None:
    text = write(verdict_of(UPLINK), Audience.INTERNAL, ids=True)
    assert "Rule: R7 v1, engine 1, inputs aaaaaaaaaaaaaaaa" in text
    assert text.endswith("https://console.example/call\n")


def test_in_chinese() -> None:
    for audience in Audience:
        text = write(verdict_of(UPLINK), audience, language="zh-hans")
        words = re.sub(r"Anna|Ben|Shop|UTC|R7 v1|Wi-Fi|https://\S+|a{16}", "", text)
        assert not re.search(r"[A-Za-z]{3,}", words), text


@pytest.mark.parametrize("audience", Audience)
def test_marks_in_chinese_are_those_of_chinese(audience: Audience) -> None:
    hits = tuple(Hit(person=one) for one in ("u-4711", "u-4712", "u-4713"))
    told = replace(verdict_of(UPLINK), hits=hits, suffered=200)
    without_time = replace(told, complaint=replace(told.complaint, at=None))
    for verdict in (told, without_time):
        for ids in (False, True):
            text = write(verdict, audience, ids=ids, language="zh-hans")
            assert not re.search(r"[:;,()](?!//)(?!\d\d\b)", text), text
    if audience is not Audience.USER:
        assert "责任方：对方一侧（Ben（u-4712））" in text
        assert "投诉：Anna（u-4711），没有声音" in text
    else:
        assert not re.search(r"。\s", text.replace("。\n", "")), text


def test_whoever_has_no_nickname_is_a_number_and_namesakes_are_told_apart() -> None:
    call = call_with(session("u-1", "Ann"), session("u-2", "Ann"), session("u-3"))
    names = ReplyNames(call.people, ids=False)
    assert [names(one) for one in ("u-1", "u-2", "u-3", "u-9")] == [
        "Ann (1)",
        "Ann (2)",
        "participant 3",
        "a participant",
    ]


def test_hostile_names_move_nothing() -> None:
    call = call_with(session("u-4711", "Anna"), session("u-4712", "\u202eeve\n\nHello,<b>%(person)s"))
    text = write(verdict_of(UPLINK), Audience.USER, call=call)
    assert "\u202e" not in text
    assert text.count("\n\nHello,") == 0
    assert "%(person)s" in text  # a nickname is no template


def test_every_answer_of_a_verdict_can_be_told_to_those_who_were_there() -> None:
    answers = {one for one in CLAUSES if re.match(r"R\d+\.|source\.|calm|echo$|join\.", one)}
    assert answers == set(HAPPENED)
    assert {one for one in CLAUSES if one.startswith("advice.")} == set(ADVICE)


def test_all_who_suffered_are_counted_though_a_few_are_named() -> None:
    hits = tuple(Hit(person=one) for one in ("u-4711", "u-4712", "u-4713"))
    text = write(replace(verdict_of(UPLINK), hits=hits, suffered=200), Audience.ENGINEER)
    assert "199 more people suffered: " in text
    assert " + 197" in text


def test_advice_about_a_wider_trouble_does_not_say_to_change_nothing_and_the_network() -> None:
    says = Clause(id="R8.says_wide", params={"person": "u-4711", "dimension": "isp", "value": "CTCC"})
    wide = verdict_of(says, "u-4711", side=Side.UNKNOWN)
    advice = tuple(Clause(id=one) for one in WIDER_ADVICE)
    wide = replace(wide, findings=(replace(wide.findings[0], advice=advice),))
    for audience in Audience:
        text = write(wide, audience)
        assert "ry another network" in text
        assert "change nothing" not in text
        assert "need not change anything" not in text


@pytest.mark.parametrize("clause", HAPPENED)
def test_no_sentence_lacks_what_it_names(clause: str) -> None:
    params: dict[str, Any] = {"person": "u-4712", "peer": "u-4713"}
    for person in ("u-4711", "u-4712"):
        text = write(
            verdict_of(Clause(id=clause, params={**params, "person": person}), person), Audience.USER
        )
        assert "%(" not in text


@pytest.mark.django_db(transaction=True)
def test_the_page_writes_it_for_nothing_and_is_chosen_by_its_address(
    as_: Any, bob: User, connected: Connection, known: Known, calls: Any
) -> None:
    call = known("peer_uplink_loss_group")
    browser = as_(bob)
    browser.get(call.url())
    calls()
    path, query = call.url(zone="Asia/Shanghai").split("?")
    answer = browser.get(f"{path}reply/?{query}")
    assert statistics(calls()) == []
    assert answer.status_code == 200
    assert answer.context["text"].startswith("Hello,")
    assert "UTC+8" in answer.context["text"]
    assert 'data-copy="Hello,' in answer.content.decode()
    for person in (call.user_id, call.peer_id, call.room_id):
        assert person not in answer.context["text"]
    chosen = browser.get(f"{path}reply/?{query}&reader=internal&lang=zh-hans&ids=1")
    assert call.room_id in chosen.context["text"]
    assert "规则" in chosen.context["text"]
    assert chosen.context["written_in"] == "zh-hans"
    assert f"http://testserver{path}?{query.replace('/', '%2F')}" in chosen.context["text"]
    odd = browser.get(f"{path}reply/?{query}&reader=everybody&lang=xx&ids=2")
    assert (odd.context["reader"], odd.context["written_in"], odd.context["ids"]) == ("user", "en", False)


@pytest.mark.django_db(transaction=True)
def test_the_range_of_the_call_is_kept_on_the_way_to_its_reply_and_back(
    as_: Any, bob: User, connected: Connection, known: Known
) -> None:
    call = known("peer_uplink_loss_group")
    start, end = call_key(call.at - timedelta(minutes=2)), call_key(call.at + timedelta(minutes=2))
    browser = as_(bob)
    zoomed = browser.get(call.url(**{"from": start, "to": end}))
    link = re.search(r'href="([^"]+/reply/[^"]*)"', zoomed.content.decode())
    assert link is not None
    reply = browser.get(f"{unescape(link[1])}&reader=engineer&lang=en")
    assert reply.context["reader"] == "engineer"
    back = browser.get(reply.context["call_url"])
    assert (f"from={start}" in reply.context["call_url"], f"to={end}" in reply.context["call_url"]) == (
        True,
        True,
    )
    assert back.context["misread"] == []
    assert "cannot be read" not in back.content.decode()


@pytest.mark.django_db(transaction=True)
def test_no_reply_for_a_call_that_is_not_or_that_one_may_not_see(
    as_: Any, bob: User, audrey: User, connected: Connection, known: Known
) -> None:
    call = known("peer_uplink_loss_group")
    path, query = call.url().split("?")
    assert as_(bob).get(f"{path}reply/?at=20991231T000000Z").status_code == 404
    assert as_(audrey).get(f"{path}reply/?{query}").status_code in (403, 404)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "name", ["user_downlink", "user_network", "join_failed", "fine_group", "peer_muted", "peer_silent"]
)
def test_no_id_slips_into_replies(
    as_: Any, bob: User, connected: Connection, known: Known, name: str
) -> None:
    call = known(name)
    path, query = call.url().split("?")
    for to in Audience:
        answer = as_(bob).get(f"{path}reply/?{query}&reader={to}")
        text = re.sub(r"http\S+", "", answer.context["text"])
        for secret in (call.user_id, call.peer_id, call.room_id, call.app_id):
            assert not secret or secret not in text, (to, text)
