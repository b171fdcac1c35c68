"""The engagement file is refused with a sentence per problem, all at once, or read as it stands."""

import re
from datetime import date

import pytest

from axlib.tables.coverage_segments import read_segments
from axlib.tables.engagement import last_month_end, read_engagement
from axlib.words.errors import ConfigurationError
from tests.tables.engagements import write_engagement

LEAST = "client: Acme\nas_of: 2025-12-31\ntables: {members: m.csv}\n"


@pytest.fixture
def write(tmp_path):
    def write_it(text, name="engagement.yml"):
        folder = tmp_path / "acme"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    return write_it


def problems(path, **parameters):
    with pytest.raises(ConfigurationError) as caught:
        read_engagement(path, **parameters)
    return caught.value.problems


def test_least_file_takes_the_defaults(write):
    engagement = read_engagement(write(LEAST))
    assert (engagement.client, engagement.name, engagement.as_of) == ("Acme", "acme", date(2025, 12, 31))
    assert engagement.settings.retention.grace_days == 30
    assert [segment.name for segment in engagement.segments] == ["Inbound", "Asynchronous", "Synchronous", "Task Force"]


def test_all_problems_at_once(write):
    path = write(
        LEAST + "retention: {grace_day: 3, window_months: 0}\ntiers: {by: bands}\nsegmnts: default\n"
        "capacity: {utilisation: 80 %}\nattributes: [need, need]\n"
    )
    found = "\n".join(problems(path))
    for sentence in (
        "unknown key 'retention.grace_day'. Did you mean 'grace_days'?",
        "retention.window_months is 0; must be greater than or equal to 1.",
        "by: bands needs the key edges",
        "unknown key 'segmnts'. Did you mean 'segments'?",
        "capacity.utilisation is '80 %'; must be a valid number.",
    ):
        assert sentence in found, sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (LEAST + "client: Other\n", "line 4: the key 'client' stands twice (first in line 1)"),
        ("a: &x [1]\nb: *x\n", "aliases (*x) are not used here"),
        ("client: [unclosed\n", "engagement.yml, line"),
        ("- a list\n", "must hold keys with values"),
        (b"client: \xff\xfe\n", "not UTF-8"),
        (b"x: " + b"a" * 1_000_001, "at most 1,000,000"),
        ("client: !!python/object/apply:os.system [echo]\n", "could not determine a constructor"),
        (LEAST + "name: ../x\n", "use letters, digits, - and _ only"),
        (LEAST.replace("members", "staff"), "tables needs the key members"),
        (LEAST + "read: {member: {dates: day_first}}\n", "names the table 'member'"),
        (LEAST + "values: {status: {A: active}}\n", "write table.column, such as members.status"),
        (LEAST + "tiers: {by: bands, edges: [500, 100]}\n", "edges must rise"),
        (LEAST + "tiers: {by: bands, edges: [500], names: [only]}\n", "names must be 2"),
        (LEAST + "segments: {method: column}\n", "needs the key column"),
        (LEAST + "segments: {file: mine.yml}\n", "mine.yml: there is no such file"),
    ],
)
def test_refused(write, text, sentence):
    assert sentence in "\n".join(problems(write(text)))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2025-13-31", "as_of is '2025-13-31'; the calendar has no such day"),
        ("2025-02-29", "as_of is '2025-02-29'; the calendar has no such day"),
        ("2025-12-31 25:00:00", "as_of is '2025-12-31 25:00:00'; write a day, such as 2025-12-31, or last_month_end"),
        ("2025-12-31 10:00:00", "write a day, such as 2025-12-31, or last_month_end"),
        ("31.12.2025", "as_of is '31.12.2025'; write a day"),
        ("20251231", "as_of is 20251231; write a day"),
    ],
)
def test_a_day_that_is_none_is_one_sentence(write, written, said):
    found = problems(write(LEAST.replace("2025-12-31", written)))
    assert len(found) == 1
    assert found[0].startswith("engagement.yml: ")
    assert said in found[0]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (
            "report: {findings: {withhold: {retention: ''}}}\n",
            "report.findings.withhold.retention is ''; must have at least 1 character.",
        ),
        ("evidence: {primary: [churn, growth, gap_effect, advocacy]}\n", "primary; must have at most 3 entries."),
        (f"currency: EUR\nname: {'x' * 65}\n", "at most 64 of them"),
    ],
)
def test_lengths_are_said_in_words_of_ours(write, keys, said):
    assert said in problems(write(LEAST + keys))[0]


