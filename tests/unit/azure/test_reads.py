"""Reads side by side: each question is asked once, however many threads ask it at the same time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from azext_kubenet.azure.reads import Read, Reader
from tests.unit.checks.wire import Wire

ASKING, QUESTIONS = 8, 200


@pytest.fixture
def often() -> Iterator[None]:
    """Threads that take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("often")
def test_a_question_that_many_threads_have_is_asked_once() -> None:
    paths = [f"/x/{number}" for number in range(QUESTIONS)]
    wire, together = Wire({path: {"path": path} for path in paths}), Barrier(ASKING)

    def ask(reader: Reader) -> list[Any]:
        together.wait(10)
        reader.prefetch(Read(path, "1") for path in paths[::2])
        return [reader.get(path, "1") for path in paths]

    with Reader(wire) as reader, ThreadPoolExecutor(ASKING) as pool:  # type: ignore[arg-type]
        answers = [each.result(10) for each in [pool.submit(ask, reader) for _ in range(ASKING)]]
    assert answers == [[{"path": path} for path in paths]] * ASKING
    assert sorted(wire.asked) == sorted(paths)
    assert len(reader._threads) <= 16


def test_a_body_is_no_list_and_a_list_is_no_body() -> None:
    with Reader(Wire({"/x": [{}], "/y": {"a": 1}})) as reader:  # type: ignore[arg-type]
        assert reader.get("/x", "1") is None
        assert reader.list("/y", "1") == []


def test_a_list_that_must_be_one_is_asked_for_once_beside_those_who_take_any() -> None:
    wire = Wire({"/x": [{"a": 1}]})
    with Reader(wire) as reader:  # type: ignore[arg-type]
        reader.prefetch([Read("/x", "1", True, whole=True), Read("/x", "1", True)])
        assert reader.list("/x", "1") == reader.list("/x", "1", whole=True) == [{"a": 1}]
    assert wire.asked == ["/x"]
