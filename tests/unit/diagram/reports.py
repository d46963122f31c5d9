"""Reports to read: the verdicts with all that a command adds to them, of one day and one command."""

from dataclasses import replace
from datetime import date

from azext_kubenet import diagram
from azext_kubenet.addressing.explanation import described
from azext_kubenet.addressing.network_models.comparison import compare
from azext_kubenet.addressing.planner.plan_result import TargetNetwork
from tests.unit.diagram.verdicts import CASES

ABOUT = diagram.About(command="az kubenet plan --growth 25% --map plan.html", made=date(2026, 11, 27))
HUB = TargetNetwork("0", "net", "vnet-hub", "/subscriptions/0/vnet-hub", "kube", False)


def complete(name, growth=25):
    """A verdict with reasons, capacity, limits and comparison, as `plan` has it; a refused one as it is."""
    result = CASES[name]()
    if name == "crowded":
        result = replace(result, target=HUB)
    if result.refused:
        return result
    compared = compare(result.plan.size, result.plan.subnet)
    return replace(described(result, growth), comparison=compared)


def page(name, about=ABOUT, growth=25):
    """The report on one of them."""
    return diagram.html(complete(name, growth), about)
