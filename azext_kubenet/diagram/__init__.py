"""A result as a picture: the address space to scale, for a browser, for print, for a terminal.

Pure: from a result to text, nothing is read or written, and the same result gives the same bytes.
"""

from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.diagram import page, picture, terminal
from azext_kubenet.diagram.scene import scene

__all__ = ["html", "svg", "text"]


def svg(result: PlanResult) -> str:
    """A picture of its own: an SVG document, light or dark as the reader's system is, and fit for print."""
    return picture.document(scene(result))


def html(result: PlanResult) -> str:
    """One page that needs no other file and no script: the picture, the findings, and everything drawn as tables."""
    return page.document(scene(result))


def text(result: PlanResult, width: int = 80) -> str:
    """A map of a few lines for a terminal of that many columns, in plain ASCII; it ends with a line break."""
    return terminal.lines(scene(result), width)
