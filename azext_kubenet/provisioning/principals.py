"""The cluster's principal: what of it exists before the steps run, and how a service principal is made."""

from typing import Any

from azext_kubenet._choices import SERVICE_PRINCIPAL
from azext_kubenet._errors import NotFound, Refused
from azext_kubenet.provisioning import arm, identity
from azext_kubenet.provisioning.facts import Facts
from azext_kubenet.provisioning.identity import Identity
from azext_kubenet.provisioning.resources import Names

Json = dict[str, Any]


class Principals:
    """The principal of one cluster.

    existing: the service principal as Microsoft Graph shows it, if there is one. Graph is asked only when the
    cluster is to run as a service principal. Raises NotFound for one that was named and does not exist.
    """

    def __init__(self, cmd: Any, patience: arm.Patience, wanted: Identity, names: Names, facts: Facts):
        self._wanted, self._names, self._facts = wanted, names, facts
        self._graph: arm.Door | None = None
        self._application: Json | None = None
        self.existing: Json | None = None
        if wanted.kind == SERVICE_PRINCIPAL:
            self._graph = arm.connect_graph(cmd.cli_ctx, patience)
            self.existing = self._look(self._graph)

    def _look(self, graph: arm.Door) -> Json | None:
        """The one that was named, or that the existing cluster runs as, or that an earlier run has left."""
        client = ((self._facts.cluster or {}).get("properties", {}).get("servicePrincipalProfile") or {}).get(
            "clientId"
        )
        if self._wanted.create and not client:
            self._application = self._resolved(graph)
            return identity.service_principal_of(graph, self._application["appId"]) if self._application else None
        app_id = client if self._wanted.create else self._wanted.app_id
        found = identity.service_principal_of(graph, str(app_id))
        if found is None:
            raise NotFound(
                f"service principal {app_id} does not exist in this tenant",
                f"look for it: az ad sp show --id {app_id}, or add --create-service-principal to have one made",
            )
        return found

    def _resolved(self, graph: arm.Door) -> Json | None:
        try:
            return identity.application_named(graph, self._names.new_principal)
        except identity.DoNotGoTogether as error:
            raise Refused(str(error), error.recommendation) from error

    @property
    def known_id(self) -> str:
        """The object id of the cluster's principal, if it exists by now; else nothing."""
        if self.existing is not None:
            return str(self.existing["id"])
        if self._facts.identity is not None:
            return str(self._facts.identity["properties"]["principalId"])
        return str(((self._facts.cluster or {}).get("identity") or {}).get("principalId") or "")

    @property
    def new(self) -> bool:
        """Whether nothing of the service principal was there before this run."""
        return self._wanted.create and self.existing is None and self._application is None

    def make(self) -> Json:
        """Make the service principal, or take up what an interrupted run has left of it."""
        if self._graph is None:
            raise ValueError("no service principal was asked for")
        return identity.create_service_principal(
            self._graph, self._names.new_principal, self._application, self.existing
        )

    def remove(self) -> None:
        """Delete the service principal that was made."""
        if self._graph is not None:
            identity.delete_service_principal(self._graph, self._names.new_principal)
