"""A result as a picture or a report: each range with its neighbours, for a browser, for print, for a terminal.

Pure: from a result to text, nothing is read or written, and the same result gives the same bytes.
"""

from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.diagram import page, picture, terminal
from azext_kubenet.diagram.report import NOTHING, About, Report
from azext_kubenet.diagram.scene import scene_of

__all__ = ["About", "html", "svg", "text"]


def svg(result: PlanResult, about: About = NOTHING) -> str:
    """Return an SVG document, light or dark as the reader's system is, and fit for print."""
    return picture.document(Report(result, about))


def html(result: PlanResult, about: About = NOTHING) -> str:
    """Return a report without other files or scripts: pictures, findings, capacity, growth, and every range."""
    return page.document(Report(result, about))


def text(result: PlanResult, width: int = 80) -> str:
    """Return a map of a few lines for a terminal, in plain ASCII, with a line break at its end. width: in columns"""
    return terminal.lines(scene_of(result), width)
