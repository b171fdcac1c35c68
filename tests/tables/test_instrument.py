import pytest

from axlib.tables.instrument import ROLES, read_instrument
from axlib.words.errors import ConfigurationError
from axlib.words.vocabulary import ATTRIBUTE_KINDS, LIFECYCLE_STAGES, MEMBERS

SCALE = "kind: scale, points: [a, b, c, d, e]"


@pytest.fixture
def write(tmp_path):
    def write_it(text):
        path = tmp_path / "questions.yml"
        path.write_text(text, encoding="utf-8")
        return path

    return write_it


def problems(path):
    with pytest.raises(ConfigurationError) as caught:
        read_instrument(path)
    return caught.value.problems


def item(**changed):
    keys = {"id": "need", "question": "How much", "becomes": "need", "kind": "scale", "points": "[a, b, c, d, e]"}
    return "  - {" + ", ".join(f"{key}: {value}" for key, value in {**keys, **changed}.items() if value) + "}\n"


def test_the_built_in_instrument_asks_for_every_ax_attribute_of_members():
    instrument = read_instrument()
    asked = {attribute.name for attribute in instrument.attributes}
    assert asked == {column.name for column in MEMBERS if column.role == "attribute"}
    assert all(ATTRIBUTE_KINDS[attribute.name] == attribute.kind for attribute in instrument.attributes)
    assert {found.becomes for found in instrument.items} - asked == {"success_potential", "declared_at_risk"}


def test_every_scale_has_a_word_for_each_of_five_points_and_no_question_is_about_money():
    for found in read_instrument().items:
        assert (len(found.points) == 5) == (found.kind == "scale")
        words = f"{found.question} {found.scale_text}".lower()
        assert not any(word in words for word in ("dues", "fee", "pay", "price", "revenue", "money", "budget"))


def test_left_out_stages_and_people_mean_all(write):
    found = read_instrument(write("items:\n" + item())).items[0]
    assert (found.stages, found.answered_by) == (LIFECYCLE_STAGES, ROLES)


def test_all_problems_of_a_file_stand_together(write):
    found = problems(
        write(
            "items:\n"
            + item(points="[a, b, c, d]")
            + item(id="mode", becomes="mode", kind="category", points="", categories="{x: one}")
            + item(id="dues", becomes="invoiced_total", kind="number", points="")
            + item(id="Two Words", becomes="other", qestion="x")
            + item(id="twice", becomes="urgency", kind="number", points="", least=5, most=1)
            + item(id="twice", becomes="second", stages="[monday]", answered_by="[nobody]")
        )
    )
    text = "\n".join(found)
    for sentence in (
        "needs 5 points, a word for each of 0 to 4; got 4",
        "needs at least 2 categories; got 1",
        "becomes 'invoiced_total', which is money",
        "unknown key 'items.3.qestion'",
        "items.3.id is 'Two Words'",
        "becomes 'urgency', which is ordinal; kind: number would make it numeric",
        "most must be above least; got 1 and 5",
        "items.5.stages.0 is 'monday'",
        "items.5.answered_by.0 is 'nobody'",
        "the id 'twice' stands twice",
    ):
        assert sentence in text, sentence


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        (item(id="b", stages="[steady]"), ""),
        (item(id="b"), "two items become 'need' in the same stage (first_year)"),
        (item(id="b", stages="[steady]", points="[v, w, x, y, z]"), "items that become 'need' have different scales"),
    ],
)
def test_items_of_one_attribute_share_the_scale_but_no_stage(write, second, sentence):
    path = write("items:\n" + item(stages="[first_year]") + second)
    if sentence:
        assert sentence in "\n".join(problems(path))
    else:
        assert [attribute.name for attribute in read_instrument(path).attributes] == ["need"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"points": "[a, A, c, d, e]"}, "two answers have the same words"),
        ({"least": "0"}, "only kind: number has least; this is scale"),
        ({"becomes": "success_potential"}, "a gate; its kind must be yes_no"),
        ({"categories": "{x: one, y: two}"}, "categories belong to kind: category, not to scale"),
        ({"kind": "number", "points": "", "edges": "[5, 2]"}, "edges must rise; got [5.0, 2.0]"),
    ],
)
def test_what_an_item_may_not_be(write, changed, sentence):
    assert sentence in "\n".join(problems(write("items:\n" + item(**changed))))


@pytest.mark.parametrize("text", ["[]", "items: []\n", "items: 3\n", "questions: []\n", "items: [word]\n"])
def test_a_file_that_is_no_instrument_is_refused(write, text):
    assert problems(write(text))


def test_faces():
    instrument = read_instrument()
    assert instrument.text.startswith("14 questions; members can answer 10 of them themselves.")
    assert list(instrument.summary()["item"]) == [found.id for found in instrument.items]
    assert "guidance at each step" in instrument._repr_html_()
    assert instrument.find("nobody") is None
