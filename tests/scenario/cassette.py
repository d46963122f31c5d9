"""The form in which a scenario's traffic is kept: small, readable, without secrets, and with ids that tell apart what
Azure tells apart.

A serializer for vcrpy, used for one scenario. What it writes is YAML with JSON bodies as mappings, and first of all
where it was recorded and by which azure-cli. Each subscription, tenant, principal or other GUID becomes another GUID of
its own, each secret another word of its own: one to one, so that a role for the wrong principal, or a cluster with
another's password, finds no match. The name of a role assignment is derived from what it grants, and is derived anew.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import yaml
from azure.cli.testsdk.scenario_tests.const import MOCKED_SUBSCRIPTION_ID

from azext_kubenet.azure import directory, resources

Json = Any

ARM, GRAPH = "https://management.azure.com", "https://graph.microsoft.com"
SUBSCRIPTION = MOCKED_SUBSCRIPTION_ID
TENANT = "00000000-0000-0000-0000-000000000001"  # testsdk gives the tenant the subscription's id: no longer one to one
OTHER_ID = "88888888-0000-0000-0000-{:012}"
SECRET = "masked-secret-{}"

GUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)
#: Keys whose text is a secret, wherever they stand.
SECRET_KEYS = {"secret", "secrettext", "password", "clientsecret", "adminpassword", "access_token", "refresh_token"}
#: Headers of an answer that azure-core or our own code reads, but for the time to wait.
KEPT_HEADERS = {"content-type", "azure-asyncoperation", "location"}
#: What an application carries that we have made.
MARK = re.compile(rf"az-kubenet:{GUID.pattern}", re.IGNORECASE)
MARKED = re.compile(r'made by az kubenet create for ([^"]+)')
JSON = "application/json"
OPERATION = {"azure-asyncoperation", "location"}
#: The main thread's place among the numbers of tasks.
MAIN = 10**6
#: Parameters of an operation's address that are signatures of Azure's.
SIGNED = {"t", "c", "s", "h"}
#: Keys that change with every run and that nobody reads.
NOISE = {
    "etag", "eTag", "resourceUID", "resourceGuid", "systemData", "startTime", "endTime", "createdOn", "updatedOn",
    "createdBy", "updatedBy",
    "createdDateTime", "startDateTime", "endDateTime", "hint", "keyId", "customKeyIdentifier", "@odata.context",
}  # fmt: skip
#: Of long answers, the keys that are read.
READ = (
    (re.compile(r"^PUT .*/managedClusters/"), {"id", "name", "type", "location", "properties", "provisioningState"}),
    (re.compile(r"/v1\.0/(applications|servicePrincipals)\b"),
     {"value", "id", "appId", "displayName", "tags", "secretText"}),
    (re.compile(r"/providers/Microsoft\.\w+\?"), {"id", "namespace", "registrationState"}),
)  # fmt: skip
#: A list of all that a subscription holds: of it, a recording keeps what the scenario itself has made.
WHOLE_SUBSCRIPTION = re.compile(r"/subscriptions/[^/]+/providers/Microsoft\.(?!Authorization)\w+/\w+\?")
#: What a region offers, of which a recording keeps the one size that its clusters have, and nothing else of that.
SIZES = re.compile(r"/providers/Microsoft\.Compute/skus\?")
KEPT_SIZE = "Standard_D2s_v5"
OF_A_SIZE = {"resourceType", "name", "family", "locations", "capabilities", "value"}
#: A query of Resource Graph, which finds whatever the login can read.
QUERY = re.compile(r"^POST .*/providers/Microsoft\.ResourceGraph/resources\?")
#: Ids that mean the same in every tenant.
EVERYWHERE = set(resources.ROLE_IDS.values())


class Leak(AssertionError):
    """What must not be in a recording would be in it."""


@dataclass
class Recorder:
    """Writes and reads the recording of one scenario.

    subscription, tenant: of the caller; secrets: those that no answer names; hosts: addresses and what they become;
    group: the scenario's own resource group. All of this matters to writing alone.
    """

    subscription: str = ""
    tenant: str = ""
    group: str = ""
    secrets: list[str] = field(default_factory=list)
    hosts: Mapping[str, str] = field(default_factory=dict)

    def serialize(self, cassette: Mapping[str, Json]) -> str:
        """The text of a recording. Raises Leak before a secret or a true id gets into it."""
        rows = [_trimmed(each, self.group) for each in _once(_in_order(map(_row, cassette["interactions"])))]
        known = {"given": cassette["metadata"].pop("given", {}), "interactions": rows}
        secrets = {text: SECRET.format(number) for number, text in enumerate(self._secrets(known), 1)}
        plain = _with_own_assignments(json.loads(_with_own_marks(self._aliased(json.dumps(known), secrets))))
        text = yaml.safe_dump({**cassette["metadata"], **plain}, sort_keys=False, width=120, allow_unicode=True)
        self._hold(text, secrets)
        return text

    @staticmethod
    def deserialize(text: str) -> dict[str, Json]:
        """The recording as vcrpy knows it."""
        document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        rows = document.pop("interactions")
        return {"metadata": document, "interactions": [_interaction(row) for row in rows]}

    def _secrets(self, known: Json) -> list[str]:
        found = [*self.secrets, *_values_of(known, SECRET_KEYS)]
        return [text for text in dict.fromkeys(found) if text]

    def _aliased(self, text: str, secrets: Mapping[str, str]) -> str:
        for raw, word in secrets.items():
            text = text.replace(json.dumps(raw), json.dumps(word)).replace(json.dumps(raw)[1:-1], word)
        for raw, host in self.hosts.items():
            text = text.replace(raw, host)
        ids = {self.subscription.lower(): SUBSCRIPTION, self.tenant.lower(): TENANT}
        numbers = itertools.count(1)

        def alias(found: re.Match[str]) -> str:
            raw = found.group().lower()
            if raw not in EVERYWHERE and raw not in ids:
                ids[raw] = OTHER_ID.format(next(numbers))
            return ids.get(raw, raw)

        text = GUID.sub(alias, text)
        # `az aks create` ends a cluster's DNS prefix with the subscription's first letters
        return re.sub(rf"-{self.subscription[:6]}\b", f"-{SUBSCRIPTION[:6]}", text) if self.subscription else text

    def _hold(self, text: str, secrets: Iterable[str]) -> None:
        ids = [raw for each in (self.subscription, self.tenant) for raw in (each, each.replace("-", "")) if raw]
        if any(raw.lower() in text.lower() for raw in (*ids, *secrets, *self.hosts)):
            raise Leak("a secret, an id or an address of the recorded Azure is still in the recording")


def _with_own_marks(text: str) -> str:
    """The mark of an application is derived from the cluster's id, and is derived anew; its notes say the id."""
    owner = MARKED.search(text)
    return text if owner is None else MARK.sub(directory.mark_of(owner.group(1)).tag, text)


