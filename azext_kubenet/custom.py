"""The commands, a line each."""


def plan(cmd, **kwargs):
    """Work out a complete set of ranges, or say what stands against it."""
    from azext_kubenet.operations import plan as operation

    return operation.plan(cmd, kwargs)


def create(cmd, no_wait=False, **kwargs):
    """Create a cluster with all that it needs, go on where an earlier run stopped, or say what stands against it."""
    from azext_kubenet.operations import create as operation

    return operation.create(cmd, {**kwargs, "no_wait": no_wait})
