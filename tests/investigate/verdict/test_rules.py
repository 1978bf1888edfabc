"""Each rule speaks up for what it is about, and keeps quiet when something is only nearly so."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from console.investigate.verdict import Symptom
from console.investigate.verdict.evidence import (
    AbnormalEvent,
    ClientNote,
    EventKind,
    SourceName,
    SourceState,
)
from console.investigate.verdict.result import Outcome, Role, Side, Word
from tests.investigate.verdict.making import BAD, ROOM, START, Call, at, first

OTHERS = ("ann", "cho", "dan")


# -- nothing wrong, not enough --------------------------------------------------------------------------------


def test_a_calm_call_blames_nobody_and_shows_its_worst_figures():
    verdict = Call().judge()
    assert (verdict.outcome, verdict.rule, verdict.hits) == (Outcome.NOTHING_WRONG, "", ())
    assert verdict.headline.exhibits
    assert Call().judge(user="").outcome is Outcome.NOTHING_WRONG


def test_two_bad_minutes_are_no_freeze():
    call = Call().set("bob", "ann", "vblock", 0.6, [20, 21, 40, 41])
    assert call.judge(symptom=Symptom.FREEZE).outcome is Outcome.NOTHING_WRONG


def test_bad_figures_that_hurt_nobody_blame_nobody():
    call = Call()
    for metric, value in (("vrtt", 700), ("vloss", 0.09), ("vjitter", 90), ("syscpu", 95)):
        call.set("bob", "", metric, value)
    assert call.judge().outcome is Outcome.NOTHING_WRONG


def test_others_who_suffer_are_named_though_the_one_who_asks_does_not():
    verdict = Call().freeze("bob", ["cho"]).judge()
    assert verdict.outcome is Outcome.NOTHING_WRONG
    assert verdict.headline.id == "calm.others_hit"
    assert [hit.person for hit in verdict.hits] == ["cho"]


def test_a_call_of_less_than_a_minute_tells_nothing():
    verdict = Call(minutes=0, taken=30, until=dict.fromkeys(["ann", "bob", "cho", "dan"], 0.8)).judge()
    assert (verdict.outcome, verdict.headline.id) == (Outcome.NOT_ENOUGH, "R0.short")


def test_figures_that_are_not_in_yet_are_waited_for():
    verdict = Call(minutes=50, taken=51).judge(symptom=Symptom.FREEZE, moment=48)
    assert (verdict.outcome, verdict.headline.id) == (Outcome.NOT_ENOUGH, "R0.not_yet")
    assert verdict.look_again_at == at(55)


@pytest.mark.parametrize(
    ("state", "clause"),
    [
        (SourceState.FAILED, "source.failed"),
        (SourceState.NOT_ASKED, "source.not_asked"),
        (SourceState.READ, "R0.no_points"),
    ],
)
def test_missing_curves_are_said_to_be_missing(state, clause):
    call = Call(silent={"ann", "bob", "cho", "dan"}, states={SourceName.CURVES: state})
    verdict = call.judge(symptom=Symptom.FREEZE)
    assert (verdict.outcome, verdict.headline.id) == (Outcome.NOT_ENOUGH, clause)


def test_curves_of_six_days_ago_are_forgotten_but_events_still_speak():
    call = Call(silent={"ann", "bob", "cho", "dan"}, taken=6 * 1440)
    assert call.judge(symptom=Symptom.FREEZE).headline.id == "R0.forgotten"
    verdict = call.notice("ann", 14).judge(symptom=Symptom.FREEZE)
    assert first(verdict) == ("R8", "ann", Side.USER)
    assert verdict.findings[0].confidence.word is not Word.HIGH
    assert verdict.findings[0].role is Role.CONTRIBUTING


def test_somebody_who_was_not_there_is_said_not_to_have_been():
    assert Call().judge(user="zoe").headline.id == "R0.not_here"


def test_echo_has_no_figure():
    assert Call().judge(symptom=Symptom.ECHO).outcome is Outcome.CANNOT_TELL


# -- absence --------------------------------------------------------------------------------------------------


def test_who_left_was_not_there():
    call = Call(until={"bob": 25})
    call.events.append(
        AbnormalEvent(
            at=at(25), room_id=ROOM, user_id="ann", kind=EventKind.PICTURE, factor=17, peer_id="bob"
        )
    )
    assert first(call.judge()) == ("R5", "bob", Side.PEER)
    call = Call(until={"bob": 25})
    assert first(call.judge(symptom=Symptom.NO_SOUND, moment=26)) == ("R5", "bob", Side.PEER)
    assert call.judge().outcome is Outcome.NOTHING_WRONG  # people leave calls all the time
    assert call.judge(symptom=Symptom.FREEZE, moment=26).outcome is Outcome.NOTHING_WRONG


def silent(note: str = "") -> Call:
    """Return a call in which bob sends no sound for a while."""
    call = Call().set("bob", "", "abit", 0)
    for person in OTHERS:
        call.set("bob", person, "abit", 0)
    call.notice("ann", 18, peer="bob", kind="sound")
    if note:
        call.notes.append(ClientNote(at=at(20), event_id="1", text=note))
    return call


@pytest.mark.parametrize(
    "text", ["bob: microphone switched off", "bob 已关闭麦克风", "user bob muted (sound)"]
)
def test_a_mute_is_claimed_where_a_note_says_so_by_name(text):
    verdict = silent(text).judge(symptom=Symptom.NO_SOUND, moment=22)
    assert first(verdict) == ("R5", "bob", Side.PEER)
    assert verdict.headline.id == "R5.says_muted"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cho: microphone switched off",
        "bobby: microphone switched off",
        "bob: joined",
        "bob: camera switched off",
    ],
)
def test_without_such_a_note_somebody_only_sent_nothing(text):
    verdict = silent(text).judge(symptom=Symptom.NO_SOUND, moment=22)
    assert first(verdict) == ("R6", "bob", Side.PEER)
    assert verdict.findings[0].confidence.word is not Word.HIGH
    assert "maybe_muted" in {clause.id for clause in verdict.findings[0].because}


def test_silence_that_nobody_complains_of_is_none():
    call = Call().set("bob", "", "abit", 0).set("bob", "ann", "abit", 0)
    assert call.judge().outcome is Outcome.NOTHING_WRONG
    assert call.judge(symptom=Symptom.NO_SOUND, moment=25).rule == "R6"


def test_a_pause_in_speaking_is_no_silence():
    call = Call().set("bob", "", "abit", 4).set("bob", "ann", "abit", 4)
    assert call.judge(symptom=Symptom.NO_SOUND, moment=25).outcome is Outcome.NOTHING_WRONG


def test_no_frames_with_bits_is_a_camera():
    call = Call().set("bob", "", "vfps", 0).freeze("bob", OTHERS, 0.9).notice("ann", 19, peer="bob")
    for person in OTHERS:
        call.set("bob", person, "vfps", 0)
    verdict = call.judge()
    assert (verdict.rule, verdict.headline.id) == ("R6", "R6.says_picture")


# -- networks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("metric", "value"), [("vloss", 0.12), ("vrtt", 650), ("vjitter", 90)])
def test_a_senders_way_up(metric, value):
    verdict = Call().set("bob", "", metric, value).freeze("bob", OTHERS).judge()
    assert first(verdict) == ("R7", "bob", Side.PEER)
    finding = verdict.findings[0]
    assert set(finding.receivers) == set(OTHERS)
    (exhibit,) = finding.because[0].exhibits
    assert (exhibit.metric, exhibit.person, exhibit.hits, exhibit.since) == (metric, "bob", len(BAD), at(20))


@pytest.mark.parametrize(("metric", "value"), [("vloss", 0.045), ("vrtt", 390), ("vjitter", 48)])
def test_a_way_up_just_within_its_limits_explains_nothing(metric, value):
    assert Call().set("bob", "", metric, value).freeze("bob", OTHERS).judge().rule == "R15"


def test_a_way_up_that_is_always_bad_explains_no_freeze():
    call = Call().set("bob", "", "vloss", 0.1, range(50)).freeze("bob", OTHERS)
    verdict = call.judge()
    assert verdict.rule == "R15"
    ruled = next(denial for denial in verdict.ruled_out if denial.rule == "R7")
    assert "fit.always" in {clause.id for clause in ruled.because}


def test_a_way_up_is_not_blamed_where_the_others_are_fine():
    call = Call().set("bob", "", "vloss", 0.12).freeze("bob", ["ann"])
    verdict = call.judge()
    assert verdict.rule == "R15"
    assert "others.fine" in {
        c.id for denial in verdict.ruled_out if denial.rule == "R7" for c in denial.because
    }


def test_of_two_nobody_is_very_sure():
    call = (
        Call(people=("ann", "bob"))
        .set("bob", "", "vloss", 0.12)
        .freeze("bob", ["ann"])
        .notice("ann", 12, peer="bob")
    )
    verdict = call.judge()
    assert verdict.rule == "R7"
    assert verdict.findings[0].confidence.word is Word.MEDIUM
    assert "cap.pair" in {clause.id for clause in verdict.findings[0].confidence.basis}


def down(call: Call, person: str = "ann", metric: str = "vloss", value: float = 0.12) -> Call:
    """Let everything that somebody receives be bad."""
    for sender in call.people:
        if sender != person:
            call.set(sender, person, metric, value).freeze(sender, [person])
    return call


@pytest.mark.parametrize(("metric", "value"), [("vloss", 0.12), ("vrtt", 650), ("vjitter", 90)])
def test_a_receivers_way_down(metric, value):
    assert first(down(Call(), "ann", metric, value).judge()) == ("R8", "ann", Side.USER)


def test_of_the_others_as_much_is_said_as_is_known():
    up = Call().set("bob", "", "vloss", 0.12)
    assert up.freeze("bob", OTHERS).judge().headline.id == "R7.says_everybody"
    up = Call().set("bob", "", "vloss", 0.12)
    assert up.freeze("bob", ["ann", "cho"]).judge().headline.id == "R7.says_several"
    up = Call(people=("ann", "bob")).set("bob", "", "vloss", 0.12)
    assert up.freeze("bob", ["ann"]).judge().headline.id == "R7.says"
    assert down(Call()).judge().headline.id == "R8.says_only"
    assert down(Call(people=("ann", "bob"))).judge().headline.id == "R8.says"


def test_what_a_sender_lost_already_is_not_the_receivers_loss():
    call = Call().set("bob", "", "vloss", 0.3).freeze("bob", OTHERS)
    for person in OTHERS:
        call.set("bob", person, "vloss", 0.08)
    assert [finding.rule for finding in call.judge().findings] == ["R7"]


def test_a_network_that_is_bad_both_ways():
    call = down(Call()).set("ann", "", "vloss", 0.15).freeze("ann", ["bob", "cho", "dan"])
    assert first(call.judge()) == ("R12", "ann", Side.USER)
    assert first(call.judge(user="")) == ("R12", "ann", Side.USER)
    call = down(Call()).set("ann", "", "vloss", 0.15, range(2, 12))
    assert call.judge().rule == "R8"  # up and down, but not at the same time


# -- devices --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("metric", "value"), [("syscpu", 93), ("appcpu", 85)])
def test_devices(metric, value):
    call = Call().set("bob", "", metric, value).set("bob", "", "vfps", 9).freeze("bob", OTHERS)
    assert first(call.judge()) == ("R9", "bob", Side.PEER)
    call = Call().set("ann", "", metric, value)
    for sender in ("bob", "cho", "dan"):
        call.freeze(sender, ["ann"])
    assert first(call.judge()) == ("R10", "ann", Side.USER)


@pytest.mark.parametrize(("metric", "value"), [("syscpu", 79), ("appcpu", 69)])
def test_devices_within_their_limits(metric, value):
    call = Call().set("bob", "", metric, value).freeze("bob", OTHERS)
    assert call.judge().rule == "R15"


def test_a_busy_device_is_not_blamed_for_one_of_many_streams():
    call = Call().set("ann", "", "syscpu", 95).freeze("bob", ["ann"])
    verdict = call.judge()
    assert verdict.rule == "R15"
    assert "narrow" in {c.id for denial in verdict.ruled_out if denial.rule == "R10" for c in denial.because}


def test_what_the_cloud_names_is_not_believed_against_the_figures():
    call = Call().set("bob", "", "vloss", 0.12).freeze("bob", OTHERS).notice("ann", 1)
    verdict = call.judge()
    assert verdict.rule == "R7"
    ruled = next(denial for denial in verdict.ruled_out if denial.rule == "R10")
    assert {"votes", "series.within"} <= {clause.id for clause in ruled.because}


# -- service, picture, sound ----------------------------------------------------------------------------------


def test_what_was_sent_and_did_not_arrive_is_the_services_matter():
    call = Call().set("bob", "ann", "vfps", 0).set("bob", "ann", "abit", 0).freeze("bob", ["ann"], 0.9)
    assert first(call.judge()) == ("R11", "", Side.SERVICE)
    call.set("bob", "", "vfps", 0).set("bob", "", "abit", 0)
    assert call.judge().rule == "R6"


def test_what_did_not_arrive_over_a_bad_way_down_is_not_the_services_matter():
    call = down(Call()).set("bob", "ann", "vfps", 0)
    assert call.judge().rule == "R8"


def test_a_smaller_picture_without_loss_is_adaptation():
    call = Call().set("bob", "", "vwidth", 640)
    for person in OTHERS:
        call.set("bob", person, "vwidth", 640)
    verdict = call.judge(symptom=Symptom.BLURRED)
    assert first(verdict) == ("R13", "bob", Side.PEER)
    assert verdict.findings[0].confidence.word is not Word.HIGH
    call.set("bob", "", "vloss", 0.12)
    assert call.judge(symptom=Symptom.BLURRED).rule != "R13"
    call = Call().set("bob", "ann", "vbit", 700)
    assert first(call.judge(symptom=Symptom.BLURRED)) == ("R13", "ann", Side.USER)
    assert call.judge().outcome is Outcome.NOTHING_WRONG  # fewer bits alone are no complaint


@pytest.mark.parametrize(("metric", "value"), [("aloss", 0.12), ("ajitter", 60)])
def test_the_sounds_way_with_its_side(metric, value):
    call = Call().set("bob", "", metric, value).notice("ann", 11, peer="bob", kind="sound")
    assert first(call.judge()) == ("R14", "bob", Side.PEER)
    call = Call().notice("ann", 13, kind="sound")
    for sender in ("bob", "cho", "dan"):
        call.set(sender, "ann", metric, value)
    assert first(call.judge()) == ("R14", "ann", Side.USER)


def test_broken_sound_with_a_frozen_picture_is_the_networks_matter():
    call = Call().set("bob", "", "aloss", 0.12).set("bob", "", "vloss", 0.12).freeze("bob", OTHERS)
    call.notice("ann", 11, peer="bob", kind="sound")
    assert call.judge(symptom=Symptom.BROKEN_SOUND).rule == "R7"


def test_sound_that_arrives_as_silence():
    call = (
        Call(people=("ann", "bob"), picture=False)
        .set("bob", "ann", "abit", 0.5)
        .notice("ann", 15, kind="sound")
    )
    assert first(call.judge()) == ("R14", "ann", Side.USER)


def test_what_nothing_explains_is_said_to_be_unknown_with_what_was_ruled_out():
    verdict = Call().freeze("bob", ["ann"]).notice("ann", 16, peer="bob").judge()
    assert (verdict.outcome, verdict.rule) == (Outcome.CANNOT_TELL, "R15")
    assert {"R7", "R8", "R9", "R10", "R11", "R12"} <= {denial.rule for denial in verdict.ruled_out}
    assert all(
        clause.exhibits for denial in verdict.ruled_out if denial.rule == "R9" for clause in denial.because
    )


# -- more than one --------------------------------------------------------------------------------------------


def test_two_causes_are_both_told_in_the_order_of_looking():
    call = Call().set("bob", "", "vloss", 0.15).freeze("bob", OTHERS).set("ann", "", "syscpu", 95)
    for sender in ("cho", "dan"):
        call.freeze(sender, ["ann"])
    verdict = call.judge()
    assert [(finding.rule, finding.role) for finding in verdict.findings] == [
        ("R7", Role.CAUSE),
        ("R10", Role.CAUSE),
    ]


def test_everybody_is_looked_at_when_nobody_complains():
    verdict = Call().set("bob", "", "vloss", 0.15).freeze("bob", OTHERS).judge(user="")
    assert first(verdict) == ("R7", "bob", Side.PEER)
    assert {hit.person for hit in verdict.hits} == set(OTHERS)
    assert {(hit.rule, hit.culprit) for hit in verdict.hits} == {("R7", "bob")}


def test_all_who_suffered_are_counted_though_only_the_worst_are_named():
    people = [f"p{number:02}" for number in range(70)]
    call = (
        Call(people=people, silent=set(people[4:])).set("p00", "", "vloss", 0.15).freeze("p00", people[1:4])
    )
    for person in people[4:]:
        call.notice(person, 12, peer="p00")
    mine = call.judge(user="p01")
    assert (len(mine.hits), mine.suffered, mine.others_count) == (50, 69, 68)
    assert mine.hits[0].person == "p01"
    assert "p01" not in {hit.person for hit in mine.others}
    everybody = call.judge(user="")
    assert (len(everybody.hits), everybody.others_count) == (50, 69)
    culprit = call.judge(user="p00")
    assert (culprit.rule, culprit.others_count) == ("R7", 69)
    kept = replace(mine, suffered=0)  # by an earlier version
    assert kept.others_count == 49


def test_a_moment_narrows_and_what_hurt_at_another_time_is_told_with_a_caveat():
    call = Call(minutes=120, taken=200).set("bob", "", "vloss", 0.15).freeze("bob", OTHERS)
    assert call.judge(moment=25).caveats == ()
    verdict = call.judge(moment=100)
    assert verdict.rule == "R7"
    assert [clause.id for clause in verdict.caveats] == ["caveat.not_then"]
    assert verdict.looked_since == START.replace(hour=8, minute=30)
