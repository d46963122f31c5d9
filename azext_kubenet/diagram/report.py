"""What a picture and a page are made from: the result, what there is to show of it, and who made it when."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from azext_kubenet.addressing.model import Reservation
from azext_kubenet.addressing.network_plugins import NetworkPlugin
from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.diagram.panels import Panel, panels_of
from azext_kubenet.diagram.register import Register
from azext_kubenet.diagram.scene import Scene, scene_of


class About(NamedTuple):
    """What a report says about itself.

    title: the user's own, "" for one that is made up from the network's name
    command: what was typed to make it, "" where it is not known
    made: the day, None where it is not known: then nothing in it is dated
    """

    title: str = ""
    command: str = ""
    made: date | None = None


NOTHING = About()


@dataclass(frozen=True)
class Report:
    """A result to be shown."""

    result: PlanResult
    about: About = NOTHING

    @cached_property
    def scene(self) -> Scene:
        """Return the ranges, the blocks around them, and what collides."""
        return scene_of(self.result)

    @cached_property
    def panels(self) -> list[Panel]:
        """Return each range of the plan with its neighbours."""
        return panels_of(self.scene, self.result)

    @cached_property
    def register(self) -> Register:
        """Return the numbers of all that others have."""
        return Register(self.scene)

    @cached_property
    def taken(self) -> frozenset[Reservation]:
        """Return all that others have, but for what Azure keeps everywhere."""
        return frozenset((*self.result.reservations, *self.result.elsewhere))

    @property
    def plugin(self) -> NetworkPlugin:
        """Return the network plugin that the plan is for."""
        return self.result.plan.size.network_plugin

    @property
    def title(self) -> str:
        """Return the title: the user's, or what it is about."""
        if self.about.title:
            return self.about.title
        target = self.result.target
        where = f" in network {target.name}" if target is not None else ""
        return f"IP address plan for an AKS cluster on {self.plugin.words}{where}"
