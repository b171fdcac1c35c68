from datetime import date

import pytest

from axlib.tables.attributes import collect_attributes
from axlib.tables.settings.segmenting import AttributeSettings
from axlib.words.errors import ConfigurationError
from tests.tables.engagements import clean_files

MEMBERS = "Member ID,Guidance need,Preferred mode,Dues,Staff,Level\n" + "".join(
    f"{n},{n % 5},{'live' if n % 2 else 'async'},{n * 10},{(n * 7) % 23},{'A' if n % 3 else 'B'}\n" for n in range(30)
)
ANSWERS = (
    "Member,Item,Value,Date\n1,guidance_need,4,2024-01-01\n1,guidance_need,0,2025-06-01\n"
    "2,industry_years,12,2024-01-01\n2,guidance_need,3,\n"
)


def collect(folder, names=(), files=None, **keys):
    clean = clean_files(folder, files or {"members.csv": MEMBERS})
    return collect_attributes(clean, attributes=tuple(AttributeSettings(name=name) for name in names), **keys)


def refuse(folder, name, files=None):
    with pytest.raises(ConfigurationError) as raised:
        collect(folder, (name,), files)
    return str(raised.value)


def test_undeclared_means_every_attribute_of_the_vocabulary(tmp_path):
    found = collect(tmp_path)
    assert list(found.table.columns) == ["staff_count", "guidance_need", "preferred_mode"]
    assert found.kinds == {"staff_count": "numeric", "guidance_need": "ordinal", "preferred_mode": "categorical"}
    assert found.table.index.name == "member_id"
    assert found.sources["known"].tolist() == [1.0, 1.0, 1.0]


def test_kinds_are_declared_or_seen(tmp_path):
    clean = clean_files(tmp_path, {"members.csv": MEMBERS})
    found = collect_attributes(
        clean,
        attributes=(
            AttributeSettings(name="Level"),
            AttributeSettings(name="staff_count", kind="numeric", edges=(5, 15)),
        ),
    )
    assert found.kinds == {"Level": "categorical", "staff_count": "numeric"}
    assert found.edges == {"staff_count": (5, 15)}


def test_the_latest_answer_up_to_a_day(tmp_path):
    files = {"members.csv": MEMBERS, "answers.csv": ANSWERS}
    now = collect(tmp_path, ("guidance_need",), files).table["guidance_need"]
    then = collect(tmp_path, ("guidance_need",), files, until=date(2024, 12, 31)).table["guidance_need"]
    assert (now["1"], then["1"]) == (0, 4)
    assert now["2"] == then["2"] == 3
    assert now["7"] == 7 % 5


def test_a_name_alone_is_an_attribute(tmp_path):
    clean = clean_files(tmp_path, {"members.csv": MEMBERS})
    found = collect_attributes(clean, attributes=["preferred_mode", "guidance_need"])
    assert found.kinds == {"preferred_mode": "categorical", "guidance_need": "ordinal"}
    with pytest.raises(ConfigurationError, match="annual_dues"):
        collect_attributes(clean, attributes=["preferred_mode", "annual_dues"])


def test_money_is_refused_under_any_name(tmp_path):
    assert "'annual_dues' is money; AX segments must not see what members pay" in refuse(tmp_path, "annual_dues")
    files = {"members.csv": MEMBERS.replace("Level", "Invoice total").replace(",Dues,", ",Dues,")}
    assert "'Invoice total' is money" in refuse(tmp_path, "Invoice total", files)


def test_a_twin_of_dues_is_refused(tmp_path):
    lines = MEMBERS.splitlines()
    twin = "\n".join([f"{lines[0]},Assets", *(f"{line},{int(line.split(',')[3]) ** 2 + 5}" for line in lines[1:])])
    assert "orders members almost as annual_dues does (Spearman 1.000)" in refuse(
        tmp_path, "Assets", {"members.csv": twin}
    )


def test_unknown_names_are_suggested(tmp_path):
    assert "Did you mean 'guidance_need'?" in refuse(tmp_path, "guidance_ned")


def test_a_number_that_is_none_is_refused(tmp_path):
    clean = clean_files(tmp_path, {"members.csv": MEMBERS})
    with pytest.raises(ConfigurationError, match="declared numeric, but 100% of its values are no numbers, such as"):
        collect_attributes(clean, attributes=(AttributeSettings(name="Level", kind="numeric"),))


def test_nothing_known_is_a_result(tmp_path):
    found = collect(tmp_path, files={"members.csv": "Member ID\n1\n"})
    assert found.table.shape == (1, 0)
    assert "No attribute" in found.text
