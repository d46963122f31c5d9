"""What `wait` is asked: one thing, how often it is looked at, and how long."""

import pytest

from azext_kubenet.errors import WrongUsage
from azext_kubenet.options.typed import Typed
from azext_kubenet.options.wait_options import read_wait_options

PLACE = {"resource_group_name": "shop", "name": "kube", "interval": 30, "timeout": 3600}

# (what is typed, the words that wait once more)
ASKED = (
    ({"created": True}, ["--created"]),
    ({"deleted": True}, ["--deleted"]),
    ({"custom": "powerState.code=='Running'"}, ["--custom", "powerState.code=='Running'"]),
)


@pytest.mark.parametrize(("typed", "words"), ASKED)
def test_the_same_is_waited_for_again_as_often_and_as_long(typed, words):
    assert read_wait_options(Typed({**PLACE, **typed})).again() == [*words, "--interval", "30", "--timeout", "3600"]


# (what is wrong, what is typed, what is said)
WRONG = (
    ("nothing is named", {}, "nothing is named"),
    ("two states", {"created": True, "deleted": True}, "--created, --deleted: only one thing can be waited for"),
    ("a state and a query", {"updated": True, "custom": "a"}, "--updated, --custom: only one thing"),
    ("what is no query", {"custom": "a("}, "--custom: this is no JMESPath query"),
    ("no time between looks", {"created": True, "interval": 0}, "invalid --interval 0"),
    ("no time at all", {"created": True, "timeout": 0}, "invalid --timeout 0"),
)


@pytest.mark.parametrize(("typed", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_cannot_be_waited_for_is_wrong_usage(typed, said):
    with pytest.raises(WrongUsage, match=said.replace("(", r"\(")):
        read_wait_options(Typed({**PLACE, **typed}))