def _row(interaction: Mapping[str, Json]) -> dict[str, Json]:
    """One request with its answer, as it is written down."""
    request, response = interaction["request"], interaction["response"]
    headers = {name.lower(): values[0] for name, values in response["headers"].items()}
    kept = {name: _unsigned(text) for name, text in sorted(headers.items()) if name in KEPT_HEADERS}
    if kept.get("content-type", "").startswith(JSON):
        del kept["content-type"]
    row = {"request": f"{request['method']} {_unsigned(request['uri'])}", "body": _parsed(request["body"])}
    answer = {"status": response["status"]["code"], "headers": kept, "answer": _parsed(response["body"]["string"])}
    whole = {**row, **answer, "task": response.get("task")}
    return {key: value for key, value in whole.items() if value not in (None, "") and (key, value) != ("headers", {})}


def _interaction(row: Mapping[str, Json]) -> dict[str, Json]:
    """The way back."""
    method, uri = row["request"].split(" ", 1)
    body = json.dumps(row["body"]) if "body" in row else None
    answer = row.get("answer", "")
    usual = {} if isinstance(answer, str) else {"content-type": JSON}
    headers = {name: [text] for name, text in {**usual, **row.get("headers", {})}.items()}
    return {
        "request": {"method": method, "uri": uri, "body": body, "headers": {}},
        "response": {
            "status": {"code": row["status"], "message": ""},
            "headers": headers,
            "body": {"string": answer if isinstance(answer, str) else json.dumps(answer)},
        },
    }


def _parsed(text: str | bytes | None) -> Json:
    try:
        return json.loads(text or "null")
    except ValueError:
        return text


def _unsigned(url: str) -> str:
    """An address without Azure's signature."""
    parts = urlsplit(url)
    if not SIGNED & {name for name, _ in parse_qsl(parts.query)}:
        return url
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in SIGNED]
    return urlunsplit(parts._replace(query=urlencode(kept)))


