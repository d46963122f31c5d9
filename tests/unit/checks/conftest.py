"""How the tests of checks run them where thousands of runs are compared."""

from concurrent.futures import Future

import pytest

from azext_kubenet import checks


@pytest.fixture
def one_after_another(monkeypatch):
    """The checks run in this thread: starting a thread for each takes ten times as long as what they do."""

    def started(check, context):
        future = Future()
        checks._run(check, context, future)
        return future

    monkeypatch.setattr(checks, "_started", started)
