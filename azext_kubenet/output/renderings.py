"""What `plan` gives beside its answer: a map, an export, a comparison, an explanation."""

from collections.abc import Callable, Mapping
from typing import Any

from azext_kubenet.addressing.model import Finding
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.errors import Refused
from azext_kubenet.options.plan_options import PlanOptions
from azext_kubenet.output import files

Say = Callable[[str], None]

#: Endings of a map's file. Those of an export stand in export, which is imported only when one is asked for.
_MAPS = (".svg", ".html")


def obstacles(options: PlanOptions) -> list[Finding]:
    """What stands against what is asked for beside the plan: files that cannot be written."""
    found: list[Finding] = []
    if options.map_file:
        found += files.obstacles("--map", options.map_file, _MAPS)
    if options.export_file:
        from azext_kubenet.export import ENDINGS

        found += files.obstacles("--export", options.export_file, tuple(ENDINGS))
    return found


def draw(result: PlanResult, options: PlanOptions, say: Say) -> None:
    """Write the map, if one is asked for: that of a refused plan shows what stands in its way."""
    path = options.map_file
    if path:
        from azext_kubenet import diagram

        picture = diagram.svg if files.ending_of(path) == ".svg" else diagram.html
        _write("--map", path, picture(result), say)


def hand_over(answer: Mapping[str, Any], options: PlanOptions, say: Say) -> None:
    """Write the plan for others to deploy, if that is asked for."""
    path = options.export_file
    if path:
        from azext_kubenet import export

        text = export.export(files.ending_of(path), answer, _target(export.Target, answer, options))
        _write("--export", path, text, say)


def _target(target: Callable[..., Any], answer: Mapping[str, Any], options: PlanOptions) -> Any:
    """Names for an export: those of the network that was looked at, else what the options say, else defaults."""
    named: dict[str, Any] = {}
    if options.group:
        named["group"] = options.group
    network = answer.get("network")
    if network:
        parts = network["vnetId"].strip("/").split("/")
        named.update(subscription=parts[1], vnet_group=parts[3], vnet=parts[7], subnet=network["subnetName"] or "")
        named.update(vnet_exists=True, subnet_exists=network["subnetExists"])
        named.setdefault("group", parts[3])
    return target(**named)


def _write(option: str, path: str, text: str, say: Say) -> None:
    try:
        files.write(path, text)
    except OSError as error:
        raise Refused(
            f"{option}: {path} could not be written: {error.strerror}", f"use {option} with another name"
        ) from error
    say(f"written: {path}")


def comparison(result: PlanResult, options: PlanOptions, say: Say) -> dict[str, Any]:
    """Kubenet beside other network models, by the answer's key, if that is asked for; what to take is said in words."""
    plan = result.plan
    if plan.subnet is None or not (options.compare or options.needs):
        return {}
    from azext_kubenet.addressing.network_models.comparison import advice, compare, lines

    found = compare(plan.demand, plan.subnet, options.needs, options.max_pods_stated, plan.in_use)
    for line in lines(found) if options.explain else advice(found):
        say(line)
    return {"comparison": found.as_dict()}


def explain(result: PlanResult, answer: Mapping[str, Any], options: PlanOptions, say: Say) -> None:
    """Say in words why each range is that one, if that is asked for."""
    if options.explain:
        from azext_kubenet import diagram
        from azext_kubenet.addressing import growth
        from azext_kubenet.output.explained import explain as words

        plan = result.plan
        limits = growth.lines(growth.growth(plan, options.ranges.growth), growth.next_sizes(plan))
        say(words(result, answer["reasons"], "\n".join(limits), diagram.text(result)).rstrip())
