"""Pictures of random verdicts: whatever was asked, and whatever is taken, they can be read."""
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azext_kubenet import drawing
from azext_kubenet.addressing.model import Origin, Reservation, Severity
from azext_kubenet.addressing.verdict import judge
from tests.property.universe import network, spread, universes
from tests.unit.drawing.reading import Picture, check_geometry

taken = st.lists(st.builds(Reservation, spread().map(network), st.text(max_size=40), st.sampled_from([*Origin])),
                 max_size=40)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(universes, taken, st.integers(1, 200))
def test_any_verdict_is_drawn(case, others, width):
    verdict = judge(case.demand, case.wish, [*case.taken, *others])
    picture = Picture(drawing.svg(verdict))
    check_geometry(picture)
    assert len(picture.text.encode()) < 300_000
    headline = picture.told.split('\n')[0].replace('not refused', '')
    assert ('refused' in headline) == verdict.refused
    assert all(str(each) in picture.told for each in verdict.plan.networks())
    # `width` columns are kept, but for terminals narrower than any.
    assert all(len(line) <= max(40, width) for line in drawing.text(verdict, width).splitlines())
    grave = [each for each in verdict.findings if each.rule.endswith('overlap') and each.severity is not Severity.INFO]
    framed = any('kn-clash' in each.classes for each in picture.painted)
    assert framed or not grave
