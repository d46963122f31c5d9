"""What is known of a creation before its first write, and what follows from it: steps, checks, proof, remarks."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from azext_kubenet import checks
from azext_kubenet.addressing import limits
from azext_kubenet.addressing.findings import Finding, Severity, advise, use
from azext_kubenet.aks.borrowed import updatable
from azext_kubenet.aks.cluster import ClusterMaker, ClusterSpec
from azext_kubenet.aks.first_pool import first_surge
from azext_kubenet.aks.known_request import known_request
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.changes import in_use
from azext_kubenet.changes.create_steps import CLUSTER, cluster_step, create_stages, failed_advice
from azext_kubenet.changes.drift import SUBNET_FIELD, cluster_drift, remedy
from azext_kubenet.changes.not_applied import not_applied
from azext_kubenet.changes.resource_steps import identity_step, network_step
from azext_kubenet.changes.roles import Needed
from azext_kubenet.changes.runner import Stages, Step, conflicts
from azext_kubenet.changes.service_principal import Principals
from azext_kubenet.checks.node_routes import ExpectedRoutes
from azext_kubenet.discovery import existing
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.operations.create_plan import PlanInside
from azext_kubenet.options.choices import SERVICE_PRINCIPAL, SYSTEM_ASSIGNED
from azext_kubenet.options.create_options import CreateOptions
from azext_kubenet.options.names import derived_name_findings, node_group_name


@dataclass(frozen=True)
class Creation:  # pylint: disable=too-many-instance-attributes
    """What is known of a creation.

    client: of Azure
    options: as they were typed
    found: what there is already
    planned: the plan inside of it
    principals: whose rights the cluster has
    rights: the roles that it needs
    spec: what `az aks create` is asked for
    maker: what asks it
    """

    client: ArmClient
    options: CreateOptions
    found: ExistingResources
    planned: PlanInside
    principals: Principals
    rights: Needed
    spec: ClusterSpec
    maker: ClusterMaker

    @property
    def names(self) -> Names:
        """What everything is called."""
        return self.spec.names

    @property
    def words(self) -> Mapping[str, str]:
        """What words in capitals stand for in commands, that of an application that this run makes among them."""
        words = self.options.words
        return {**words, "APP_ID": words["APP_ID"] or self.principals.app_id}

    def check_context(self, reader: Reader) -> checks.CheckContext:
        """What the checks are told. reader: what they may read more with."""
        missing, aks = [grant for grant in self.rights.grants if grant.granted is None], self.options.aks
        to_create = checks.ClusterToCreate(
            location=self.spec.location,
            accept_risk=self.options.accepted,
            skip_checks=self.options.skip_checks,
            node_group=aks.node_group or node_group_name(self.names, self.spec.location),
            identity_kind=self.options.identity.kind,
            outbound_type=aks.outbound_type,
            grant_scopes=tuple(grant.scope for grant in missing),
            role=self.options.role.name,
            unsure_scopes=tuple(grant.scope for grant in missing if grant.unknown),
            role_ids={grant.scope: grant.role.definition_id for grant in missing},
            other_roles={g.scope: g.role.name for g in missing if g.role.name != self.options.role.name},
            always_granted=tuple(grant.scope for grant in missing if not grant.role.on_network),
            principal=self.principals.known_id,
            private=aks.private_cluster,
            has_proxy=aks.has_proxy,
            machines=checks.Machines(aks.vm_sizes, aks.zones, reserved=bool(aks.text("crg_id"))),
            kubernetes_version=aks.text("kubernetes_version"),
            long_term=aks.text("k8s_support_plan").lower() == "akslongtermsupport",
            named_resources=aks.named_resources,
            tags=aks.tags,
            rollback=self.options.rollback,
            kubelet_identity=aks.kubelet_identity,
            request=known_request(aks.asked, self.spec.plan, self.names.subnet_id, self.options.identity.kind),
        )
        return checks.CheckContext(
            reader,
            self.names,
            self.found,
            self.spec.plan,
            to_create=to_create,
            caller=self.client.caller,
            seen=self.planned.seen,
        )

    def unfit_names(self) -> list[Finding]:
        """Names of a new cluster that follow from its region and that Azure would refuse."""
        if self.found.cluster is not None:
            return []
        return derived_name_findings(self.names, self.spec.location, self.options.aks.node_group)

    def stages(self, providers: Sequence[str]) -> Stages:
        """The steps. providers: resource providers to register first."""
        client, names, location, found = self.client, self.names, self.spec.location, self.found
        identity, granted = self.options.identity, any(grant.granted is None for grant in self.rights.grants)
        drift: tuple[str, ...] = ()
        if found.cluster:
            drift = cluster_drift(found.cluster, names, identity, self.principals.existing, self.options.aks)
        return create_stages(
            client,
            names,
            location,
            found,
            providers=providers,
            tags=self.options.aks.tags,
            network=network_step(
                client,
                names,
                location,
                found,
                vnet=self.spec.plan.vnet,
                subnet=self.spec.plan.subnet,
                tags=self.options.aks.tags,
            ),
            identity=self._identity(),
            grants=self.rights.grants,
            cluster=lambda roles: cluster_step(
                client,
                names,
                self.spec.summary,
                found.cluster,
                make=lambda principal, accepted: self.maker.make(principal, accepted, granted=granted),
                differences=drift,
                remedy=lambda difference: remedy(difference, found.cluster or {}, self.options.provenance),
                roles=roles,
            ),
        )

    def _identity(self) -> list[Step]:
        """What is made of the cluster's identity before the cluster."""
        kind = self.options.identity.kind
        if kind == SYSTEM_ASSIGNED:
            return []
        if kind == SERVICE_PRINCIPAL:
            used = in_use.service_principal(self.client, self.names, lambda: self.principals.app_id)
            return [replace(self.principals.step, in_use=used)]
        return [identity_step(self.client, self.names, self.spec.location, self.found, self.options.aks.tags)]

    def routes(self) -> ExpectedRoutes:
        """What proves the cluster once it is there."""
        found, size = self.found, self.spec.plan.size
        cluster, subnet = found.managed_cluster, found.network.subnet(self.names.subnet)
        nodes = cluster.running_nodes if cluster else size.first_pool_nodes
        before = subnet.route_table if subnet else ResourceId()
        return ExpectedRoutes(self.names, self.spec.plan.pods, cluster, nodes, before)

    def remarks(self, checked: Sequence[Finding]) -> list[Finding]:
        """The findings that refuse nothing, those of the checks among them."""
        found = (
            *self.options.findings,
            *self.planned.differences,
            *existing.not_seen(self.found, self.names, self.client.caller),
            *self.rights.findings,
            *self.planned.around,
            *self.planned.findings,
            *checked,
            *self._more_pools(),
            *_unsent_max_count(self.options),
            *self._unsent_surge(),
            *self._not_applied(),
        )
        # A plan says itself what it says of the docker bridge; here it is news only to who typed the option.
        typed = "docker_bridge_address" in self.options.provenance.typed
        return [each for each in found if typed or each.rule != "docker-bridge-not-sent"]

    def _more_pools(self) -> list[Finding]:
        """A cluster is created with its first pool: how the others are added, but for those that are there."""
        size, names = self.spec.plan.size, self.names
        place = f"-g {shlex.quote(names.group)} --cluster-name {names.cluster}"
        cluster = self.found.managed_cluster
        there = {each.name.lower() for each in cluster.pools} if cluster else set()
        found = []
        for pool in (each for each in size.pools[1:] if each.name not in there):
            # A pool that may not surge needs nodes that may be missing instead. [E6]
            missing = "" if pool.max_surge.value else " --max-unavailable 1"
            scale = f" --enable-cluster-autoscaler --min-count {pool.count} --max-count {pool.max_count}"
            command = (
                f"az aks nodepool add {place} -n {pool.name} -c {pool.count}"
                f"{scale if pool.max_count > pool.count else ''} --max-pods {size.max_pods} "
                f"--max-surge {pool.max_surge}{missing} --vnet-subnet-id {names.subnet_id}"
            )
            message = f"the cluster is created with its first pool only; add pool {pool.name} when it exists"
            found.append(Finding("pool-to-add", Severity.INFO, ("--pool",), message, advise(command)))
        return found

    def _unsent_surge(self) -> list[Finding]:
        """A surge of zero is planned for the first pool, which AKS refuses of a system pool [E6]."""
        size = self.spec.plan.size
        if self.found.cluster is not None or first_surge(size).value:
            return []
        message = (
            f"a surge of 0 is not sent, because AKS refuses it for a system pool: the first pool gets Azure's default, "
            f"{limits.DEFAULT_MAX_SURGE}, and its upgrade needs addresses that are not planned for"
        )
        return [
            Finding("max-surge-not-sent", Severity.WARNING, ("--max-surge",), message, (use("--max-surge", "1"),)),
        ]

    def _not_applied(self) -> list[Finding]:
        """What was typed of a cluster that exists, and does not reach it."""
        cluster = self.found.cluster
        if cluster is None:
            return []
        return not_applied(cluster, self.names, self.options, self.spec.max_surge, updatable())


