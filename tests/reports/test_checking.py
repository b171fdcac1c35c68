"""What a run would refuse is said by the check, all at once, in the same words."""

import pytest

from axlib.reports.checking import check_engagement
from axlib.tables.engagement import read_engagement
from axlib.verbs.diagnose import diagnose
from axlib.verbs.finding_ids import list_finding_ids
from axlib.words.errors import ConfigurationError, DataError
from tests.tables.engagements import write_engagement
from tests.verbs.small import RULES, engagement

MEMBERS = "Member ID,Status,Dues,Stakes\n" + "".join(f"{n},active,{100 * n},{n % 5}\n" for n in range(1, 31))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def refuse(folder, keys, **files):
    with pytest.raises(ConfigurationError) as refused:
        check_engagement(write_engagement(folder, {"members.csv": MEMBERS, **files}, keys))
    return refused.value.problems


def test_everything_is_said_at_once(tmp_path):
    (tmp_path / "example" / "notes").mkdir(parents=True)
    (tmp_path / "example" / "notes" / "what-we-fond.md").write_text("Well.", "utf-8")
    keys = (
        "attributes: [annual_dues, stakez]\nsegments: {method: column, column: segmnt}\ncommentary: notes\n"
        "report: {brand: {logo: logo.png}, findings: {first: [retentoin], withhold: {loads: not agreed}}}\n"
    )
    found = refuse(tmp_path, keys)
    starts = [
        "engagement.yml: report.brand.logo is 'logo.png', and there is no such file; it must be a PNG",
        "notes/what-we-fond.md: no section is called 'what-we-fond'. Did you mean 'what-we-found'?",
        "report.findings: no finding is called 'retentoin'. Did you mean 'retention'?",
        "report.findings: no finding is called 'loads'. Did you mean 'load'?",
        "attributes: 'annual_dues' is money",
        "attributes: 'stakez' is no column of members and no item of answers.",
        "segment_by_column: members have no column 'segmnt'.",
    ]
    assert [said.startswith(start) for said, start in zip(found, starts, strict=True)] == [True] * len(starts)


def test_what_is_wrong_with_tables_stands_beside_the_rest(tmp_path):
    keys = "report: {brand: {logo: logo.png}}\ncommentary: nowhere\noverrides: overrides.csv\n"
    found = refuse(tmp_path, keys, **{"overrides.csv": "member_id,column,value,reason,by\n1,stakes,9,told,me\n"})
    assert [said.partition(":")[0] for said in found] == ["engagement.yml", "engagement.yml", "overrides.csv, row 2"]
    assert "commentary is 'nowhere', and there is no such folder" in found[1]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("logo.png", PNG, ""),
        ("logo.svg", b"<?xml version='1.0'?><!-- drawn --><svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        ("logo.png", b"Dear client", "what is in it is no PNG picture"),
        ("logo.svg", b"<html></html>", "what is in it is no SVG picture"),
        ("logo.txt", PNG, "it must be a PNG, JPEG or SVG file"),
    ],
)
def test_a_logo_is_a_picture(tmp_path, name, content, said):
    opened = write_engagement(tmp_path, {"members.csv": MEMBERS}, f"report: {{brand: {{logo: {name}}}}}\n")
    (opened.path.parent / name).write_bytes(content)
    if not said:
        assert len(check_engagement(opened).clean.members) == 30
        return
    with pytest.raises(ConfigurationError) as refused:
        check_engagement(opened)
    assert said in refused.value.problems[0]


def test_words_that_name_a_member_are_refused_before_a_run(tmp_path):
    (tmp_path / "example" / "notes").mkdir(parents=True)
    (tmp_path / "example" / "notes" / "what-we-found.md").write_text("Thanks to ab12.", "utf-8")
    members = MEMBERS.replace("\n1,", "\nab12,")
    opened = write_engagement(tmp_path, {"members.csv": members}, "commentary: notes\n")
    with pytest.raises(ConfigurationError, match="identifier of 1 member"):
        check_engagement(opened)


def test_data_that_cannot_carry_it_stay_a_matter_of_data(tmp_path):
    opened = write_engagement(tmp_path, {"members.csv": MEMBERS, "terms.csv": ""})
    with pytest.raises(DataError):
        check_engagement(opened)


def test_every_finding_has_a_name_that_is_known_beforehand(tmp_path):
    known = set(list_finding_ids(n_scenarios=1))
    for at, changed in enumerate(({}, {"touches": None}, {"terms": None})):
        folder = tmp_path / str(at)
        folder.mkdir()
        assert set(diagnose(engagement(folder, RULES, **changed)).findings.table["id"]) <= known


def test_columns_declared_as_evidence_are_looked_for(tmp_path):
    keys = f"{RULES}evidence: {{confounders: [sise], negative_control: moved, rollout: reached}}\n"
    with pytest.raises(ConfigurationError) as refused:
        check_engagement(read_engagement(engagement(tmp_path, keys)))
    assert [said.partition(":")[0] for said in refused.value.problems] == [
        "evidence.rollout", "evidence.negative_control", "evidence.confounders",
    ]  # fmt: skip
