import hashlib

from axlib.verbs.assumptions import list_assumptions
from axlib.verbs.provenance import PACKAGES, trace_provenance


def test_every_file_has_its_rows_and_its_hash(small):
    table = trace_provenance(small).table.set_index("what")["value"]
    for name in ("members", "terms", "touches", "staff"):
        content = (small.engagement.path.parent / f"{name}.csv").read_bytes()
        assert hashlib.sha256(content).hexdigest()[:16] in table[f"{name}: {name}.csv"]
    assert set(PACKAGES) <= set(table.index)


def test_no_path_of_a_machine_is_told(small):
    text = trace_provenance(small).table.to_csv() + list_assumptions(small).table.to_csv()
    assert str(small.engagement.path.parent) not in text
    assert "/" not in "".join(trace_provenance(small).table["what"])
