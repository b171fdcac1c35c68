"""Where things are, for tests."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
BANKERS = ROOT / "data" / "bankers" / "engagement.yml"
TELCO = ROOT / "tests" / "engagements" / "telco" / "engagement.yml"
SHARED_DATA = ROOT.parent / "shared" / "data"
