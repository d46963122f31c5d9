"""`az kubenet plan` and `az kubenet create`. Their options stand in _params, and come by name."""

from azext_kubenet import _notes
from azext_kubenet._answer import answer
from azext_kubenet._errors import refuse
from azext_kubenet._validators import read_options
from azext_kubenet.addressing.verdict import judge


def plan(cmd, **kwargs):
    """Work out a complete set of ranges, or say what stands against it."""
    _notes.retirement()
    reading = read_options(kwargs)
    verdict = judge(reading.demand, reading.wish, reading.taken, kwargs.get("accept_risk") or ())
    refuse([*reading.findings, *verdict.findings])
    _notes.remarks(cmd.cli_ctx, verdict.findings)
    return answer(verdict)


def create(cmd, no_wait=False, **kwargs):
    """Create a cluster with all that it needs, go on where an earlier run stopped, or say what stands against it."""
    from azext_kubenet.provisioning.creation import create_cluster

    _notes.retirement()
    return create_cluster(cmd, {**kwargs, "no_wait": no_wait})
