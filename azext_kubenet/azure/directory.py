"""Applications and service principals in Microsoft Graph."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid5

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.retry import TRANSIENT

#: Namespace of the marks of our applications: any constant will do, as long as it never changes.
_MARKS = UUID("8c1d2f54-6a35-5f0e-b7a9-0f6de2c3b914")
#: Looks for what a POST may have made whose answer was lost, and seconds between them: what Graph has made is not shown
#: everywhere at once [I23] (our number).
_LOOKS, _LOOK_SECONDS = 3, 5.0


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
    """An application with a mark.

    A POST whose answer was lost may have made one: the mark is looked for, and only where none comes to light within
    some time is another one made.
    """
    body = {"displayName": name, "signInAudience": "AzureADMyOrg", "tags": [mark.tag], "notes": mark.notes}
    return _post_once(graph, "/applications", body, lambda: next(iter(applications_marked(graph, mark)), None))


def _post_once(graph: ArmClient, path: str, body: Json, look: Callable[[], Json | None], *, new: bool = False) -> Json:
    """Post a body until that is answered, and never where a look shows that it was done.

    new: as in ArmClient.post
    """
    end = time.monotonic() + graph.retry_policy.seconds
    while True:
        try:
            return graph.post(path, body, new=new)
        except AzureError as error:
            may_have_acted = error.status == 0 or error.status in TRANSIENT
            if not may_have_acted:
                raise
            why = f"Microsoft Graph returned {error.status}" if error.status else "the connection was lost"
            found, looks = None, 0
            while found is None and looks < _LOOKS:
                in_time = time.monotonic() + _LOOK_SECONDS <= end
                if not in_time or not graph.retry_policy.wait(_LOOK_SECONDS, why):
                    raise
                try:
                    found, looks = look(), looks + 1
                except AzureError:
                    raise error from None
            if found is not None:
                return found


def create_service_principal(graph: ArmClient, name: str, application: Json, principal: Json | None) -> Json:
    """The service principal of an application, with a new password: its appId, its id, its application, the `secret`.

    principal: what an interrupted run has left, which is taken up again; a password cannot be read back, so it gets
    another. What was made a moment ago may not be known everywhere at once, and is waited for.
    """
    app_id = application["appId"]
    if principal is None:
        body = {"appId": app_id}
        principal = _post_once(graph, "/servicePrincipals", body, lambda: service_principal_of(graph, app_id), new=True)
    # A password whose answer was lost is nobody's, and does no harm beside another.
    path, body = f"/applications/{application['id']}/addPassword", {"passwordCredential": {"displayName": name}}
    password = graph.post(path, body, new=True, again=True)
    return {"appId": app_id, "id": principal["id"], "application": application["id"], "secret": password["secretText"]}


def delete_application(graph: ArmClient, object_id: str) -> None:
    """Delete an application, and its service principal with it."""
    graph.delete(f"/applications/{object_id}")
