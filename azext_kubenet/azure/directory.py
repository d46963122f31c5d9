"""Applications and service principals in Microsoft Graph."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.resource_id import ResourceId

#: Namespace of the marks of our applications: any constant will do, as long as it never changes.
_MARKS = UUID("8c1d2f54-6a35-5f0e-b7a9-0f6de2c3b914")


def service_principal_of(graph: ArmClient, app_id: str) -> Json | None:
    """The service principal of an application's id; None without one."""
    found = graph.list("/servicePrincipals", filter=f"appId eq '{app_id}'")
    return found[0] if found else None


@dataclass(frozen=True)
class Mark:
    """By what an application in the directory is known as one cluster's own. A display name is no proof of that.

    tag: one of its `tags`, derived from the cluster's id, so that a later run finds it; notes: the same in words.
    https://learn.microsoft.com/graph/api/resources/application
    """

    tag: str
    notes: str

    @property
    def filter(self) -> str:
        """The query for applications that have the mark."""
        return f"tags/any(t:t eq '{self.tag}')"


def mark_of(cluster_id: str) -> Mark:
    """The mark of a cluster's application. An id may be longer than a tag can be, so the tag holds a hash of it."""
    tag = uuid5(_MARKS, ResourceId(cluster_id).canonical)
    return Mark(f"az-kubenet:{tag}", f"made by az kubenet create for {cluster_id}")


def applications_marked(graph: ArmClient, mark: Mark) -> list[Json]:
    """The applications that have a mark, the oldest first. What the query finds is looked at once more."""
    found = [each for each in graph.list("/applications", filter=mark.filter) if mark.tag in (each.get("tags") or ())]
    return sorted(found, key=lambda each: str(each.get("createdDateTime") or ""))


def create_application(graph: ArmClient, name: str, mark: Mark) -> Json:
    """An application with a mark."""
    body = {"displayName": name, "signInAudience": "AzureADMyOrg", "tags": [mark.tag], "notes": mark.notes}
    return graph.post("/applications", body)


def create_service_principal(graph: ArmClient, name: str, application: Json, principal: Json | None) -> Json:
    """The service principal of an application, with a new password: its appId, its id, its application, the `secret`.

    principal: what an interrupted run has left, which is taken up again; a password cannot be read back, so it gets
    another. What was made a moment ago may not be known everywhere at once, and is waited for.
    """
    app_id = application["appId"]
    if principal is None:
        principal = graph.post("/servicePrincipals", {"appId": app_id}, new=True)
    password = graph.post(
        f"/applications/{application['id']}/addPassword", {"passwordCredential": {"displayName": name}}, new=True
    )
    return {"appId": app_id, "id": principal["id"], "application": application["id"], "secret": password["secretText"]}


def delete_application(graph: ArmClient, object_id: str) -> None:
    """Delete an application, and its service principal with it."""
    graph.delete(f"/applications/{object_id}")
