import numpy as np

from axlib.verbs.alignment import align_segments


def align(before, after, old, new):
    return align_segments(before, after, by_old=np.array(old, dtype=object), by_new=np.array(new, dtype=object))


def test_a_name_that_means_the_same_is_kept_whoever_is_in_it():
    found = align(["A", "B"], ["B", "A"], ["A"] * 5 + ["B"] * 5, ["B"] * 5 + ["A"] * 5)
    assert found.before == found.after == {"A": "A", "B": "B"}
    assert set(found.table["matched_by"]) == {"name"}


def test_unnamed_classes_are_matched_by_members_not_by_number():
    one, two = "Class 1 (unnamed)", "Class 2 (unnamed)"
    found = align([one, two], [one, two], [one] * 6 + [two] * 4, [two] * 6 + [one] * 4)
    assert found.after == {two: one, one: two}
    assert found.table[["segment", "after", "matched_by", "jaccard"]].to_numpy().tolist() == [
        [one, two, "members", 1.0], [two, one, "members", 1.0],
    ]  # fmt: skip


def test_an_unnamed_class_that_got_a_name_takes_it():
    found = align(
        ["A", "Class 2 (unnamed)"], ["A", "Pool"], ["A"] * 3 + ["Class 2 (unnamed)"] * 3, ["A"] * 3 + ["Pool"] * 3
    )
    assert found.before["Class 2 (unnamed)"] == found.after["Pool"] == "Pool"


def test_a_new_unnamed_class_does_not_pass_for_an_old_one():
    one, two = "Class 1 (unnamed)", "Class 2 (unnamed)"
    # The old class 2 is now class 1; the new class 2 is made of half of the old class 1.
    old = [one] * 10 + [two] * 6
    new = ["A"] * 5 + [two] * 5 + [one] * 6
    found = align([one, two], ["A", one, two], old, new)
    assert found.after[one] == two
    assert found.after["A"] == one or found.before[one] == "A"
    assert found.after[two] not in (one, two) or found.after[two] == one
    assert len(set(found.after.values())) == 3


def test_too_little_in_common_is_gone_and_new():
    names = [f"Class {i} (unnamed)" for i in (1, 2, 3)]
    found = align(names[:1], names, [names[0]] * 9, [names[i % 3] for i in range(9)])
    assert found.table["matched_by"].tolist() == ["gone", "new", "new", "new"]
    assert found.after[names[0]] == "Class 1 (unnamed, new)"
    assert found.table["jaccard"].isna().all()


def test_members_without_a_segment_count_against_a_match():
    name, other = "Class 1 (unnamed)", "Class 2 (unnamed)"
    found = align([name], [other], [name] * 10, [other] * 4 + ["undetermined"] * 6)
    assert found.table["matched_by"].tolist() == ["gone", "new"]
