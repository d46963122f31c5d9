"""Reservations are made from networks, and are equal, copied and shown as such."""

from __future__ import annotations

import copy
import pickle

from netaddr import IPNetwork

from azext_kubenet.addressing.codes import code_of
from azext_kubenet.addressing.reservation import Origin, Reservation

ONE = Reservation(IPNetwork("10.0.0.0/8"), "excluded: hub", Origin.USER)


def test_fields_are_given_in_order_or_by_name() -> None:
    assert Reservation(network=IPNetwork("10.0.0.0/8"), reason="excluded: hub", origin=Origin.USER) == ONE
    assert (ONE.network, ONE.reason, ONE.origin, ONE.planned) == (
        IPNetwork("10.0.0.0/8"), "excluded: hub", Origin.USER, False,
    )  # fmt: skip


def test_many_of_codes_are_those_of_the_networks() -> None:
    assert Reservation.of_codes([code_of(ONE.network)], ONE.reason, ONE.origin) == [ONE]


def test_a_copy_and_a_replaced_field_stay_reservations() -> None:
    assert copy.copy(ONE) == ONE == pickle.loads(pickle.dumps(ONE))
    other = ONE._replace(network=IPNetwork("10.1.0.0/16"), planned=True)
    assert (str(other.network), other.planned, other.reason) == ("10.1.0.0/16", True, ONE.reason)
    assert type(other) is Reservation


def test_it_is_shown_as_it_is_made() -> None:
    assert repr(ONE).startswith("Reservation(IPNetwork('10.0.0.0/8'), 'excluded: hub', ")
