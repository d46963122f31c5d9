"""What a row of the refusals' tables is, and what both tables use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..callers.client import SUB
from ..seeds.bodies import NET, TABLE, subnet
from ..server.server import LoopbackArm

World = dict[str, Any]
Request = tuple[str, str, Any]
NOBODY = "00000000-1111-4222-8333-444444444444"


@dataclass(frozen=True)
class Row:
    """`before` seeds what the refusal needs; `version` is the api-version."""

    sentence: str
    code: str
    status: int
    request: Callable[[World], Request]
    before: Callable[[LoopbackArm, World], object] = lambda arm, world: None
    version: str = "2025-03-01"


def simple(
    sentence: str, code: str, body: Any, path: str = NET + "x", method: str = "PUT", status: int = 400, **more: Any
) -> Row:
    """A row whose path and body need nothing of the world."""
    return Row(sentence, code, status, lambda world: (method, path, body), **more)


def own_table(arm: LoopbackArm, world: World) -> object:
    """Give the subnet a route table of the user's own."""
    table = arm.put(f"{SUB}/{TABLE}", {"location": "westeurope"})
    return arm.put(world["subnet"], subnet("192.168.1.0/24", routeTable={"id": table["id"]}))