def in_another_subnet(
    found: ExistingResources, names: Names, options: CreateOptions, principals: Principals
) -> list[Finding]:
    """All that a cluster that exists has and was not asked for, if its subnet is among it.

    Then a plan in the network that was named would speak of what this cluster has nothing to do with.
    """
    if found.cluster is None:
        return []
    cluster = found.cluster
    drift = cluster_drift(cluster, names, options.identity, principals.existing, options.aks)
    if not any(each.startswith(f"{SUBNET_FIELD} ") for each in drift):
        return []
    step = Step(
        CLUSTER,
        names.cluster,
        names.cluster_id,
        existing=cluster,
        differences=drift,
        failed_advice=failed_advice(names, cluster),
        remedy=lambda difference: remedy(difference, cluster, options.provenance),
    )
    return conflicts(((step,),))


def _unsent_max_count(options: CreateOptions) -> list[Finding]:
    """What --max-count does without the autoscaler: Azure is told of it with that alone."""
    most = options.aks.asked.get("max_count")
    if most is None or options.aks.autoscaler or "max_count" not in options.provenance.typed:
        return []
    message = f"--max-count {most} sizes the plan; the cluster does not scale automatically"
    least = f" --min-count {options.ranges.size.first_pool_nodes}" if options.aks.asked.get("min_count") is None else ""
    advice = f"to scale it automatically: add --enable-cluster-autoscaler{least}"
    return [Finding("max-count-not-sent", Severity.INFO, ("--max-count",), message, advise(advice))]
