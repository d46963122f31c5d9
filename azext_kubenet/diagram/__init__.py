"""A result as a picture: the address space to scale, for a browser, for print, for a terminal.

Pure: from a result to text, nothing is read or written, and the same result gives the same bytes.
"""

from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.diagram import page, picture, terminal
from azext_kubenet.diagram.scene import scene_of

__all__ = ["html", "svg", "text"]


def svg(result: PlanResult) -> str:
    """Return an SVG document, light or dark as the reader's system is, and fit for print."""
    return picture.document(scene_of(result))


def html(result: PlanResult) -> str:
    """Return a page without other files or scripts: the picture, the findings, and everything drawn as tables."""
    return page.document(scene_of(result))


def text(result: PlanResult, width: int = 80) -> str:
    """Return a map of a few lines for a terminal, in plain ASCII, with a line break at its end. width: in columns"""
    return terminal.lines(scene_of(result), width)
