"""The loopback ARM answers the recorded requests as Azure did: the same status, asynchronous headers and refusals, the
keys that Azure always shows, and what was sent given back. Where it does not, a row here says why.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import pytest

from tests.loopback import recordings
from tests.real import answers, replay
from tests.real.replay import KINDS, Replayed


class Not(NamedTuple):
    """What is not held to Azure: the requests by file and kind, the difference (all without one), and why."""

    requests: str
    difference: str
    why: str


#: Requests that are not sent again.
SKIPPED = (
    Not("PATCH ", "", "nothing of ours sends a PATCH"),
    Not("checkipaddressavailability", "", "nothing of ours asks for it"),
    Not("networksecuritygroups/defaultsecurityrules", "", "nothing of ours asks for it"),
    Not("virtualhubs|privateendpoints", "", "nothing of ours asks for it"),
    Not("virtualmachinescalesets/(virtualmachines|networkinterfaces)", "", "nothing of ours asks for it"),
)

#: Where the loopback differs from Azure.
DIFFERENCES = (
    Not("", r"Azure (429|50\d)", "what passes is made by faults, not by the model"),
    Not("graph ", "Authorization_RequestDenied", "rights in Microsoft Entra ID are not modelled"),
    Not("graph .*applications", "Request_ResourceNotFound", "federated credentials are not modelled"),
    Not("graph .*applications", r"redirectUriSettings", "web settings of applications are not modelled"),
    Not("", "InvalidResourceLocation$", "a location that is no location at all: ours has one code for both"),
    Not("GET managedclusters", "Azure NotFound$", "AKS itself answers so while a creation begins: ARM's code is ours"),
    Not("GET virtualnetworks", "Azure NotFound$", "Network itself answers so after a deletion: ARM's code is ours"),
    Not("PUT virtualnetworks", "EncryptionIntent", "encryption is not modelled"),
    Not("managedclusters", "BadRequest", "rules of add-ons are not modelled"),
    Not("managedclusters", r"public or multicast", "C10: Azure took service CIDR 172.56.0.0/16 in 2023, all documents "
                                                   "say private ranges"),
    Not("managedclusters", "dockerBridgeCidr is not part", "the api-version of the recordings was rewritten (README)"),
    Not("managedclusters", "needs a system pool", "api-versions before 2020 had no modes of pools"),
    Not("managedclusters", r"lacks .*\.(aadProfile|addonProfiles|autoScalerProfile|httpProxyConfig|ingressProfile|"
                           r"serviceMeshProfile|privateLinkResources)", "add-ons are kept as sent, and not completed"),
    Not("managedclusters", r"lacks .*nodeLabels\.", "keys of labels are the user's, not Azure's"),
    Not("managedclusters", r"changes .*(identityProfile|\.identity\.|FQDN|fqdn|currentOrchestratorVersion)",
        "what Azure itself had made is sent back, and here it is of another Azure"),
    Not("managedclusters", r"changes .*nodeInitializationTaints", "taints of that kind are not modelled"),
    Not("", r"changes .*(extendedLocation|resourceGuid|provisioningState|\.etag)", "what a client cannot set is ours"),
    Not("managedclusters", "cannot be seeded: NetcfgSubnet", "a subnet that is only named lies over another there"),
    Not("routetables", r"lacks .*tags", "tags are shown where there are some: all recent recordings had some"),
    Not("GET .*subnets", "serviceAssociationLinks", "links of other services are kept as seeded"),
    Not("peerings", "ipamPoolPrefixAllocations", "seen in September 2024 alone"),
    Not("DELETE .*peerings", "cannot be seeded", "the request does not tell what was peered"),
    Not("virtualnetworkgateways", "lacks .*vpnClient(AddressPool|Configuration$)", "ranges of clients are the user's"),
    Not("virtualnetworkgateways", r"lacks .*bgpPeeringAddresses\[\]", "a gateway's own addresses are not modelled"),
    Not("virtualnetworkgateways", "InvalidGatewaySku", "kinds of gateways are not modelled"),
    Not("connections", "sharedKey", "a secret, which is not shown"),
    Not("roleassignments", "UnmatchedPrincipalType", "users and groups are not modelled"),
)  # fmt: skip


class Outcome(NamedTuple):
    """One request: its kind, and how the answer differs where no row says why."""

    kind: str
    replayed: Replayed
    unexplained: tuple[str, ...]
    explained: tuple[Not, ...]


def skipped(kind: str, line: recordings.Line) -> str:
    """Why a request is not sent again; "" for one that is."""
    if line.get("host") and kind != "graph":
        return "another service that answers alike (key vaults)"
    if kind == "graph" and (answers.OLD_GRAPH.match(line["path"]) or not line["path"].startswith("/v1.0/")):
        return "the Graph before Microsoft Graph, or what nobody of ours asks it"
    if line["method"] == "PUT" and not isinstance(replay.sent_in(line), dict):
        return "the recorder kept no body"
    if mixed_up(line):
        return "the recorder gave two resources one name"
    what = replay.kind_of(line)
    return next((row.why for row in SKIPPED if re.search(row.requests, what)), "")


def mixed_up(line: recordings.Line) -> bool:
    """Whether the answer, or what was sent, is about another resource than the path."""
    path = line["path"].partition("?")[0].rstrip("/").lower()
    for body in (line["response_body"], line["request_body"]):
        shown = body.get("id") if isinstance(body, dict) and line["status"] < 300 and "/providers/" in path else None
        if isinstance(shown, str) and shown.startswith("/") and shown.lower().count("/") != path.count("/"):
            return True
    sent, answer = replay.sent_in(line), line["response_body"]
    if line["method"] == "PUT" and line["status"] == 200 and isinstance(sent, dict) and isinstance(answer, dict):
        places = {str(each.get("location", "")).replace(" ", "").lower() for each in (sent, answer)}
        return "" not in places and len(places) > 1
    return False


def explanation(what: str, difference: str, message: str) -> Not | None:
    """The row that says why, by the difference itself or by the words of our refusal."""
    return next(
        (
            row
            for row in DIFFERENCES
            if re.search(row.requests, what)
            and any(re.search(row.difference, text, re.IGNORECASE) for text in (difference, message) if text)
        ),
        None,
    )


@cache
def outcome(kind: str) -> tuple[Outcome, ...]:
    """Every request of one file of recordings, sent again."""
    found = []
    for line in recordings.lines(kind):
        if skipped(kind, line):
            continue
        replayed, what = replay.replay(kind, line), replay.kind_of(line)
        refusal = (replayed.answer.body or {}) if isinstance(replayed.answer.body, dict) else {}
        message = str(refusal.get("error", refusal).get("message", "")) if replayed.answer.status >= 400 else ""
        rows = [(each, explanation(what, each, message)) for each in replayed.differences]
        unexplained = tuple(f"{each} {message}".strip() for each, row in rows if row is None)
        found.append(Outcome(what, replayed, unexplained, tuple(row for _, row in rows if row)))
    return tuple(found)


@pytest.mark.parametrize("kind", KINDS)
def test_the_loopback_answers_as_azure_did(kind: str, count: Callable[..., None]) -> None:
    wrong = [
        f"{each.kind} {each.replayed.line['status']} {each.replayed.line['source']}\n    {difference}"
        for each in outcome(kind)
        for difference in each.unexplained
    ]
    sent, lines = len(outcome(kind)), len(recordings.lines(kind))
    alike = sum(not each.replayed.differences for each in outcome(kind))
    count("SENT AGAIN", kind, recorded=lines, sent=sent, alike=alike, explained=sent - alike - len(wrong))
    assert not wrong, "\n".join(wrong)
    assert alike > sent / 2


def test_every_row_of_differences_is_needed() -> None:
    used = {row for kind in KINDS for each in outcome(kind) for row in each.explained}
    assert set(DIFFERENCES) - used == set()
