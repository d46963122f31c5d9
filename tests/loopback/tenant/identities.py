"""User-assigned identities: synchronous, 201 with a relative location, then 200 (BEHAVIOUR.md; recorded
userAssignedIdentities).
"""

from __future__ import annotations

import uuid

from ..core.ids import ResourceId
from ..core.options import TENANT
from ..core.store import Body
from ..core.synchronous import Synchronous
from ..core.wire import Answer, Call


class UserAssignedIdentities(Synchronous):
    type = "Microsoft.ManagedIdentity/userAssignedIdentities"
    group_word = "resourcegroups"

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        if old:
            return dict(old["properties"])
        return {"tenantId": TENANT, "principalId": str(uuid.uuid4()), "clientId": str(uuid.uuid4())}

    def finish(self, rid: ResourceId, body: Body, sent: Body, old: Body | None) -> Body:
        body.setdefault("tags", {})
        return body

    def after_put(self, rid: ResourceId, body: Body) -> None:
        """The directory gets a service principal of the identity's name."""
        properties = body["properties"]
        self.cloud.directory.add_managed_identity(
            properties["principalId"], properties["clientId"], body["name"], body["id"]
        )

    def put(self, rid: ResourceId, call: Call) -> Answer:
        answer = super().put(rid, call)
        if answer.status == 201:
            answer.headers["Location"] = self.cloud.store[rid.key]["id"]
        return answer

    def row(self, key: str) -> Body:
        body = super().row(key)
        del body["properties"]["provisioningState"]
        return body

    def remove(self, rid: ResourceId) -> None:
        self.cloud.directory.forget(self.cloud.store[rid.key]["properties"]["principalId"])
        super().remove(rid)


class FederatedCredentials(Synchronous):
    """Whom an identity trusts: kept as sent (our model). learn.microsoft.com/rest/api/managedidentity"""

    type = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials"

    def location(self, rid: ResourceId, sent: Body, old: Body | None) -> str:
        return ""

    def build(self, rid: ResourceId, sent: Body, old: Body | None) -> Body:
        return dict(sent.get("properties") or {})
