"""The findings of one run recommend one value for an option, whoever found them."""

import pytest
from netaddr import IPNetwork

from azext_kubenet.addressing.findings import Advice, Finding, SetOptions, Severity, use
from azext_kubenet.addressing.model import Origin, Reservation
from azext_kubenet.addressing.planner.plan_result import plan_given, plan_ranges
from azext_kubenet.addressing.planner.suggestions import agreed
from azext_kubenet.options.ranges import read_ranges
from azext_kubenet.options.typed import Typed
from tests.unit.addressing.asking import recommended

LEAVE_OUT = Advice("leave it out")


def found(*fixes):
    return Finding("some-rule", Severity.ERROR, (), "something is wrong", fixes)


# what is typed, and what every finding on it recommends
TYPED = [
    (
        "host bits of a range that takes the whole space of the network",
        plan_ranges,
        {"within": ["10.0.0.0/16"], "pod_cidr": "10.0.0.1/16"},
        [("host-bits", "use --pod-cidr 10.244.0.0/16"), ("no-space", "use --pod-cidr 10.244.0.0/16")],
    ),
    (
        "host bits of a range that overlaps a given one, before anyone looks at Azure",
        plan_given,
        {"vnet_address_prefixes": ["10.0.0.0/16"], "pod_cidr": "10.0.0.1/16"},
        [
            ("host-bits", "use --pod-cidr 10.244.0.0/16"),
            ("pod-vnet-overlap", "use --pod-cidr 10.244.0.0/16, or --vnet-address-prefixes 192.168.0.0/16"),
        ],
    ),
    (
        "host bits of a range that can stay where it is",
        plan_ranges,
        {"pod_cidr": "10.32.0.1/16"},
        [("host-bits", "use --pod-cidr 10.32.0.0/16")],
    ),
    (
        "host bits of two prefixes of one network",
        plan_ranges,
        {"vnet_address_prefixes": ["10.32.0.1/16", "10.33.0.1/16"]},
        [
            ("host-bits", "use --vnet-address-prefixes 10.32.0.0/16 10.33.0.0/16"),
            ("host-bits", "use --vnet-address-prefixes 10.32.0.0/16 10.33.0.0/16"),
        ],
    ),
]


@pytest.mark.parametrize(("plan", "typed", "said"), [row[1:] for row in TYPED], ids=[row[0] for row in TYPED])
def test_what_was_typed_and_what_the_rules_find_have_one_remedy(plan, typed, said):
    read = read_ranges(Typed(typed))
    result = plan(read.size, read.requests, read.reservations).after(read.findings)
    assert [(each.rule, each.recommendation) for each in result.findings] == said
    for finding in result.findings:
        for change in recommended(finding):
            mended = read_ranges(Typed({**typed, **dict(_as_typed(*each) for each in change.items())}))
            again = plan(mended.size, mended.requests, mended.reservations).after(mended.findings)
            assert finding.rule not in {each.rule for each in again.findings if each.subject == finding.subject}


def _as_typed(option, values):
    return option[2:].replace("-", "_"), values if option == "--vnet-address-prefixes" else values[0]


ONE, OTHER = use("--pod-cidr", "10.1.0.0/16"), use("--pod-cidr", "10.2.0.0/16")
BOTH = SetOptions((("--service-cidr", "10.3.0.0/16"), ("--dns-service-ip", "10.3.0.10")))
# fixes of each finding, which were suggested, fixes of each finding afterwards
AGREED = [
    ("one that was suggested stands for one that was not", [[ONE], [OTHER, LEAVE_OUT]], [OTHER],
     [[OTHER], [OTHER, LEAVE_OUT]]),
    ("so it does where it comes first", [[OTHER], [ONE, LEAVE_OUT]], [OTHER], [[OTHER], [OTHER, LEAVE_OUT]]),
    ("what sets more options stands for a part of it", [[BOTH], [use("--dns-service-ip", "10.0.0.10")]], [BOTH],
     [[BOTH], [BOTH]]),
    ("where none was suggested another fix is left", [[ONE, LEAVE_OUT], [OTHER]], [], [[LEAVE_OUT], [OTHER]]),
    ("or the last of them", [[ONE], [OTHER]], [], [[OTHER], [OTHER]]),
    ("the same value is no contradiction", [[ONE], [ONE, LEAVE_OUT]], [], [[ONE], [ONE, LEAVE_OUT]]),
    ("a list may be wrong in several places", [[use("--within", "10.0.0.0/8")], [use("--within", "10.1.0.0/16")]], [],
     [[use("--within", "10.0.0.0/8")], [use("--within", "10.1.0.0/16")]]),
]  # fmt: skip


@pytest.mark.parametrize(("fixes", "suggested", "after"), [row[1:] for row in AGREED], ids=[row[0] for row in AGREED])
def test_fixes_that_contradict_each_other_give_way(fixes, suggested, after):
    assert [list(each.fixes) for each in agreed([found(*each) for each in fixes], suggested)] == after


def test_what_is_recommended_for_two_ranges_can_be_typed_together():
    taken = [Reservation(IPNetwork("10.0.0.0/8"), "excluded", Origin.USER)]
    typed = {"subnet_prefix": "10.1.2.0/26", "pod_cidr": "10.244.0.0/16", "service_cidr": "10.0.0.0/16"}
    wanted = read_ranges(Typed(typed))
    wrong = [each for each in plan_ranges(wanted.size, wanted.requests, taken).findings if each.severity == "error"]
    assert [each.subject[0] for each in wrong] == ["--pod-cidr", "--service-cidr"]
    (pods,), (services,) = (recommended(each) for each in wrong)
    mended = read_ranges(Typed({**typed, **dict(_as_typed(*each) for each in {**pods, **services}.items())}))
    assert not plan_ranges(mended.size, mended.requests, taken).refused
