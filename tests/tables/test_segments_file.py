from axlib.tables.coverage_segments import HoursByStage, read_segments
from axlib.tables.segments_file import write_segments


def test_what_is_written_is_read_back(tmp_path):
    segments = read_segments()
    odd = segments[0].model_copy(
        update={
            "name": "no: #1 'Über'", "served": "yes", "rules": ("mode == 'a: b'", "x >= 1.5"),
            "hours_per_year": HoursByStage(first_year=6, steady=2),
        }
    )  # fmt: skip
    file = tmp_path / "segments.yml"
    file.write_text(write_segments([*segments, odd], comment="made\nto be read"), "utf-8")
    assert read_segments(file) == (*segments, odd)
    assert file.read_text("utf-8").startswith("# made\n# to be read\nsegments:\n")
