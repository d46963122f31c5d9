"""Where things are: the repository, and what real Azure answered, beside it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
NO_SHARED = f"the recorded answers and schemas of Azure are not beside the clone ({SHARED.name}/)"
