"""The tests of a module are found by its name: tests/unit has the rooms of the house, and names as its modules have."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSE, UNIT = ROOT / "azext_kubenet", ROOT / "tests" / "unit"


def subjects(room):
    """What a test file of this room may be named after: each of its modules and inner rooms, and the room itself."""
    return {room.name, *(path.stem for path in room.iterdir() if path.suffix in ("", ".py"))}


def test_every_unit_test_is_named_after_a_module_of_its_room():
    """test_<module>.py, or test_<module>_<aspect>.py."""
    strays = []
    for path in UNIT.rglob("test_*.py"):
        room = HOUSE / path.parent.relative_to(UNIT)
        known = subjects(room) if room.is_dir() else ()
        if not f"{path.stem}_".startswith(tuple(f"test_{subject}_" for subject in known)):
            strays.append(str(path.relative_to(ROOT)))
    assert not strays
