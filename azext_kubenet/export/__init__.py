"""A plan as a file to deploy: an ARM template, Bicep, Terraform, or a bash script of `az` commands. Pure.

For Terraform and Bicep there are the values alone, too.
"""

from collections.abc import Callable, Mapping

from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.export import arm_template, bash, bicep, terraform, values_alone
from azext_kubenet.export.contents import Contents, contents_of
from azext_kubenet.export.target import Target, target_of

__all__ = ["ENDINGS", "Target", "export", "target_of"]

#: What a file is written as, by its ending.
ENDINGS: Mapping[str, Callable[[Contents], str]] = {
    ".json": arm_template.text,
    ".bicep": bicep.text,
    ".tf": terraform.text,
    ".sh": bash.text,
    ".tfvars.json": values_alone.tfvars,
    ".bicepparam": values_alone.bicepparam,
}


def export(ending: str, result: PlanResult, target: Target, stem: str = "main") -> str:
    """Return a plan that is not refused, as the text of a file.

    ending: one of ENDINGS, with its dot, in any case
    stem: the name of the file without it

    Raises ValueError on any other ending.
    """
    write = ENDINGS.get(ending.lower())
    if write is None:
        raise ValueError(f"invalid ending {ending!r}: expected one of {', '.join(ENDINGS)}")
    return write(contents_of(result, target, stem))
