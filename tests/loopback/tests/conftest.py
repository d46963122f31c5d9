"""A server, a client, and a small world to work in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.az import Installed

from ..callers.article import Story, tell
from ..callers.client import SUB, Client
from ..seeds import bodies
from ..server.server import LoopbackArm


@pytest.fixture
def arm() -> Iterator[LoopbackArm]:
    with LoopbackArm() as server:
        yield server


@pytest.fixture
def client(arm: LoopbackArm) -> Iterator[Client]:
    caller = Client(arm)
    yield caller
    caller.close()


@pytest.fixture
def world(arm: LoopbackArm) -> dict[str, Any]:
    """Group g, network n (192.168.0.0/16) with subnets s (.1.0/24) and other (.2.0/24), identity i with the right to
    join s.
    """
    return bodies.small_world(arm, SUB)


@pytest.fixture(scope="session")
def quick_az(quick: Installed) -> Iterator[None]:
    """Have the rig run an ``az`` that starts quickly (see tests.support.warm_az)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AZ", str(quick.program))
        yield


@pytest.fixture(scope="session")
def story(quick_az: None, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """One run of the article by the real ``az``, for all tests that look at it."""
    with LoopbackArm() as server:
        return tell(server, tmp_path_factory.mktemp("article"))
