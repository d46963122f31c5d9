"""What is said of a plan that finds no place: looked at again by trying every block."""

from hypothesis import event, given

from azext_kubenet.addressing.model import RangeKind
from azext_kubenet.addressing.planner.search_space import SearchSpace
from azext_kubenet.addressing.planner.shortage import nearest, outermost
from azext_kubenet.addressing.reserved_space import ReservedSpace
from tests.property import oracle
from tests.property.oracle import inside, overlap
from tests.property.test_search import as_block
from tests.property.universe import requested, universes
from tests.support.effort import tries


def where(case, name):
    """The blocks in which a range of that name could lie."""
    wish = case.wish
    if name == "subnet" and wish.vnet.is_fixed:
        return [as_block(prefix) for prefix in wish.vnet.networks]
    if name == "vnet" and wish.subnet.is_fixed and wish.vnet.is_sized:
        return [oracle.around(requested(wish, "subnet"), wish.vnet.prefixlen)]
    if name in ("vnet", "subnet") and wish.within:
        return [as_block(each) for each in wish.within]
    return [*oracle.PRIVATE, *([oracle.SHARED] if name in ("vnet", "subnet", "pods") else [])]


def others(case, name):
    """The given ranges beside one."""
    wish = case.wish
    found = [requested(wish, each) for each in ("pods", "services", "docker_bridge") if wish[RangeKind(each)].is_fixed]
    if name not in ("vnet", "subnet"):
        found += case.problem.own if wish.vnet.is_fixed else [requested(wish, "subnet")] if wish.subnet.is_fixed else []
    return found


def in_all(case, name, places=None):
    """All that is in the way somewhere in some places: of a network or a subnet not what has these as holes."""
    places = where(case, name) if places is None else places
    nodes = name in ("vnet", "subnet")
    return [*others(case, name)] + [
        block
        for whose, block in case.problem.claimed
        if not nodes
        or any(overlap(block, each) and not case.problem.mine.left_by(whose, block, each) for each in places)
    ]


@tries(800)
@given(universes)
def test_what_stands_in_the_way_is_there_and_nothing_of_it_is_left_out(case):
    shortage = case.proposal().shortage
    if shortage is None:
        return
    name = next(iter(shortage.sizes))
    event(f"{name}, alone: {shortage.alone}")
    there = [one for one in in_all(case, name) if any(overlap(one, each) for each in where(case, name))]
    whole = {one for one in there if not any(inside(one, each) and one != each for each in there)}
    named = [as_block(each.network) for each in shortage.blockers]
    assert named == sorted(whole, key=lambda one: (one[1], one[0]))[:3]
    assert len(named) + shortage.more == len(whole)


@tries(800)
@given(universes)
def test_the_nearest_block_has_most_addresses_free(case):
    shortage = case.proposal().shortage
    if shortage is None or not shortage.alone:
        return
    name, size = next(iter(shortage.sizes.items()))
    found = nearest(SearchSpace(case.wish, ReservedSpace(case.taken)), name, size, case.taken)
    free = {} if name == "subnet" and case.wish.vnet.is_sized else free_units(case, name)
    best = {}
    for unit in free:
        block = oracle.around((unit, 29), size)
        if (
            size < 29
            and oracle.inside_all(block, where(case, name))
            and not any(overlap(block, each) for each in oracle.RESERVED)
        ):
            best[block] = best.get(block, 0) + 1
    event(f"found: {found is not None}")
    assert found is not None or not best or case.wish.vnet.is_sized
    if found is not None and not case.wish.vnet.is_sized:
        block, there = found
        most = max(best.values())
        assert as_block(block) == min(one for one in best if best[one] == most)
        hit = [one for one in in_all(case, name, [as_block(block)]) if overlap(one, as_block(block))]
        assert {as_block(each.network) for each in there} == {
            one for one in hit if not any(inside(one, each) and one != each for each in hit)
        }


def free_units(case, name):
    """First addresses of all /29 where a range of that name could lie that nothing touches."""
    if name == "subnet":
        vnet = [as_block(prefix) for prefix in case.wish.vnet.networks]
        return {one[0] for one in case.problem.subnet_places(29, vnet)}
    return {one[0] for one in case.problem.places(name, 29)}


@tries(300)
@given(universes)
def test_outermost_leaves_out_what_lies_inside_another(case):
    found = outermost(case.taken)
    blocks = [as_block(each.network) for each in case.taken]
    assert [as_block(each.network) for each in found] == sorted(
        {one for one in blocks if not any(inside(one, each) and one != each for each in blocks)},
        key=lambda one: (one[1], one[0]),
    )
