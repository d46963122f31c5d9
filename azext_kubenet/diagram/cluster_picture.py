"""The SVG of a cluster that exists: the verdict, a bar for each limit, its pools, its ranges, and how it was made."""

from azext_kubenet.diagram import captions, headroom_bars, picture
from azext_kubenet.diagram.capacity import counted
from azext_kubenet.diagram.cluster_view import ClusterView, PoolView, pool_words
from azext_kubenet.diagram.paper import BAR, Paper, measured

#: Pools, ranges and names of what was not looked at, at most: the page has them all.
_MOST = 100


def document(view: ClusterView) -> str:
    """Return the picture as a document of its own."""
    paper = Paper(y=14)
    picture.write(paper, view.title, "h1")
    picture.write(paper, captions.clean(view.outcome[0].upper() + view.outcome[1:]), "h2", _colour(view))
    if view.room:
        picture.write(paper, f"{view.room[0].upper()}{view.room[1:]}.")
    picture.write_findings(paper, view.findings)
    picture.heading(paper, "Limits")
    picture.write(paper, "Each bar is drawn to a scale of its own.", "small", "muted")
    headroom_bars.draw(paper, view.gauges)
    _pools(paper, view)
    _ranges(paper, view)
    if view.not_looked_at:
        picture.heading(paper, "Not looked at")
        picture.write(paper, captions.clean(", ".join(view.not_looked_at), 2000), "small", most=8)
    paper.y += 8
    for line in picture.made_by(view.about, retires=True):
        picture.write(paper, line, "small", "muted", most=6)
    title = f"{view.title}: {view.outcome}"
    drawing = picture.element(paper, title, "\n".join(view.told()), whole=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{drawing}\n'


def _colour(view: ClusterView) -> str:
    return "alarm-text" if view.is_bad else "good-text" if view.can_upgrade and ";" not in view.outcome else "text"


def _pools(paper: Paper, view: ClusterView) -> None:
    """Write a line a pool; of very many, the first."""
    picture.heading(paper, "Node pools")
    for pool in view.pools[:_MOST]:
        _pool(paper, pool)
    _more(paper, len(view.pools), "pool")


def _pool(paper: Paper, pool: PoolView) -> None:
    where = f"; subnet {captions.clean(pool.subnet)}" if pool.subnet else ""
    picture.write(paper, captions.clean(pool.name), "h3")
    picture.write(paper, f"{pool_words(pool)}{where}", "small", "text", 12, 2)


def _ranges(paper: Paper, view: ClusterView) -> None:
    if view.ranges:
        picture.heading(paper, "Address ranges")
    for each in view.ranges[:_MOST]:
        line = f"{each.cidr}  {each.what} {captions.clean(each.name)}".rstrip()
        most = 1 if measured(line, "small") <= BAR else 2
        picture.write(paper, line, "small", most=most)
    _more(paper, len(view.ranges), "range")


def _more(paper: Paper, count: int, noun: str) -> None:
    if count > _MOST:
        picture.write(
            paper, f"And {counted(count - _MOST, f'more {noun}')}: the .html file lists them.", "small", "muted"
        )
