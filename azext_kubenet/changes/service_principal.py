"""The cluster's principal: what of it exists before the steps run, and how a service principal is made."""

from collections.abc import Callable

from azure.cli.core.azclierror import AzCLIError

from azext_kubenet.azure import directory
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json, text, within
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.resources import Names
from azext_kubenet.changes.create_steps import PRINCIPAL
from azext_kubenet.changes.runner import Step
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.errors import NotFound
from azext_kubenet.options.choices import SERVICE_PRINCIPAL
from azext_kubenet.options.identity import Identity

#: What stands in place of an application's id in a cluster that runs as a managed identity.
_MANAGED = "msi"


class Principals:  # pylint: disable=too-many-instance-attributes
    """The principal of one cluster.

    connect: to Microsoft Graph
    grants: whether anything may have to be granted to it. Microsoft Graph is asked only then, or to make one: many
    logins have no rights there [I24].

    existing: the service principal as Graph shows it, if there is one; its appId alone where Graph was not asked, or
    refused; hidden: why its object id is not known, None where it is or was not asked for.

    Raises NotFound for one that was named and does not exist, AzureError where one must be made and Graph refuses.
    """

    def __init__(
        self,
        connect: Callable[[], ArmClient],
        wanted: Identity,
        names: Names,
        existing: ExistingResources,
        *,
        grants: bool,
    ):
        self._connect = connect
        self._wanted, self._names, self._existing = wanted, names, existing
        self._mark = directory.mark_of(names.cluster_id)
        self._client: ArmClient | None = None
        self._application: Json | None = None
        self._made = ""
        self.existing: Json | None = None
        self.hidden: Exception | None = None
        if wanted.kind == SERVICE_PRINCIPAL:
            self._look(grants)

    @property
    def _graph(self) -> ArmClient:
        if self._client is None:
            self._client = self._connect()
        return self._client

    def _look(self, grants: bool) -> None:
        """The one that was named, or that the existing cluster runs as, or that an earlier run has left."""
        client = text(within(self._existing.cluster, "properties", "servicePrincipalProfile"), "clientId")
        if self._wanted.create and client == _MANAGED:
            return  # that it runs as a managed identity is told as a difference
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
            self.hidden = error
            return {"appId": app_id}
        if found is None:
            raise NotFound(
                f"service principal {app_id} does not exist in this tenant",
                f"check the id: az ad sp show --id {app_id}, or add --create-service-principal to create one",
            )
        return found

    @property
    def known_id(self) -> str:
        """The object id of the cluster's principal, if it exists by now and is known; else nothing."""
        if self.existing is not None:
            return str(self.existing.get("id") or "")
        if self._existing.identity is not None:
            return self._existing.identity_principal
        return text(within(self._existing.cluster, "identity"), "principalId")

    @property
    def app_id(self) -> str:
        """The application of a service principal of this run's own; "" while there is none."""
        return text(self._application or {}, "appId")

    @property
    def step(self) -> Step:
        """The service principal as a step: one that exists, or a new one, made as long as no cluster has its password.

        One that existed before this run is taken up with a new password, and is not this run's to remove.
        """
        new = self._wanted.create and self.existing is None and self._application is None
        return Step(
            PRINCIPAL,
            self._wanted.app_id or self._names.new_principal,
            f"/servicePrincipals/{(self.existing or {}).get('appId', '')}",
            existing=None if self._wanted.create and self._existing.cluster is None else self.existing,
            make=lambda _: self._make(),
            remove=self._remove if new else None,
            removal=self._removal if new else str,
        )

    def _make(self) -> Json:
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

    def _remove(self) -> None:
        """Delete the application that this run made, by its object id; by its mark where its id never arrived.

        Raises AzureError when several have the mark by now: another run for this cluster is under way.
        """
        if self._made:
            directory.delete_application(self._graph, self._made)
            return
        marked = directory.applications_marked(self._graph, self._mark)
        if len(marked) > 1:
            ids = ", ".join(str(each["id"]) for each in marked)
            raise AzureError(0, "", f"several applications have the tag of this cluster: {ids}")
        for each in marked:
            directory.delete_application(self._graph, str(each["id"]))

    def _removal(self) -> str:
        """The command that deletes it: by object id; by its mark where its id never arrived."""
        if self._made:
            return f"az ad app delete --id {self._made}"
        found = f'$(az ad app list --filter "{self._mark.filter}" --query [].id -o tsv)'
        return f"for ID in {found}; do az ad app delete --id $ID; done"
