"""The cluster's principal: what of it exists before the steps run, and how a service principal is made."""

from typing import Any

from azure.cli.core.azclierror import AzCLIError

from azext_kubenet.azure import directory
from azext_kubenet.azure.azure_errors import AzureError, is_forbidden
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient, connect_graph
from azext_kubenet.azure.resources import Names
from azext_kubenet.azure.waiting import RetryPolicy
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.errors import NotFound
from azext_kubenet.options.choices import SERVICE_PRINCIPAL
from azext_kubenet.options.identity import Identity


class Principals:  # pylint: disable=too-many-instance-attributes
    """The principal of one cluster.

    grants: whether anything may have to be granted to it. Microsoft Graph is asked only then, or to make one: many
    logins have no rights there [I24].

    existing: the service principal as Graph shows it, if there is one; its appId alone where Graph was not asked, or
    refused; hidden: why its object id is not known, None where it is or was not asked for.

    Raises NotFound for one that was named and does not exist, AzureError where one must be made and Graph refuses.
    """

    def __init__(  # pylint: disable=too-many-positional-arguments
        self,
        cmd: Any,
        patience: RetryPolicy,
        wanted: Identity,
        names: Names,
        facts: ExistingResources,
        *,
        grants: bool,
    ):
        self._cmd, self._patience = cmd, patience
        self._wanted, self._names, self._facts = wanted, names, facts
        self._mark = directory.mark_of(names.cluster_id)
        self._door: ArmClient | None = None
        self._application: Json | None = None
        self._made = ""
        self.existing: Json | None = None
        self.hidden: Exception | None = None
        if wanted.kind == SERVICE_PRINCIPAL:
            self._look(grants)

    @property
    def _graph(self) -> ArmClient:
        if self._door is None:
            self._door = connect_graph(self._cmd.cli_ctx, self._patience)
        return self._door

    def _look(self, grants: bool) -> None:
        """The one that was named, or that the existing cluster runs as, or that an earlier run has left."""
        cluster = (self._facts.cluster or {}).get("properties") or {}
        client = (cluster.get("servicePrincipalProfile") or {}).get("clientId")
        if self._wanted.create and not client:
            marked = directory.applications_marked(self._graph, self._mark)
            self._application = marked[0] if marked else None
            if self._application:
                self.existing = directory.service_principal_of(self._graph, self._application["appId"])
            return
        app_id = str(client if self._wanted.create else self._wanted.app_id)
        self.existing = self._named(app_id) if grants else {"appId": app_id}

    def _named(self, app_id: str) -> Json:
        try:
            found = directory.service_principal_of(self._graph, app_id)
        except (AzureError, AzCLIError) as error:  # azure-cli's own, where it gets no token for Graph
            if isinstance(error, AzureError) and not is_forbidden(error):
                raise
            self.hidden = error
            return {"appId": app_id}
        if found is None:
            raise NotFound(
                f"service principal {app_id} does not exist in this tenant",
                f"look for it: az ad sp show --id {app_id}, or add --create-service-principal to have one made",
            )
        return found

    @property
    def known_id(self) -> str:
        """The object id of the cluster's principal, if it exists by now and is known; else nothing."""
        if self.existing is not None:
            return str(self.existing.get("id") or "")
        if self._facts.identity is not None:
            return self._facts.identity_principal
        return str(((self._facts.cluster or {}).get("identity") or {}).get("principalId") or "")

    @property
    def new(self) -> bool:
        """Whether nothing of the service principal was there before this run."""
        return self._wanted.create and self.existing is None and self._application is None

    def make(self) -> Json:
        """Make the service principal, or take up what an interrupted run of this very cluster has left of it.

        An error tells whether an application may have been made.
        """
        try:
            if self._application is None:
                made = directory.create_application(self._graph, self._names.new_principal, self._mark)
                self._application, self._made = made, str(made["id"])
            return directory.create_service_principal(
                self._graph, self._names.new_principal, self._application, self.existing
            )
        except AzureError as error:
            error.accepted = bool(self._made) or error.status == 0 or error.status >= 500
            raise

    def remove(self) -> None:
        """Delete the application that this run made, by its object id; by its mark where its id never arrived.

        Raises AzureError when several carry the mark by now: another run for this cluster is under way.
        """
        if self._made:
            directory.delete_application(self._graph, self._made)
            return
        marked = directory.applications_marked(self._graph, self._mark)
        if len(marked) > 1:
            ids = ", ".join(str(each["id"]) for each in marked)
            raise AzureError(0, "", f"several applications carry the mark of this cluster: {ids}")
        for each in marked:
            directory.delete_application(self._graph, str(each["id"]))

    @property
    def removal(self) -> str:
        """The command that deletes it: by object id; by its mark where its id never arrived."""
        if self._made:
            return f"az ad app delete --id {self._made}"
        found = f'$(az ad app list --filter "{self._mark.filter}" --query [].id -o tsv)'
        return f"for ID in {found}; do az ad app delete --id $ID; done"
