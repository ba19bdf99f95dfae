"""What the entities of other integrations mean, without Home Assistant."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.printer.adopted.controls import absent_commands
from custom_components.jannenkoti.kinds.printer.adopted.reading import Shown, read
from custom_components.jannenkoti.kinds.printer.adopted.roles import (
    Candidate,
    Role,
    recognize,
)
from custom_components.jannenkoti.kinds.printer.adopted.tables import (
    INTEGRATIONS,
    guess,
)
from custom_components.jannenkoti.kinds.printer.adopted.words import (
    Meaning,
    stage_of,
    word_of,
)
from custom_components.jannenkoti.kinds.printer.job.stages import ALL_STAGES
from custom_components.jannenkoti.kinds.printer.job.status import (
    JobState,
    PrinterStatus,
)

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
NOTHING = PrinterStatus()


def observe(
    platform: str = "", before: PrinterStatus = NOTHING, **shown: Any
) -> PrinterStatus:
    """Return the status that entities show; a text, or a text with its unit."""
    return read(platform, _states(shown), before, NOW).status


def _states(shown: dict[str, Any]) -> dict[Role, list[Shown]]:
    return {
        Role(role): [
            Shown(*each) if isinstance(each, tuple) else Shown(each)
            for each in (value if isinstance(value, list) else [value])
        ]
        for role, value in shown.items()
    }


# States


@pytest.mark.parametrize(
    ("platform", "word", "state"),
    [
        *(
            ("bambu_lab", word, state)
            for word, state in {
                "idle": "idle",
                "init": "idle",
                "prepare": "preparing",
                "slicing": "slicing",
                "running": "running",
                "pause": "paused",
                "finish": "finished",
                "failed": "failed",
                "unknown": "unknown",
            }.items()
        ),
        *(
            ("moonraker", word, state)
            for word, state in {
                "standby": "idle",
                "printing": "running",
                "paused": "paused",
                "complete": "finished",
                "cancelled": "failed",
                "error": "failed",
                "ready": "unknown",
            }.items()
        ),
        *(
            ("octoprint", word, state)
            for word, state in {
                "operational": "idle",
                "starting": "preparing",
                "printing": "running",
                "printing_sd": "running",
                "pausing": "running",
                "paused": "paused",
                "resuming": "paused",
                "finishing": "running",
                "cancelling": "running",
                "error": "failed",
                "transferring_file": "unknown",
            }.items()
        ),
        *(
            ("prusalink", word, state)
            for word, state in {
                "idle": "idle",
                "ready": "idle",
                "printing": "running",
                "paused": "paused",
                "finished": "finished",
                "stopped": "failed",
                "error": "failed",
                "busy": "unknown",
                "attention": "unknown",
            }.items()
        ),
        ("mqtt", "Printing", "running"),
        ("mqtt", "Printing from SD", "running"),
        ("mqtt", "Error: Thermal runaway", "failed"),
        ("mqtt", "ready", "unknown"),
        ("mqtt", "on", "unknown"),
        ("mqtt", "42", "unknown"),
    ],
)
def test_word_of_an_integration_becomes_the_state_of_the_job(
    platform: str, word: str, state: str
) -> None:
    assert observe(platform, state=word).job_state == state


@given(
    platform=st.sampled_from([*INTEGRATIONS, "mqtt", ""]),
    word=st.from_regex(r"x[a-z]{2,9}|[0-9]{1,4}|on|off|ok|true|", fullmatch=True),
    before=st.sampled_from(JobState),
    progress=st.sampled_from(["0", "100", "unknown"]),
)
def test_unrecognized_state_never_counts_as_safe(
    platform: str, word: str, before: JobState, progress: str
) -> None:
    earlier = PrinterStatus(job_state=before, progress=100)
    shown = observe(platform, earlier, state=word, progress=(progress, "%"))
    assert shown.job_state is JobState.UNKNOWN
    assert not shown.job_state.ended


@pytest.mark.parametrize(
    ("platform", "word"),
    [("octoprint", "offline"), ("bambu_lab", "offline"), ("mqtt", "unavailable")],
)
def test_source_without_connection_keeps_the_status(platform: str, word: str) -> None:
    before = PrinterStatus(job_state=JobState.RUNNING, layer=7)
    found = read(platform, _states({"state": word}), before, NOW)
    assert (found.connected, found.status) == (False, before)
    assert not read(platform, {}, before, NOW).connected


@pytest.mark.parametrize(
    ("before", "progress", "state", "ambiguous"),
    [
        (JobState.RUNNING, "100.0", "finished", True),
        (JobState.RUNNING, "99.7", "finished", True),
        (JobState.RUNNING, "0", "idle", True),
        (JobState.RUNNING, "57.3", "idle", True),
        (JobState.RUNNING, "unavailable", "finished", True),
        (JobState.FINISHED, "100", "finished", False),
        (JobState.FINISHED, "unavailable", "finished", False),
        (JobState.FINISHED, "0", "idle", False),
        (JobState.UNKNOWN, "unavailable", "idle", False),
    ],
)
def test_octoprint_has_no_word_for_a_finished_print(
    before: JobState, progress: str, state: str, *, ambiguous: bool
) -> None:
    found = read(
        "octoprint",
        _states({"state": "operational", "progress": (progress, "%")}),
        PrinterStatus(job_state=before),
        NOW,
    )
    assert (found.status.job_state, found.ambiguous) == (state, ambiguous)


def test_attention_during_a_print_is_a_pause() -> None:
    running = PrinterStatus(job_state=JobState.RUNNING)
    shown = observe("prusalink", running, state="attention")
    assert shown.job_state is JobState.PAUSED


def test_moonraker_shows_zero_for_a_paused_print_and_nothing_is_lost() -> None:
    running = observe(
        "moonraker",
        state="printing",
        progress=("40.4", "%"),
        layer="7",
        total_layers="50",
        file="benchy.gcode",
    )
    paused = observe(
        "moonraker",
        running,
        state="paused",
        progress=("0.0", "%"),
        layer="0",
        total_layers="0",
        file="",
    )
    kept = (paused.progress, paused.layer, paused.total_layers, paused.file)
    assert kept == (40, 7, 50, "benchy.gcode")
    again = observe("moonraker", paused, state="printing", layer="0", file="b.gcode")
    assert (again.layer, again.file, again.progress) == (0, "b.gcode", None)


@pytest.mark.parametrize(
    ("stage", "printing"),
    [
        ("printing", True),
        ("auto_bed_leveling", False),
        ("changing_filament", False),
        ("a stage of 2030", False),
    ],
)
def test_stage_shows_whether_the_printer_really_prints(
    stage: str, *, printing: bool
) -> None:
    shown = observe("bambu_lab", state="running", stage=stage)
    assert shown.printing is printing
    assert shown.stage in ALL_STAGES


def test_without_a_stage_a_running_print_prints() -> None:
    assert observe("mqtt", state="printing").printing
    assert not observe("mqtt", state="paused").printing
    assert observe("mqtt", state="paused").stage == stage_of("paused_user")


# Values


@pytest.mark.parametrize(
    ("state", "unit", "before", "progress"),
    [
        ("12", "%", None, 12),
        ("12.9", "%", None, 12),
        ("12,9 %", "", None, 12),
        ("99.4", "%", None, 99),
        ("99.6", "%", None, 100),
        ("0.42", "", None, 42),
        ("1", "", 96, 100),
        ("1", "", None, 1),
        ("1", "%", 96, 1),
        ("0.5", "%", None, 0),
        ("0", "", None, 0),
        ("150", "%", None, None),
        ("-3", "%", None, None),
        ("nan", "%", None, None),
        ("unknown", "%", None, None),
    ],
)
def test_progress_is_percent_or_a_share(
    state: str, unit: str, before: int | None, progress: int | None
) -> None:
    earlier = PrinterStatus(job_state=JobState.RUNNING, progress=before)
    shown = observe("mqtt", earlier, state="printing", progress=(state, unit))
    assert shown.progress == progress


@pytest.mark.parametrize(
    ("shown", "celsius"),
    [
        ([("219.4", "°C")], 219.4),
        ([("426.2", "°F")], 219.0),
        ([("30", "°C"), ("210", "°C")], 210.0),
        ([("30", "°C"), ("unavailable", "°C")], None),
        ([("30", "")], None),
        ([("30", "K")], None),
        ([("99999", "°C")], None),
        ([("hot", "°C")], None),
        ([], None),
    ],
)
def test_nozzle_is_the_hottest_one_in_celsius(
    shown: list[tuple[str, str]], celsius: float | None
) -> None:
    nozzle = observe("mqtt", state="idle", nozzle=shown).nozzle
    assert nozzle == (None if celsius is None else pytest.approx(celsius))


def test_unknown_target_makes_a_cold_nozzle_unknown() -> None:
    cold: dict[str, Any] = {"state": "idle", "nozzle": ("25", "°C")}
    assert observe("mqtt", **cold).nozzle == 25
    shown = observe("mqtt", **cold, nozzle_target=("0", "°C"))
    assert (shown.nozzle, shown.nozzle_target) == (25, 0)
    assert observe("mqtt", **cold, nozzle_target=("unknown", "°C")).nozzle is None


@pytest.mark.parametrize(
    ("shown", "minutes"),
    [
        ({"remaining": ("1.5", "h")}, 90),
        ({"remaining": ("90", "min")}, 90),
        ({"remaining": ("0.5", "w")}, 5040),
        ({"remaining": ("5400000", "ms")}, 90),
        ({"remaining": ("5400", "s")}, 90),
        ({"remaining": "01:30:00"}, 90),
        ({"remaining": ("90", "")}, None),
        ({"remaining": ("unknown", "h"), "finish": "2026-11-27T13:30:00+00:00"}, 90),
        ({"finish": "2026-11-27T11:00:00+00:00"}, None),
        ({"finish": "2026-11-27T13:30:00"}, None),
        ({"finish": "soon"}, None),
        ({}, None),
    ],
)
def test_remaining_time_is_shown_in_minutes_while_printing(
    shown: dict[str, Any], minutes: int | None
) -> None:
    assert observe("mqtt", state="printing", **shown).remaining == minutes
    assert observe("mqtt", state="idle", **shown).remaining is None


@pytest.mark.parametrize(
    ("state", "layer"),
    [("7", 7), ("7.0", 7), ("7/50", 7), ("7 / 50", 7), ("-1", None), ("top", None)],
)
def test_layer_is_a_number_or_a_number_of_many(state: str, layer: int | None) -> None:
    assert observe("mqtt", state="printing", layer=state).layer == layer


def test_name_of_a_file_has_no_control_characters_and_is_short() -> None:
    shown = observe("mqtt", state="printing", file="\x00a\nb" + "c" * 500)
    assert shown.file is not None
    assert shown.file.startswith("abc")
    assert len(shown.file) <= 200


_ANY = st.builds(Shown, st.text(max_size=40), st.text(max_size=5))


@given(
    platform=st.sampled_from([*INTEGRATIONS, "mqtt"]),
    states=st.dictionaries(st.sampled_from(Role), st.lists(_ANY, max_size=3)),
    now=st.datetimes(timezones=st.just(UTC)),
)
def test_any_states_are_read(
    platform: str, states: dict[Role, list[Shown]], now: datetime
) -> None:
    found = read(platform, states, NOTHING, now)
    assert found.status.progress is None or 0 <= found.status.progress <= 100
    assert found.status.remaining is None or found.status.remaining >= 0


def test_completion_of_a_time_far_away_is_no_number_of_minutes() -> None:
    far = (NOW + timedelta(days=400)).isoformat()
    assert observe("mqtt", state="printing", finish=far).remaining is None


# Roles


def candidate(domain: str, unique_id: str, **other: Any) -> Candidate:
    """Return an entity of an integration that is not known."""
    known = {"platform": "other", **other}
    return Candidate(entity=unique_id, domain=domain, unique_id=unique_id, **known)


@pytest.mark.parametrize(
    ("entity", "role"),
    [
        (candidate("sensor", "a_print_status"), Role.STATE),
        (candidate("sensor", "x1_status"), None),
        (
            candidate(
                "sensor", "x", device_class="enum", options=("printing", "paused", "x")
            ),
            Role.STATE,
        ),
        (candidate("sensor", "x", device_class="enum", options=("on", "off")), None),
        (candidate("sensor", "print_progress", unit="%"), Role.PROGRESS),
        (candidate("sensor", "cpu_usage", unit="%"), None),
        (candidate("sensor", "layer_height", unit="mm"), None),
        (candidate("sensor", "layerHeight"), None),
        (candidate("sensor", "currentLayer"), Role.LAYER),
        (candidate("sensor", "layer_count"), Role.TOTAL_LAYERS),
        (candidate("sensor", "eta", device_class="timestamp"), Role.FINISH),
        (candidate("sensor", "start", device_class="timestamp"), None),
        (candidate("sensor", "time_left", device_class="duration"), Role.REMAINING),
        (candidate("sensor", "print_time", device_class="duration"), None),
        (candidate("sensor", "tool0_target", unit="°C"), Role.NOZZLE_TARGET),
        (candidate("sensor", "bed_target", unit="°C"), None),
        (candidate("sensor", "bed", unit="°F"), Role.BED),
        (candidate("sensor", "chamber", device_class="temperature"), None),
        (candidate("sensor", "file_name"), Role.FILE),
        (candidate("sensor", "file_size"), None),
        (candidate("sensor", "voltage", unit="V"), None),
        (candidate("camera", "webcam"), Role.CAMERA),
        (candidate("camera", "thumbnail"), None),
        (candidate("button", "job_pause"), Role.PAUSE),
        (candidate("button", "job_resume"), Role.RESUME),
        (candidate("button", "abort"), Role.STOP),
        (candidate("button", "emergency_stop"), None),
        (candidate("button", "beep"), None),
        (candidate("switch", "pause"), None),
    ],
)
def test_role_of_an_unknown_integration_is_guessed(
    entity: Candidate, role: Role | None
) -> None:
    assert guess(entity) is role


def test_helper_on_the_device_does_not_replace_a_listed_entity() -> None:
    known = candidate(
        "sensor",
        "S_print_progress",
        platform="bambu_lab",
        translation_key="print_progress",
    )
    helper = candidate("sensor", "progress_smoothed", platform="filter", unit="%")
    found = recognize([helper, known], INTEGRATIONS, guess)
    assert found == {Role.PROGRESS: ["S_print_progress"]}


def test_both_nozzles_of_a_printer_with_two_are_recognized() -> None:
    keys = [
        "nozzle_temp",
        "left_nozzle_temp",
        "right_nozzle_temp",
        "left_target_nozzle_temp",
    ]
    entities = [
        candidate("sensor", key, platform="bambu_lab", translation_key=key)
        for key in keys
    ]
    found = recognize(entities, INTEGRATIONS, guess)
    assert found[Role.NOZZLE] == keys[1:3]
    assert found[Role.NOZZLE_TARGET] == ["left_target_nozzle_temp"]


def test_commands_without_a_counterpart_are_absent() -> None:
    every = absent_commands(set(Role), gcode=True)
    assert every == {"light", "print_speed"}
    none = absent_commands(set(), gcode=False)
    assert none == every | {
        *("pause", "resume", "stop", "gcode", "home"),
        *("nozzle_temperature", "bed_temperature"),
    }


def test_attention_is_no_state_of_a_job() -> None:
    assert word_of("prusalink", "ATTENTION") is Meaning.ATTENTION
