"""Pictures of random verdicts: whatever was asked, and whatever is taken, they can be read."""

from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st
from netaddr import IPNetwork

from azext_kubenet import diagram
from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.model import ClusterSize, Origin, RangeRequests, Reach, Reservation, fixed
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from tests.property.universe import asked, network, spread, universes
from tests.support.effort import tries
from tests.unit.diagram.reading import Picture, check_geometry

taken = st.lists(
    st.builds(
        Reservation,
        spread().map(network),
        st.text(max_size=40),
        st.sampled_from([*Origin]),
        reach=st.sampled_from([*Reach]),
        whole=st.none(),
    ),
    max_size=40,
)


#: A subnet where a network lies that is not connected: an overlap, but not refused.
BESIDE = asked(ClusterSize(), RangeRequests(subnet=fixed(IPNetwork("192.168.1.0/24"))), "192.168.0.0/22=vnet")


@tries(100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@example(BESIDE, [], 80)
@given(universes, taken, st.integers(1, 200))
def test_any_verdict_is_drawn(case, others, width):
    verdict = plan_ranges(case.demand, case.wish, [*case.taken, *others])
    picture = Picture(diagram.svg(verdict))
    check_geometry(picture)
    assert len(picture.text.encode()) < 300_000
    assert (picture.outcome == "refused") == verdict.refused
    assert {str(each) for each in verdict.plan.networks()} <= picture.named
    # `width` columns are kept, but for terminals narrower than any.
    assert all(len(line) <= max(40, width) for line in diagram.text(verdict, width).splitlines())
    grave = [each for each in verdict.findings if each.rule.endswith("overlap") and each.severity is not Severity.INFO]
    framed = any("kn-clash" in each.classes for each in picture.painted)
    assert framed or not grave
