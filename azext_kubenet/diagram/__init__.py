"""A verdict as a picture: the address space to scale, for a browser, for print, for a terminal.

Pure: from a verdict to text, nothing is read or written, and the same verdict gives the same bytes.
"""

from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.diagram import page, picture, terminal
from azext_kubenet.diagram.scene import scene

__all__ = ["html", "svg", "text"]


def svg(verdict: PlanResult) -> str:
    """A picture of its own: an SVG document, light or dark as the reader's system is, and fit for print."""
    return picture.document(scene(verdict))


def html(verdict: PlanResult) -> str:
    """One page that needs no other file and no script: the picture, the findings, and everything drawn as tables."""
    return page.document(scene(verdict))


def text(verdict: PlanResult, width: int = 80) -> str:
    """A map of a few lines for a terminal of that many columns, in plain ASCII; it ends with a line break."""
    return terminal.lines(scene(verdict), width)
