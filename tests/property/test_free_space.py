"""Free space against a bitmap of 256 /29, the same as 256 letters in a row."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from azext_kubenet.addressing import free_space
from azext_kubenet.addressing.free_space import FreeSpace, interval
from tests.property.universe import blocks_in, network
from tests.support.effort import tries

BASE, PREFIX, UNITS = 0x0A000000, 21, 256
blocks = blocks_in((BASE, PREFIX), 29)


def bits(one):
    """The numbers of the units that a block covers."""
    first = (one[0] - BASE) // 8
    return set(range(first, first + 2 ** (29 - one[1])))


def aligned(free, prefix):
    """First units of all aligned blocks of a size that are free."""
    size = 2 ** (29 - prefix)
    return [first for first in range(0, UNITS, size) if free.issuperset(range(first, first + size))]


def make(space, taken):
    return FreeSpace.of(
        free_space.merged(interval(network(each)) for each in space),
        free_space.merged(interval(network(each)) for each in taken),
        29,
    )


def union(some):
    return set().union(*map(bits, some))


def same(free, wanted):
    """Whether free space is the bitmap: for every block of every size."""
    for prefix in range(PREFIX, 30):
        size = 2 ** (29 - prefix)
        starts = set(aligned(wanted, prefix))
        for first in range(0, UNITS, size):
            assert free.is_free(network((BASE + first * 8, prefix))) == (first in starts)


@tries(500)
@given(st.lists(blocks, max_size=5), st.lists(blocks, max_size=5))
def test_what_is_free_is_what_is_not_taken(space, taken):
    same(make(space, taken), union(space) - union(taken))


@tries(500)
@given(st.lists(blocks, max_size=5), st.lists(blocks, max_size=5))
def test_minus_takes_a_block_out_free_or_not(space, taken):
    free, wanted = make(space, []), union(space)
    for each in taken:
        before = free.largest()
        smaller, wanted = free.without(network(each)), wanted - bits(each)
        assert free.largest() == before
        free = smaller
    same(free, wanted)


@tries(600)
@given(st.lists(blocks, max_size=6), st.lists(blocks, max_size=4), st.lists(st.integers(PREFIX, 29), max_size=6))
def test_take_finds_the_best_fit_and_returns_the_rest(space, taken, prefixes):
    free, wanted = make(space, taken), union(space) - union(taken)
    for prefix in prefixes:
        found = free.allocate(prefix)
        places = aligned(wanted, prefix)
        assert (found is None) == (not places)
        if found is None:
            continue
        block, free = found
        # best fit: no free block around another place is smaller, none of the same size is lower
        assert (block.first - BASE) // 8 == min(places, key=lambda place: (-around(wanted, place, prefix), place))
        wanted = wanted - bits((block.first, block.prefixlen))
        largest = next((size for size in range(PREFIX, 30) if aligned(wanted, size)), None)
        assert free.largest() == (network((BASE + aligned(wanted, largest)[0] * 8, largest)) if largest else None)
    same(free, wanted)


def around(wanted, place, prefix):
    """Prefix length of the largest free block around a place."""
    return next(
        size
        for size in range(PREFIX, prefix + 1)
        if wanted.issuperset(bits((BASE + place * 8 >> (32 - size) << (32 - size), size)))
    )


small = blocks_in((BASE, 27), 32)


def addresses(some):
    """The addresses of some blocks, one by one."""
    return {address for one in some for address in range(one[0], one[0] + 2 ** (32 - one[1]))}


@tries(1000)
@given(st.lists(small, max_size=6), small)
def test_intervals_touch_and_cover_as_sets_do(some, one):
    merged = free_space.merged(interval(network(each)) for each in some)
    assert free_space.merged_networks(map(network, some)) == merged
    assert free_space.touches(merged, interval(network(one))) == (not addresses(some).isdisjoint(addresses([one])))
    assert free_space.covers(merged, interval(network(one))) == addresses(some).issuperset(addresses([one]))
    assert all(first > last + 1 for (_, last), (first, _) in pairwise(merged))
    assert {address for first, last in merged for address in range(first, last + 1)} == addresses(some)
