"""Bodies of answers: keys as azure-cli shows them, beside those of Resource Manager."""

import pytest

from azext_kubenet.azure.bodies import in_both_spellings


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("vnetSubnetID", "vnetSubnetId"),
        ("dnsServiceIP", "dnsServiceIp"),
        ("enableRBAC", "enableRbac"),
        ("enableCSIProxy", "enableCsiProxy"),
        ("osSKU", "osSku"),
        ("podCidr", "podCidr"),
        ("id", "id"),
    ],
)
def test_a_key_is_there_in_both_spellings_at_any_depth(key, shown):
    (found,) = in_both_spellings({"pools": [{"profile": {key: 1}}]})["pools"]
    assert found["profile"] == {key: 1, shown: 1}
