"""A recorded request, sent to a loopback Azure of its own in which there is what the recorded answer presupposes."""

from __future__ import annotations

import ast
import copy
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_network
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.loopback import recordings
from tests.loopback.authorization import assignments
from tests.loopback.core import ids
from tests.loopback.core.options import CALLER_OBJECT, LOCATIONS, SUBSCRIPTION, Options
from tests.loopback.core.wire import Answer, Call, Refusal
from tests.loopback.seeds import bodies
from tests.loopback.server.cloud import Cloud
from tests.loopback.server.login import token
from tests.loopback.server.server import seed
from tests.loopback.tenant import directory_objects
from tests.loopback.tests.test_shapes import recorded
from tests.loopback.tests.walk import ROUTE
from tests.real.wire import ARM

Json = Any
OURS = f"/subscriptions/{SUBSCRIPTION}"
_SUBSCRIPTION = re.compile(r"/subscriptions/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_NAME = r"""[^/"'\\]+"""
_RESOURCE = re.compile(rf"/subscriptions/{_NAME}/resource[gG]roups/{_NAME}(?:/providers/{_NAME}(?:/{_NAME}/{_NAME})+)?")
_LOCKED = re.compile(r"are locked: '([^']+)'")
HEADERS = ("azure-asyncoperation", "location")
OWNER = {"Authorization": f"Bearer {token(ARM, ARM)}"}
LOCATION = "westus2"
#: Regions of previews, which the loopback has not: any other will do.
_EARLY_REGION = re.compile(r'"location": "(useast|[a-z0-9 ]+ ?euap|[a-z]+stage)"', re.IGNORECASE)


def moved(value: Json) -> Json:
    """A body or a path in our subscription, and, unless the location was refused, in a region that is there."""
    text = _SUBSCRIPTION.sub(OURS, json.dumps(value))
    return json.loads(_EARLY_REGION.sub(f'"location": "{LOCATION}"', text))


def sent_in(line: recordings.Line) -> Json:
    """The body of a request; older recorders kept some as Python shows bytes."""
    body = line["request_body"]
    if isinstance(body, str) and body[:2] in ("b'", 'b"'):
        return json.loads(ast.literal_eval(body))
    return body


@dataclass(frozen=True)
class Replayed:
    """What came of a request: how the loopback differs from Azure, a line each; all is alike without one."""

    line: recordings.Line
    answer: Answer
    differences: tuple[str, ...]


def kind_of(line: recordings.Line) -> str:
    """Method and type, such as `PUT virtualnetworks/subnets`, a list with `[]`."""
    parts = recordings.pattern(line["path"]).split("/")
    if "v1.0" in parts:
        return f"{line['method']} graph {line['path'].partition('?')[0].split('/')[2].partition('(')[0]}"
    types = parts[parts.index("providers") + 2 :: 2] if "providers" in parts else parts[2::2]  # noqa: E203
    last = parts[len(parts) - 1 - parts[::-1].index("providers") :] if "providers" in parts else parts  # noqa: E203
    types = last[2::2] if "providers" in parts else types
    listed = len(last) % 2 == 1 if "providers" in parts else len(parts) % 2 == 1
    return f"{line['method']} {'/'.join(types)}{'[]' if listed else ''}"


def replay(kind: str, line: recordings.Line) -> Replayed:
    """Send it again. kind: the file that it is from."""
    refused = (recordings.error_of(line) or ("",))[0]
    role = "Reader" if refused == "AuthorizationFailed" else "Owner"
    cloud = Cloud(Options(caller_role=role, offers=False), ARM)
    path, body = moved(line["path"]), moved(sent_in(line))
    url = urlsplit(path)
    call = Call(line["method"], unquote(url.path), dict(parse_qsl(url.query)), dict(OWNER), body)
    call_id = call.path.rstrip("/")
    try:
        _presupposed(cloud, line, call_id, body)
    except Refusal as refusal:
        return Replayed(line, refusal.answer, (f"cannot be seeded: {refusal.code}",))
    answer = cloud.handle(call)
    return Replayed(line, answer, tuple(_differences(kind, line, body, answer)))


# -- what must be there


def _presupposed(cloud: Cloud, line: recordings.Line, path: str, body: Json) -> None:
    shown, absent = moved(line["response_body"]), _absent(line)
    if path.lower().startswith("/v1.0/"):
        _objects(cloud, line, path, body, shown)
        return
    for group in _groups(path, body, shown):
        if group.lower() not in absent and group.lower() != path.lower() and group.lower() not in cloud.store:
            by = {"managedBy": "aks"} if "/mc_" in group.lower() else {}
            seed(cloud, group, {**bodies.group(_location(body, shown)), **by})
    _principals(cloud, body, shown)
    if "/virtualnetworkpeerings" in path.lower():
        _peered(cloud, path, body, shown)
    for resource in _named(path, body):
        if not _under(resource, [*absent, path.lower()]):
            _stand_in(cloud, resource, body, shown)
    if "/managedclusters/" in path.lower():
        _grants(cloud)
    if line["status"] < 400:
        _earlier(cloud, line, path, shown)
    else:
        _in_the_way(cloud, line, path, body)


def _objects(cloud: Cloud, line: recordings.Line, path: str, body: Json, shown: Json) -> None:
    """What Microsoft Graph knows: what it answers with, and what the path and the body name."""
    parts = path.strip("/").split("/")[1:]
    kind = next((each for each in cloud.directory.objects if each.lower() == parts[0].lower()), "")
    if line["status"] >= 400 or not kind:
        return
    if line["method"] == "GET" and isinstance(shown, dict):
        for each in shown["value"] if isinstance(shown.get("value"), list) else [shown]:
            if isinstance(each, dict) and each.get("id"):
                cloud.directory.objects[kind][str(each["id"]).lower()] = each
    application = {**directory_objects.application({"displayName": "ours"}), "appId": (body or {}).get("appId", "a")}
    if kind == "servicePrincipals":
        cloud.directory.objects["applications"][application["id"]] = application
    elif len(parts) > 1 and parts[1].lower() not in cloud.directory.objects[kind]:
        cloud.directory.objects[kind][parts[1].lower()] = {**application, "id": parts[1].lower()}


def _grants(cloud: Cloud) -> None:
    """Whoever a cluster runs as may join every subnet, and use every identity."""
    for word, role in (("/subnets/", "Network Contributor"), ("/userassignedidentities/", "Managed Identity Operator")):
        for resource in [key for key in cloud.store if word in key]:
            for principal in list(cloud.directory.objects["servicePrincipals"]):
                cloud.roles.grant(principal, role, resource)


def _in_the_way(cloud: Cloud, line: recordings.Line, path: str, body: Json) -> None:
    """What a recorded refusal presupposes."""
    code = (recordings.error_of(line) or ("",))[0]
    if code == "InUseSubnetCannotBeDeleted":
        subnet = path if "/subnets/" in path else f"{path}/subnets/s"
        for resource in _named(subnet, {"id": subnet}):
            _stand_in(cloud, resource, None)
        one = {"name": "one", "properties": {"subnet": {"id": subnet}, "privateIPAddress": "100.64.0.4"}}
        nic = f"{OURS}/resourceGroups/nics/providers/Microsoft.Network/networkInterfaces/nic"
        seed(cloud, f"{OURS}/resourceGroups/nics", bodies.group(LOCATION))
        seed(cloud, nic, {"location": LOCATION, "properties": {"ipConfigurations": [one]}})
    elif code == "InUseNetworkSecurityGroupCannotBeDeleted":
        subnet = bodies.subnet(ASIDE, networkSecurityGroup={"id": path})
        network = f"{path.partition('/networkSecurityGroups/')[0]}/virtualNetworks/v"
        for resource in _named(path, {"id": network}):
            _stand_in(cloud, resource, None)
        seed(cloud, path, {"location": LOCATION})
        seed(cloud, f"{network}/subnets/s", subnet)
    elif code == "ScopeLocked":
        seed(cloud, path, bodies.group(LOCATION))
        scope = _LOCKED.findall(moved(line["response_body"]["error"]["message"]))[0]
        seed(cloud, f"{scope}/providers/Microsoft.Authorization/locks/one", {"properties": {"level": "CanNotDelete"}})
    elif code == "AnotherOperationInProgress":
        parent = path.partition("/subnets/")[0]
        again = bodies.network(*SPACE, location=LOCATION)
        cloud.handle(Call("PUT", parent, {"api-version": "2024-01-01"}, dict(OWNER), again))
    elif code == "RoleAssignmentExists":
        cloud.roles.assign(assignments.split(path)[0], str(uuid.uuid4()), body["properties"], CALLER_OBJECT)


def _absent(line: recordings.Line) -> list[str]:
    """What the recorded answer says is not there: the path's group, its parent, or itself."""
    code = (recordings.error_of(line) or ("",))[0]
    path = moved(line["path"]).partition("?")[0].lower().rstrip("/")
    parts = path.split("/")
    if code == "ResourceGroupNotFound":
        return ["/".join(parts[:5])]
    if code in ("ParentResourceNotFound", "ResourceNotFound") and len(parts) > 9:
        return ["/".join(parts[:9])]
    return [path] if line["status"] == 404 else []


def _under(resource: str, absent: list[str]) -> bool:
    return any(resource.lower() == each or resource.lower().startswith(each + "/") for each in absent)


def _groups(path: str, body: Json, shown: Json) -> Iterator[str]:
    for found in _RESOURCE.findall(json.dumps([path, body, shown])):
        yield "/".join(found.split("/")[:5])


def _location(*values: Json) -> str:
    found = next((each["location"] for each in values if isinstance(each, dict) and each.get("location")), LOCATION)
    return str(found) if str(found).replace(" ", "").lower() in LOCATIONS else LOCATION


def _named(path: str, body: Json) -> list[str]:
    """Every resource that the request names, and what is above it, from the top down."""
    found: dict[str, None] = {}
    scope = path.partition("/providers/Microsoft.Authorization/")[0]
    for resource in [*_RESOURCE.findall(json.dumps(body)), *_RESOURCE.findall(f'"{scope}"')]:
        parts = resource.split("/")
        for length in range(9, len(parts) + 1, 2):
            found["/".join(parts[:length])] = None
    return list(found)


#: The address space of a network that is only named, and a subnet of it that nothing else lies in.
SPACE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/16", "fd00::/8", "ace::/16")
ASIDE = "100.64.0.0/24"


def _space(around: Json) -> list[str]:
    """Room for all prefixes in some bodies."""
    text = json.dumps(around)
    wanted = [ip_network(each, strict=False) for each in re.findall(r'"(\d+\.\d+\.\d+\.\d+/\d+)"', text)]
    there = [ip_network(each) for each in SPACE if "." in each]
    more = {each for each in wanted if not any(each.subnet_of(other) for other in there)}
    apart = [each for each in more if not any(each != other and each.subnet_of(other) for other in more)]
    return [*SPACE, *(str(each) for each in apart if not any(other.subnet_of(each) for other in there))]


def _stand_in(cloud: Cloud, resource: str, *around: Json) -> None:
    """A resource that is only named: a network with room for what is put into it, a subnet, or an empty one."""
    rid = ids.parse(resource)
    if rid is None or not rid.namespace or resource.lower() in cloud.store:
        return
    kind = rid.types[-1].lower()
    if len(rid.types) > 1 and kind != "subnets":
        return
    if kind == "virtualnetworks":
        seed(cloud, resource, bodies.network(*_space(around), location=_location(*around)))
    elif kind == "subnets":
        seed(cloud, resource, bodies.subnet(ASIDE))
    elif kind == "managedclusters":
        seed(cloud, resource, bodies.cluster(None, None, location=_location(*around)))
    else:
        location = "global" if kind == "privatednszones" else _location(*around)
        seed(cloud, resource, {"location": location, "properties": {}})


def _peered(cloud: Cloud, path: str, body: Json, shown: Json) -> None:
    """Both networks of each peering, with the spaces that are shown, and no overlap where none is."""
    here = re.split("/virtualNetworkPeerings", path, flags=re.IGNORECASE)[0]
    listed = shown.get("value") if isinstance(shown, dict) else None
    for each in [body, *(listed if isinstance(listed, list) else [shown])]:
        properties = (each.get("properties") or {}) if isinstance(each, dict) else {}
        remote = str((properties.get("remoteVirtualNetwork") or {}).get("id") or "")
        for network, key, spare in ((here, "local", "100.65.0.0/16"), (remote, "remote", "100.66.0.0/16")):
            space = (properties.get(f"{key}AddressSpace") or {}).get("addressPrefixes") or [spare]
            if network and network.lower() not in cloud.store:
                group = "/".join(network.split("/")[:5])
                if group.lower() not in cloud.store:
                    seed(cloud, group, bodies.group(LOCATION))
                seed(cloud, network, bodies.network(*space, location=LOCATION))


def _principals(cloud: Cloud, body: Json, shown: Json) -> None:
    """The principals and the role of an assignment, and the service principal of a cluster."""
    for value in (body, shown):
        properties = (value.get("properties") or {}) if isinstance(value, dict) else {}
        principal, role = properties.get("principalId"), str(properties.get("roleDefinitionId") or "")
        if principal and "PrincipalNotFound" not in json.dumps(shown):
            cloud.directory.add_managed_identity(principal.lower(), principal, "principal", "")
        if role and not cloud.roles.definitions.find(OURS, role.rpartition("/")[2]):
            custom = {"roleName": role, "type": "CustomRole", "assignableScopes": [OURS], "permissions": []}
            path = f"{OURS}/providers/Microsoft.Authorization/roleDefinitions/{role.rpartition('/')[2]}"
            cloud.handle(Call("PUT", path, {"api-version": "2022-04-01"}, dict(OWNER), {"properties": custom}))
        client = (properties.get("servicePrincipalProfile") or {}).get("clientId")
        if client and client != "msi" and "ServicePrincipalNotFound" not in json.dumps(shown):
            application = {**directory_objects.application({"displayName": "ours"}), "appId": client}
            cloud.directory.objects["applications"][application["id"]] = application
            cloud.directory._principal_of(application)


def _earlier(cloud: Cloud, line: recordings.Line, path: str, shown: Json) -> None:
    """What the answer shows was there before, for a read, an update or a deletion; a creation finds nothing."""
    method, status = line["method"], line["status"]
    if method in ("GET", "HEAD"):
        listed = shown.get("value") if isinstance(shown, dict) and isinstance(shown.get("value"), list) else None
        for each in listed if listed is not None else [shown]:
            if isinstance(each, dict) and each.get("id"):
                _put_back(cloud, each)
            elif method == "HEAD" and status == 204:
                seed(cloud, path, bodies.group())
    elif method == "PUT" and status == 200 and isinstance(shown, dict) and shown.get("id"):
        _put_back(cloud, {**shown, "id": path})
    elif method == "DELETE" and status in (200, 202):
        _put_back(cloud, shown if isinstance(shown, dict) and shown.get("id") else {"id": path, "location": LOCATION})


#: All keys of an assignment.
ASSIGNMENT = ("condition", "conditionVersion", "createdOn", "updatedOn", "createdBy", "updatedBy", "description",
              "delegatedManagedIdentityResourceId", "principalType")  # fmt: skip
TYPE = "Microsoft.Authorization/roleAssignments"
READ_ONLY = ("provisioningState", "ipConfigurations", "resourceGuid", "powerState", "networkInterfaces", "fqdn")


def _put_back(cloud: Cloud, shown: Json) -> None:
    """Seed a resource from what Azure showed of it."""
    body = copy.deepcopy(shown)
    for key in READ_ONLY:
        (body.get("properties") or {}).pop(key, None)
    ((body.get("properties") or {}).get("networkProfile") or {}).pop("dockerBridgeCidr", None)
    resource = body.pop("id")
    if "/roleassignments/" in resource.lower():
        older = dict.fromkeys(ASSIGNMENT)  # what answers of older versions lack
        nobody = {"scope": resource.partition("/providers/Microsoft.Authorization/")[0], "principalId": "nobody",
                  "roleDefinitionId": "none"}  # fmt: skip
        kept = {**older, **nobody, **(shown.get("properties") or {})}
        cloud.store[resource] = {"name": resource.rpartition("/")[2], "type": TYPE, **shown, "properties": kept}
        return
    _principals(cloud, body, None)
    for named in _named(resource, body):
        if not _under(named, [resource.lower()]):
            _stand_in(cloud, named, body)
    group = "/".join(resource.split("/")[:5])
    if group.lower() not in cloud.store:
        seed(cloud, group, bodies.group(_location(body)))
    kind = resource.rstrip("/").lower().split("/")[-2]
    if kind == "managedclusters":
        _grants(cloud)
    if not body.get("properties"):
        small = {"virtualnetworks": bodies.network(*SPACE), "subnets": bodies.subnet(ASIDE), "routes": ROUTE,
                 "managedclusters": bodies.cluster(None, None),
                 "locks": {"properties": {"level": "ReadOnly"}}}  # fmt: skip
        body = {"location": LOCATION, **small.get(kind, {})}
    if resource.lower() not in cloud.store:
        seed(cloud, resource, body)


# -- how the answer differs


@cache
def _always(kind: str, method: str, path: str, status: int) -> dict[str, set[str]]:
    return recordings.always(recorded(kind, method, path, status))


def _differences(kind: str, line: recordings.Line, sent: Json, answer: Answer) -> Iterator[str]:
    error = recordings.error_of(line)
    if answer.status != line["status"]:
        code = (answer.body or {}).get("error", answer.body or {}).get("code", "") if answer.status >= 400 else ""
        yield f"status {answer.status} {code}".strip() + f", and Azure {line['status']} {(error or ('',))[0]}".rstrip()
        return
    if error:
        inner = (answer.body or {}).get("error", answer.body or {})
        if inner.get("code") != error[0]:
            yield f"code {inner.get('code')}, and Azure {error[0]}"
        return
    ours = {name.lower() for name in answer.headers} & set(HEADERS)
    if ours != recordings.headers_of(line):
        yield f"headers {sorted(ours)}, and Azure {sorted(recordings.headers_of(line))}"
    shape = recordings.pattern(line["path"])
    wanted = _always(kind, line["method"], f"/{shape}", line["status"])
    yield from (f"lacks {key}" for key in recordings.lacking(answer.body, wanted))
    yield from (f"changes {place}" for place in _changed(sent, moved(line["response_body"]), answer.body))


KINDS = (
    "resourceGroups",
    "virtualNetworks",
    "subnets",
    "routeTables",
    "networkSecurityGroups",
    "userAssignedIdentities",
    "roleAssignments",
    "managedClusters",
    "graph",
    "locks",
    "peerings",
    "gateways",
    "loadBalancers",
    "scaleSets",
)


def _changed(sent: Json, real: Json, ours: Json, at: str = "") -> Iterator[str]:
    """Where Azure gave back what was sent, and the loopback does not."""
    if isinstance(sent, dict) and isinstance(real, dict):
        for key in sent.keys() & real.keys():
            yield from _changed(sent[key], real[key], ours.get(key) if isinstance(ours, dict) else None, f"{at}.{key}")
    elif isinstance(sent, list) and isinstance(real, list) and len(sent) == len(real):
        for number, (one, other) in enumerate(zip(sent, real, strict=True)):
            mine = ours[number] if isinstance(ours, list) and number < len(ours) else None
            yield from _changed(one, other, mine, f"{at}[]")
    elif (
        sent == real
        and not isinstance(sent, (dict, list))
        and sent is not None
        and str(ours).lower() != str(sent).lower()
    ):
        yield at
