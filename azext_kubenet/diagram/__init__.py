"""A result as a picture or a report: each range with its neighbours, for a browser, for print, for a terminal.

Pure: from a result to text, nothing is read or written, and the same result gives the same bytes.
"""

from azext_kubenet.addressing.planner.plan_result import PlanResult
from azext_kubenet.diagram import cluster_page, cluster_picture, page, picture, terminal
from azext_kubenet.diagram.cluster_view import ClusterView, PoolView, RangeView
from azext_kubenet.diagram.report import NOTHING, About, Report
from azext_kubenet.diagram.scene import scene_of

__all__ = ["About", "ClusterView", "PoolView", "RangeView", "cluster_html", "cluster_svg", "html", "svg", "text"]


def svg(result: PlanResult, about: About = NOTHING) -> str:
    """Return an SVG document, light or dark as the reader's system is, and fit for print."""
    return picture.document(Report(result, about))


def html(result: PlanResult, about: About = NOTHING) -> str:
    """Return a report without other files or scripts: pictures, findings, capacity, growth, and every range."""
    return page.document(Report(result, about))


def cluster_svg(view: ClusterView) -> str:
    """Return an SVG document of what a cluster that exists has left of each limit."""
    return cluster_picture.document(view)


def cluster_html(view: ClusterView) -> str:
    """Return a report on a cluster that exists: its limits as a picture and in numbers, pools, ranges, findings."""
    return cluster_page.document(view)


def text(result: PlanResult, width: int = 80) -> str:
    """Return a map of a few lines for a terminal, in plain ASCII, with a line break at its end. width: in columns"""
    return terminal.lines(scene_of(result), width)
