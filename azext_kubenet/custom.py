"""The commands, a line each: their options are in _params, and are passed by name."""

from azure.cli.core.commands import AzCliCommand


def plan(cmd: AzCliCommand, **kwargs: object) -> dict[str, object] | None:
    """Return a complete set of ranges, or None if a file is printed instead, or raise every finding against it."""
    from azext_kubenet.operations import plan as operation

    return operation.run(cmd, kwargs)


def create(cmd: AzCliCommand, no_wait: bool = False, **kwargs: object) -> object:
    """Create a cluster with all that it needs, or continue an earlier run, or raise every finding against it."""
    from azext_kubenet.operations import create as operation
    from azext_kubenet.options.typed import Typed

    return operation.run(cmd, Typed({**kwargs, "no_wait": no_wait}))


def list_clusters(cmd: AzCliCommand, **kwargs: object) -> list[dict[str, object]]:
    """Return the kubenet clusters that the login can read, those with the least headroom first."""
    from azext_kubenet.operations import list_clusters as operation

    return operation.run(cmd, kwargs)


def check(cmd: AzCliCommand, **kwargs: object) -> dict[str, object] | None:
    """Return what is left and what is wrong in an existing cluster, or None if a file is printed instead."""
    from azext_kubenet.operations import check as operation

    return operation.run(cmd, kwargs)


def wait(cmd: AzCliCommand, **kwargs: object) -> None:
    """Return once a cluster is as it is waited for, or raise what ended the waiting before that."""
    from azext_kubenet.operations import wait as operation

    operation.run(cmd, kwargs)


def migrate(cmd: AzCliCommand, no_wait: bool = False, **kwargs: object) -> dict[str, object]:
    """Return what a move to Azure CNI Overlay did, or would do, or raise what stopped it."""
    from azext_kubenet.operations import migrate as operation

    return operation.run(cmd, {**kwargs, "no_wait": no_wait})
