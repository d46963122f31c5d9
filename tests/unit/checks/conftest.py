"""How the tests of checks run them where thousands of runs are compared."""

import pytest

from azext_kubenet.checks import side_by_side


class InThisThread:
    """Takes the place of a thread."""

    def __init__(self, target, **_):
        self.start = target


@pytest.fixture
def one_after_another(monkeypatch):
    """The checks run in this thread: starting a thread for each takes ten times as long as what they do."""
    monkeypatch.setattr(side_by_side, "Thread", InThisThread)
