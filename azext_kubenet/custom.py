"""The commands, a line each: their options stand in _params, and come by name."""

from typing import Any


def plan(cmd: Any, **kwargs: Any) -> Any:
    """Work out a complete set of ranges, or say what stands against it."""
    from azext_kubenet.operations import plan as operation
    from azext_kubenet.options.typed import Typed

    return operation.run(cmd, Typed(kwargs))


def create(cmd: Any, no_wait: bool = False, **kwargs: Any) -> Any:
    """Create a cluster with all that it needs, go on where an earlier run stopped, or say what stands against it."""
    from azext_kubenet.operations import create as operation
    from azext_kubenet.options.typed import Typed

    return operation.run(cmd, Typed({**kwargs, "no_wait": no_wait}))