def _in_order(rows: Iterable[dict[str, Json]]) -> list[dict[str, Json]]:
    """The same order however threads ran: tasks of pools by their number, looks at an operation behind what began it.

    A task begins once the main thread has written, and the main thread goes on once tasks have written.
    """
    runs: list[list[dict[str, Json]]] = [[]]
    for row in rows:
        beside, writes = "task" in row, _is_write(row)
        if not beside and (writes or any(map(_is_write, runs[-1]))):
            runs.append([])
        runs[-1].append(row)
        if not beside and writes:
            runs.append([])
    # what the main thread reads meanwhile comes last
    ordered = [row for run in runs for row in sorted(run, key=lambda row: row.get("task", MAIN))]
    return [{key: value for key, value in row.items() if key != "task"} for row in _with_looks(ordered)]


def _is_write(row: Mapping[str, Json]) -> bool:
    return not row["request"].startswith("GET ")


def _with_looks(rows: Sequence[dict[str, Json]]) -> list[dict[str, Json]]:
    """With the looks at each operation behind the request whose answer named it."""
    names = {id(row): {url for key, url in row.get("headers", {}).items() if key in OPERATION} for row in rows}
    looks = [row for row in rows if any(row["request"] == f"GET {url}" for urls in names.values() for url in urls)]
    ordered = []
    for row in rows:
        if not any(row is look for look in looks):
            ordered.extend([row, *(look for look in looks if look["request"][4:] in names[id(row)])])
    return ordered


def _once(rows: Sequence[dict[str, Json]]) -> list[dict[str, Json]]:
    """Without looks at an operation that found what the look before had found."""
    operations = {url for row in rows for name, url in row.get("headers", {}).items() if name in OPERATION}
    last: dict[str, Json] = {}
    kept = []
    for row in rows:
        _, url = row["request"].split(" ", 1)
        seen = (row["status"], _without(row.get("answer"), NOISE)) if url in operations else None
        if seen is None or last.get(url) != seen:
            kept.append(row)
        last[url] = seen
    return kept


def _trimmed(row: dict[str, Json], group: str) -> dict[str, Json]:
    """Without what nobody reads, and what is another's."""
    answer = _without(row.get("answer"), NOISE)
    for address, keys in READ:
        if address.search(row["request"]) and row["status"] < 400:
            answer = _only(answer, keys)
    if SIZES.search(row["request"]) and isinstance(answer, dict):
        kept = [each for each in answer.get("value", ()) if each.get("name") == KEPT_SIZE]
        answer = {"value": [_only(each, OF_A_SIZE) for each in kept]}
    elif group and WHOLE_SUBSCRIPTION.search(row["request"]) and isinstance(answer, dict) and "value" in answer:
        answer["value"] = [each for each in answer["value"] if f"/{group}/".lower() in str(each.get("id")).lower()]
    elif group and QUERY.search(row["request"]) and isinstance(answer, dict) and "data" in answer:
        answer["data"] = [each for each in answer["data"] if _is_own(each, group)]
    return {**row, "answer": answer} if answer not in (None, "") else row


def _is_own(row: Json, group: str) -> bool:
    """Whether a row of Resource Graph is about what the scenario has made; one without an id is about no resource."""
    found = str(row.get("id") or "").lower()
    return "/resourcegroups/" not in found or f"/{group}/".lower() in found or f"_{group}_".lower() in found


def _without(value: Json, keys: set[str]) -> Json:
    if isinstance(value, dict):
        return {name: _without(each, keys) for name, each in value.items() if name not in keys}
    return [_without(each, keys) for each in value] if isinstance(value, list) else value


def _only(value: Json, keys: set[str]) -> Json:
    if isinstance(value, dict):
        return {name: _only(each, keys) for name, each in value.items() if name in keys}
    return [_only(each, keys) for each in value] if isinstance(value, list) else value


def _values_of(value: Json, keys: set[str]) -> Iterable[str]:
    """The texts under some keys, wherever they stand."""
    if isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, str) and name.lower() in keys:
                yield each
            yield from _values_of(each, keys)
    elif isinstance(value, list):
        for each in value:
            yield from _values_of(each, keys)


def _with_own_assignments(document: Json) -> Json:
    """With the name that each grant of ours has among the ids of the recording."""
    text = json.dumps(document)
    for row in document["interactions"]:
        method, url = row["request"].split(" ", 1)
        path = urlsplit(url).path
        if method == "PUT" and "/roleAssignments/" in path and "properties" in row.get("body", {}):
            scope = path.split("/providers/Microsoft.Authorization/", 1)[0]
            grant = row["body"]["properties"]
            derived = resources.role_assignment_id(scope, grant["principalId"], grant["roleDefinitionId"])
            text = text.replace(path.rsplit("/", 1)[-1], derived.rsplit("/", 1)[-1])
    return json.loads(text)
