"""The picture of any cluster can be read: no text touches another or leaves the paper, whatever it is told."""

from hypothesis import given
from hypothesis import strategies as st

from azext_kubenet import diagram
from azext_kubenet.addressing.headroom import Demand, Headroom, LimitKind
from tests.support.effort import tries
from tests.unit.diagram.reading import Picture, check_geometry

counts = st.integers(0, 400)
demands = st.builds(Demand, st.just({"a": 1}), counts, counts, counts, counts)
limits = st.lists(
    st.builds(
        Headroom, st.sampled_from(LimitKind), st.text(max_size=90), st.none() | counts, st.none() | counts,
        st.none() | counts, demands,
    ),
    max_size=12,
)  # fmt: skip


@tries(60)
@given(limits, st.text(max_size=80))
def test_any_limits_are_drawn_and_what_is_unknown_never_as_free(found, name):
    pools = [diagram.PoolView(name, 3, 5, 1, name)]
    view = diagram.ClusterView(name, name, limits=found, pools=pools)
    picture = Picture(diagram.cluster_svg(view))
    check_geometry(picture)
    drawn = sum("kn-elsewhere" in each.classes and each.width > 400 for each in picture.painted)
    assert drawn == sum(each.free is None for each in found)


def test_a_name_is_no_markup():
    page = diagram.cluster_html(diagram.ClusterView("<script>x</script>", "g"))
    assert "<script" not in page