def test_what_looks_like_a_day_elsewhere_meets_the_rule_of_its_key(write):
    found = problems(write(f"{LEAST}seed: 2025-13-31\nretention: {{window_months: 2025-02-30}}\n"))
    assert [sentence.split(";")[0] for sentence in found] == [
        "engagement.yml: seed is '2025-13-31'",
        "engagement.yml: retention.window_months is '2025-02-30'",
    ]


def test_a_day_in_quotation_marks_is_a_day(write):
    assert read_engagement(write(LEAST.replace("2025-12-31", "'2025-11-30'"))).as_of == date(2025, 11, 30)


def test_words_stay_words(write):
    """``No`` is a raw value of an export, not False; 007 is no number; 1:30 is no sexagesimal."""
    path = write(
        LEAST + 'values: {members.status: {Yes: active, No: lapsed, 1: grace, 007: closed, 1:30: "pending"}}\n'
    )
    assert read_engagement(path).settings.values["members.status"] == {
        "Yes": "active", "No": "lapsed", "1": "grace", "007": "closed", "1:30": "pending",
    }  # fmt: skip


def test_parameters_lie_over_the_file(write):
    path = write(LEAST + "retention: {grace_days: 10, rejoin: retained}\nsegments: default\n")
    engagement = read_engagement(path, retention_grace_days=60, segments_k=3, as_of="2024-06-30", report_min_cell=5)
    settings = engagement.settings
    assert (settings.retention.grace_days, settings.retention.rejoin) == (60, "retained")
    assert (settings.segments.k, settings.report.min_cell, engagement.as_of) == (3, 5, date(2024, 6, 30))


def test_wrong_parameter_is_refused(write):
    assert "capacity.utilisation is 2" in problems(write(LEAST), capacity_utilisation=2.0)[0]
    assert "as_of is 'soon'" in problems(write(LEAST), as_of="soon")[0]
    assert "no such day" in problems(write(LEAST), as_of="2025-13-31")[0]


@pytest.mark.parametrize(
    ("today", "end"),
    [
        (date(2026, 1, 1), date(2025, 12, 31)),
        (date(2024, 3, 31), date(2024, 2, 29)),
        (date(2026, 3, 1), date(2026, 2, 28)),
    ],
)
def test_last_month_end(today, end):
    assert last_month_end(today) == end


def test_segments_file_of_one_s_own(write):
    path = write(
        "segments:\n  - {name: Guided, hours_per_year: {first_year: 6, steady: 2}, modes: {async: 1}}\n"
        "  - {name: Self, hours_per_year: 1, pooled: true}\n",
        "segments.yml",
    )
    guided, alone = read_segments(path)
    assert (guided.steady_hours, alone.steady_hours, alone.pooled) == (2, 1, True)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("segments: []\n", "at least 1 item"),
        ("segments: [{name: A}]\n", "hours_per_year"),
        ("segments: [{name: A, hours_per_year: 1, modes: {sync: 0.5}}]\n", "modes add up to 0.5; must add up to 1"),
        ("segments: [{name: A, hours_per_year: 1}, {name: A, hours_per_year: 2}]\n", "segments named twice: A"),
        ("segments: [{name: undetermined, hours_per_year: 1}]\n", "is kept for members"),
        ("segments: [{name: A, hours_per_year: 1, hour: 2}]\n", "hour"),
    ],
)
def test_segments_file_refused(write, text, sentence):
    with pytest.raises(ConfigurationError) as caught:
        read_segments(write(text, "segments.yml"))
    assert sentence in "\n".join(caught.value.problems)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("currency: dollars\n", "currency is 'dollars'; must be an ISO code of three capitals, such as USD."),
        ("report: {brand: {colour: green}}\n", "report.brand.colour is 'green'; must be a colour written as #14532d."),
    ],
)
def test_patterns_are_said_in_words(tmp_path, line, words):
    with pytest.raises(ConfigurationError, match=re.escape(words)):
        write_engagement(tmp_path, {"members.csv": "Member ID\n1\n"}, line)
