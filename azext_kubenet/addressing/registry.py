"""Every rule by whose name something is found, in one table: docs/rules.rst is made from it.

A name never changes its meaning: scripts rely on it. The facts are rows of docs/facts.rst.
"""

from typing import NamedTuple

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.str_enum import StrEnum

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


class Phase(StrEnum):
    """When a rule is looked at; the value is the title of its part of the page."""

    PLAN = "Rules of ``plan`` and ``create``"
    LISTS = "Lists of ranges"
    AROUND = "What is found around a network"
    TYPED = "What was typed or read, and what exists"
    BORROWED = "Options of ``az aks create`` that contradict kubenet"
    CHECK = "Checks of ``create``"
    RUNNING = "Checks of ``check``"
    MIGRATE = "Checks of ``migrate``"


class Rule(NamedTuple):
    """A rule.

    severity: of a breach, where that is no other
    meaning: what is wrong where it is found; of a check, what must hold
    facts: ids of facts that it rests on
    azure_refuses: Azure itself refuses it, or without it the plan has no meaning: no option lowers it then
    partly: Azure refuses some of what it finds, and not all
    """

    name: str
    severity: Severity
    phase: Phase
    meaning: str
    facts: str = ""
    azure_refuses: bool = True
    partly: bool = False


_ALL = (
    Rule("count-out-of-range", ERROR, Phase.PLAN, "a count is below what a cluster can have", "E10"),
    Rule("max-surge-out-of-range", ERROR, Phase.PLAN, "a surge is more than a pool can have", "E2"),
    Rule("max-surge-above-nodes", INFO, Phase.PLAN,
         "a surge without a percent sign is more nodes than are planned", "E2 E4", azure_refuses=False),
    Rule("surge-zero", INFO, Phase.PLAN,
         "no surge is planned, which AKS accepts only on user pools", "E6", azure_refuses=False),
    Rule("max-pods-out-of-range", ERROR, Phase.PLAN, "pods per node are fewer or more than AKS allows", "B8 B9"),
    Rule("max-pods-close-to-block", INFO, Phase.PLAN,
         "the pods of a node nearly fill its /24, and few addresses remain for pods that end and start", "B10 B23",
         azure_refuses=False),
    Rule("pods-above-documented", INFO, Phase.PLAN,
         "nodes times pods are more than Microsoft documents for a cluster on Azure CNI Overlay", "B11 L2",
         azure_refuses=False),
    Rule("too-few-pods-per-pool", ERROR, Phase.PLAN, "a pool has room for fewer pods than AKS requires", "B9"),
    Rule("pool-name-not-allowed", ERROR, Phase.PLAN, "a pool has a name that AKS does not accept", "P"),
    Rule("pool-name-duplicate", ERROR, Phase.PLAN, "two pools have the same name", "P"),
    Rule("pool-too-large", ERROR, Phase.PLAN,
         "a node pool has more nodes than AKS allows in one, surge nodes included", "B19"),
    Rule("too-many-nodes", ERROR, Phase.PLAN,
         "the cluster has more nodes than the network plugin supports", "B4 B5 L2"),
    Rule("too-many-nodes-to-upgrade", ERROR, Phase.PLAN,
         "the cluster has so many nodes that none is left for an upgrade", "B4 B5 L2", azure_refuses=False),
    Rule("too-many-routes", ERROR, Phase.PLAN,
         "nodes and surge nodes need more routes than a route table can hold", "B13 B14 B15", azure_refuses=False),
    Rule("subnet-size", ERROR, Phase.PLAN, "the subnet is larger or smaller than Azure accepts", "A3"),
    Rule("subnet-too-small", ERROR, Phase.PLAN, "the subnet has no room for the nodes at creation", "A1 A2 A5"),
    Rule("subnet-too-small-for-peak", ERROR, Phase.PLAN,
         "the subnet has no room for all nodes while they are upgraded", "A5 A6 A7 E10", azure_refuses=False),
    Rule("pod-cidr-too-small", ERROR, Phase.PLAN, "the pod CIDR has no /24 for each node at creation", "B1 B2"),
    Rule("pod-cidr-too-small-for-peak", ERROR, Phase.PLAN,
         "the pod CIDR has no /24 for each node while all are upgraded", "B3 E3 K6", azure_refuses=False, partly=True),
    Rule("pod-cidr-larger-than-useful", INFO, Phase.PLAN,
         "the pod CIDR is larger than any cluster can use", "B6", azure_refuses=False),
    Rule("service-cidr-too-large", ERROR, Phase.PLAN, "the service CIDR is larger than AKS accepts", "C1"),
    Rule("service-cidr-at-limit", ERROR, Phase.PLAN,
         "the service CIDR is a /12, on which sources disagree", "C1", azure_refuses=False),
    Rule("service-cidr-too-small", ERROR, Phase.PLAN, "the service CIDR is smaller than AKS accepts", "C2"),
    Rule("service-cidr-without-base-plus-10", ERROR, Phase.PLAN,
         "the service CIDR is too small to hold base + 10", "C2 C7", azure_refuses=False),
    Rule("reserved-range-overlap", ERROR, Phase.PLAN,
         "a range overlaps one that Azure or AKS reserves, or that no host can have",
         "F1 F2 F3 F4 F12 D3", azure_refuses=False, partly=True),
    Rule("service-cidr-public", ERROR, Phase.PLAN,
         "the service CIDR is public address space", "C10 F8", azure_refuses=False),
    Rule("service-cidr-shared-space", WARNING, Phase.PLAN,
         "the service CIDR is in 100.64.0.0/10", "F5", azure_refuses=False),
    Rule("pod-cidr-public", WARNING, Phase.PLAN, "the pod CIDR is public address space", "F6", azure_refuses=False),
    Rule("vnet-public", WARNING, Phase.PLAN, "the network is public address space", "F7", azure_refuses=False),
    Rule("vnet-outside-within", ERROR, Phase.PLAN, "the network is outside of --within", "G10", azure_refuses=False),
    Rule("dns-service-ip-outside-service-cidr", ERROR, Phase.PLAN,
         "the DNS service IP is not in the service CIDR", "C5"),
    Rule("dns-service-ip-unusable", ERROR, Phase.PLAN,
         "the DNS service IP is an address that AKS uses itself", "C4 C6"),
    Rule("dns-service-ip-not-base-plus-10", ERROR, Phase.PLAN,
         "the DNS service IP is not base + 10 of the service CIDR", "C7 P", azure_refuses=False),
    Rule("docker-bridge-not-an-address", ERROR, Phase.PLAN,
         "the docker bridge address is not a host address of its network", "D1", azure_refuses=False),
    Rule("docker-bridge-not-sent", INFO, Phase.PLAN,
         "the docker bridge is checked, and never sent to Azure", "D2 D3 D4", azure_refuses=False),
    Rule("docker-bridge-without-place", INFO, Phase.PLAN,
         "no range is left for a docker bridge", "D2 D3 G16", azure_refuses=False),
    Rule("subnet-outside-vnet", ERROR, Phase.PLAN, "the subnet is not in the network", "G1"),
    Rule("vnet-prefixes-overlap", ERROR, Phase.PLAN, "prefixes of the network overlap", "G1"),
    Rule("pod-subnet-overlap", ERROR, Phase.PLAN, "pods and subnet overlap", "G2"),
    Rule("pod-vnet-overlap", ERROR, Phase.PLAN,
         "pods and the rest of the network overlap", "G3 P", azure_refuses=False),
    Rule("service-subnet-overlap", ERROR, Phase.PLAN, "services and subnet overlap", "G4"),
    Rule("service-vnet-overlap", ERROR, Phase.PLAN,
         "services and the rest of the network overlap", "G5 P", azure_refuses=False),
    Rule("pod-service-overlap", ERROR, Phase.PLAN, "pods and services overlap", "G6"),
    Rule("docker-bridge-overlap", ERROR, Phase.PLAN,
         "the docker bridge overlaps another range", "D5 P", azure_refuses=False),
    Rule("existing-subnet-overlap", ERROR, Phase.PLAN,
         "a range overlaps another subnet of the network", "G1 G2 G4 G17"),
    Rule("peered-network-overlap", ERROR, Phase.PLAN,
         "a range overlaps a peered network", "G7 G8 G9", azure_refuses=False),
    Rule("routed-range-overlap", ERROR, Phase.PLAN,
         "a range overlaps one behind a gateway or a route", "B18 G8 G9 G10 G15", azure_refuses=False),
    Rule("route-in-pod-cidr", ERROR, Phase.PLAN,
         "a route to no host is inside the pod CIDR, where kubenet deletes it", "B18 G15", azure_refuses=False),
    Rule("excluded-range-overlap", ERROR, Phase.PLAN,
         "a range overlaps an excluded one", "G7 G8 G9 G10 G14", azure_refuses=False),
    Rule("hole-in-routed-range", WARNING, Phase.PLAN,
         "network or subnet is inside a larger range behind a gateway or a route", "G10", azure_refuses=False),
    Rule("hole-in-excluded-range", WARNING, Phase.PLAN,
         "network or subnet is inside a larger excluded range", "G10", azure_refuses=False),
    Rule("excluded-range-itself", INFO, Phase.PLAN,
         "an excluded entry is exactly the network, the subnet or --within", "G10", azure_refuses=False),
    Rule("cluster-range-overlap", WARNING, Phase.PLAN,
         "pods or services overlap those of a cluster in the network or a peer", "G14", azure_refuses=False),
    Rule("subnet-in-cluster-range", ERROR, Phase.PLAN,
         "the subnet is in a range of a cluster, and blocks its upgrades", "G3 G4 G5 B12 C11", azure_refuses=False),
    Rule("other-network-overlap", WARNING, Phase.PLAN,
         "a range overlaps a network that is not connected", "G7 G8 G9", azure_refuses=False),
    Rule("other-site-overlap", WARNING, Phase.PLAN,
         "a range overlaps a site or VPN clients to which nothing connects the network", "G8 G9 G10",
         azure_refuses=False),
    Rule("cluster-range-duplicate", INFO, Phase.PLAN,
         "pods or services overlap those of a cluster that is not connected", "G11 G12 G13", azure_refuses=False),
    Rule("malformed-list", ERROR, Phase.LISTS, "a file begins like JSON or CSV but is not valid"),
    Rule("list-without-ranges", ERROR, Phase.LISTS, "a list is empty or contains no range"),
    Rule("list-too-long", ERROR, Phase.LISTS, "a list is longer than this command reads"),
    Rule("ipv6-passed-over", INFO, Phase.LISTS, "ranges of IPv6 in a table or a JSON text are not used"),
    Rule("entries-without-range", INFO, Phase.LISTS, "rows or objects beside others have no range"),
    Rule("commented-ranges", INFO, Phase.LISTS, "lines of a list that are comments hold ranges"),
    Rule("ranges-not-taken", WARNING, Phase.LISTS,
         "ranges are in a column or under a key that is not known to contain any"),
    Rule("list-is-a-part", WARNING, Phase.LISTS,
         "a list states that there is more: only one page of several was saved"),
    Rule("single-addresses", INFO, Phase.LISTS, "addresses without a prefix length count as a /32 each"),
    Rule("addresses-of-hosts", INFO, Phase.LISTS,
         "addresses of machines with their prefix length count as the networks they are in"),
    Rule("default-route-left-out", WARNING, Phase.LISTS,
         "0.0.0.0/0, or a part of it, is a default route, not a network"),
    Rule("summary-kept-clear", INFO, Phase.LISTS,
         "an excluded or routed range is larger than any private range: no range is chosen in it", "G8 G9"),
    Rule("list-not-utf8", INFO, Phase.LISTS,
         "a file is in another encoding than UTF-8, and its names may have wrong letters"),
    Rule("table-without-header", INFO, Phase.LISTS,
         "a table has no line of column names: every cell that looks like a range is read as one"),
    Rule("surroundings-unreadable", WARNING, Phase.AROUND,
         "something connected to the network could not be read or does not exist", "G7 G8 G9"),
    Rule("networks-seen", INFO, Phase.AROUND,
         "how many networks --discover saw; a warning where it saw none", "G7"),
    Rule("peering-disconnected", WARNING, Phase.AROUND, "a peering of the network has lost its other side", "G7"),
    Rule("network-overlaps-surroundings", WARNING, Phase.AROUND,
         "the network's own address space is also in use in connected networks", "G7 G10 G14"),
    Rule("ranges-not-shown", INFO, Phase.AROUND,
         "a connection or a route leads to ranges that Azure does not show", "G8 G9 G10"),
    Rule("address-prefix-missing", ERROR, Phase.TYPED, "an existing resource has no IPv4 prefix, or none yet"),
    Rule("empty-value", ERROR, Phase.TYPED, "an option has an empty value"),
    Rule("tag-not-allowed", ERROR, Phase.TYPED, "a tag has a name or a value that Azure does not accept", "J22"),
    Rule("existing-resource-differs", ERROR, Phase.TYPED, "an existing resource has another range than requested"),
    Rule("file-exists", ERROR, Phase.TYPED,
         "a file that plan did not write, or that was edited since, is not replaced"),
    Rule("file-not-writable", ERROR, Phase.TYPED, "a file cannot be written at the given path"),
    Rule("ipv6-not-supported", ERROR, Phase.TYPED, "a range is IPv6"),
    Rule("host-bits", ERROR, Phase.TYPED, "an address inside a network was given instead of the network"),
    Rule("malformed-address", ERROR, Phase.TYPED, "a value is not an IPv4 address"),
    Rule("malformed-growth", ERROR, Phase.TYPED, "a value is not a yearly growth"),
    Rule("malformed-max-surge", ERROR, Phase.TYPED, "a value is not a surge"),
    Rule("malformed-plan", ERROR, Phase.TYPED, "the value of --plan is not a plan"),
    Rule("malformed-pool", ERROR, Phase.TYPED, "a value is not a node pool"),
    Rule("malformed-range", ERROR, Phase.TYPED, "a value is not an IPv4 network"),
    Rule("max-count-not-sent", INFO, Phase.TYPED, "--max-count only sizes the plan, because the autoscaler is off"),
    Rule("max-surge-not-sent", WARNING, Phase.TYPED,
         "the first pool is planned without a surge, which AKS refuses of it", "E6 E11"),
    Rule("name-not-allowed", ERROR, Phase.TYPED,
         "a name, typed or derived, is one that Azure does not accept", "J19 J20 J21"),
    Rule("no-such-file", ERROR, Phase.TYPED, "a file does not exist or cannot be read"),
    Rule("no-space", ERROR, Phase.TYPED, "there is no free space for ranges of the needed sizes"),
    Rule("not-applied", WARNING, Phase.TYPED,
         "an option was typed that an existing cluster does not have, or is not compared with"),
    Rule("not-completed", ERROR, Phase.TYPED, "the run ended before all was looked at; only in a file of --findings"),
    Rule("not-exported", ERROR, Phase.TYPED, "there is no plan to export: kubenet was only compared with others"),
    Rule("not-looked-at", WARNING, Phase.TYPED, "something that create checks could not be read"),
    Rule("not-proven", WARNING, Phase.TYPED, "the routes that a cluster needs could not be checked"),
    Rule("option-without-use", INFO, Phase.TYPED, "an option was typed that nothing in this run uses"),
    Rule("plan-among-lists", INFO, Phase.TYPED, "a list of excluded ranges is the plan of --plan itself"),
    Rule("plan-contradicted", ERROR, Phase.TYPED, "an option contradicts the plan"),
    Rule("plan-outdated", ERROR, Phase.TYPED,
         "something was added inside the plan's ranges since it was made; its severity is that of the overlap"),
    Rule("plan-too-new", ERROR, Phase.TYPED, "the plan was made by a version whose plans this one cannot read"),
    Rule("pool-to-add", INFO, Phase.TYPED, "a pool after the first is added when the cluster exists"),
    Rule("pools-overruled", INFO, Phase.TYPED, "an option is used instead of the node pools of the earlier plan"),
    Rule("pools-contradicted", ERROR, Phase.TYPED, "an option gives another number of nodes than the pools"),
    Rule("range-moved", WARNING, Phase.TYPED, "a range of the earlier plan cannot be kept"),
    Rule("earlier-limits-missing", WARNING, Phase.TYPED,
         "a range changes without the exclusions or blocks that the earlier plan was made with"),
    Rule("range-overruled", INFO, Phase.TYPED, "an option is used instead of a range of the earlier plan"),
    Rule("risk-not-acceptable", ERROR, Phase.TYPED, "a name after --accept-risk is not a rule that can be accepted"),
    Rule("role-not-assigned", WARNING, Phase.TYPED,
         "a role that the cluster's identity needs is missing, and this run does not assign it", "I17"),
    Rule("subnet-multiple-prefixes", ERROR, Phase.TYPED, "more than one prefix is given for the subnet"),
    Rule("surroundings-changed", INFO, Phase.TYPED, "the surroundings have changed, without affecting the plan"),
    Rule("too-many-prefixes", ERROR, Phase.TYPED, "more prefixes are given for the network than are accepted"),
    Rule("unknown-check", ERROR, Phase.TYPED, "a name after --skip-checks is not a check"),
    Rule("unknown-file-ending", ERROR, Phase.TYPED, "the ending of a file is not that of a known format"),
    Rule("usage", ERROR, Phase.TYPED, "options do not go together; only in a file of --findings"),
    Rule("network-plugin-not-kubenet", ERROR, Phase.BORROWED, "this command creates kubenet clusters", "J12"),
    Rule("network-plugin-without-mode", ERROR, Phase.TYPED, "azure without overlay is another network model", "J12 L2"),
    Rule("malformed-number", ERROR, Phase.TYPED, "a value is not a whole number"),
    Rule("growth-without-percent", INFO, Phase.TYPED, "a growth without a percent sign is read as a percentage"),
    Rule("network-plugin-mode", ERROR, Phase.BORROWED, "kubenet has no plugin mode", "J12"),
    Rule("network-policy-azure", ERROR, Phase.BORROWED,
         "Azure's network policy manager does not support kubenet", "J4"),
    Rule("network-policy-cilium", ERROR, Phase.BORROWED, "Cilium does not run on kubenet", "J5"),
    Rule("network-dataplane-cilium", ERROR, Phase.BORROWED, "Cilium does not run on kubenet", "J5"),
    Rule("windows-nodes", ERROR, Phase.BORROWED, "kubenet has no Windows node pools", "J3"),
    Rule("virtual-nodes", ERROR, Phase.BORROWED, "virtual nodes do not work with kubenet", "J7"),
    Rule("node-auto-provisioning", ERROR, Phase.BORROWED, "node auto-provisioning does not support kubenet", "J8"),
    Rule("aks-automatic", ERROR, Phase.BORROWED, "AKS Automatic does not support kubenet", "J9"),
    Rule("network-isolated", ERROR, Phase.BORROWED, "network isolated clusters do not support kubenet", "J9"),
    Rule("outbound-type", ERROR, Phase.BORROWED, "the outbound type is for other clusters than these", "H14 H10"),
    Rule("pod-subnet", ERROR, Phase.BORROWED, "pods of kubenet take their addresses from --pod-cidr", "L1 L4 L5"),
    Rule("dual-stack", ERROR, Phase.BORROWED, "this command supports IPv4 only", "J14"),
    Rule("basic-load-balancer", ERROR, Phase.BORROWED, "basic load balancers have been retired", "H15"),
    Rule("caller-may-write", ERROR, Phase.CHECK, "the caller may write what will be written", "I12"),
    Rule("caller-may-grant", ERROR, Phase.CHECK, "the caller may assign the role to the cluster's identity", "I6 I12"),
    Rule("role-allows-too-little", ERROR, Phase.CHECK,
         "the role allows what the cluster's identity needs", "I2 I3", azure_refuses=False),
    Rule("providers-registered", ERROR, Phase.CHECK,
         "resource providers are registered, or may be", "BEHAVIOUR.md MissingSubscriptionRegistration"),
    Rule("network-location", ERROR, Phase.CHECK, "the cluster is in the region of its network", "A12"),
    Rule("network-subscription", ERROR, Phase.CHECK,
         "the cluster is in the subscription of its network", "A12", azure_refuses=False),
    Rule("names-for-overlay", WARNING, Phase.CHECK, "names are short enough to move to Azure CNI Overlay later", "J18"),
    Rule("subnet-room", ERROR, Phase.CHECK,
         "the subnet has room for the nodes at their peak", "A1 A2 A5 A7 E10", azure_refuses=False, partly=True),
    Rule("region-offered", ERROR, Phase.CHECK,
         "the region has AKS, and whatever else is created there", "T21", azure_refuses=False),
    Rule("locks", ERROR, Phase.CHECK,
         "no lock stops what is written, or what must be removed later", "T4 R29", azure_refuses=False),
    Rule("policies", ERROR, Phase.CHECK,
         "no policy refuses what is created, as far as its rule can be read", "T3", azure_refuses=False),
    Rule("kubernetes-version", ERROR, Phase.CHECK,
         "the region has the Kubernetes version that was typed", "T23", azure_refuses=False),
    Rule("vm-size-offered", ERROR, Phase.CHECK,
         "the region has the VM size that was typed, for this subscription", "T22", azure_refuses=False),
    Rule("zones-offered", ERROR, Phase.CHECK,
         "the VM size is available in the zones that were typed", "T22", azure_refuses=False),
    Rule("vcpu-quota", ERROR, Phase.CHECK,
         "the quotas of vCPUs have room for the nodes of the size that was typed", "T22", azure_refuses=False),
    Rule("named-resources", WARNING, Phase.CHECK,
         "the registry and other resources that options of az aks create name exist", "T24"),
    Rule("subnet-delegation", ERROR, Phase.CHECK, "the subnet is not delegated", "A10 N10"),
    Rule("subnet-links", ERROR, Phase.CHECK, "no other service uses the subnet", "A11"),
    Rule("subnet-prefixes", WARNING, Phase.CHECK, "the subnet has one prefix", "A14"),
    Rule("subnet-dedicated", ERROR, Phase.CHECK,
         "the name of the subnet does not reserve it for another service", "A16", azure_refuses=False),
    Rule("subnet-of-another-cluster", ERROR, Phase.CHECK,
         "no other kubenet cluster has its nodes in the subnet", "A9", azure_refuses=False),
    Rule("route-table-of-another-cluster", ERROR, Phase.CHECK,
         "the route table of the subnet does not belong to another cluster", "B18 G13 H4", azure_refuses=False),
    Rule("identity-of-another-cluster", INFO, Phase.CHECK,
         "no other cluster runs as an identity that exists by the name of the new one", "I2"),
    Rule("routes-in-pod-cidr", ERROR, Phase.CHECK,
         "no route of a custom route table is inside the pod CIDR", "B18 G15", azure_refuses=False),
    Rule("routes-room", ERROR, Phase.CHECK,
         "a custom route table has room for a route of each node", "B13 B14 B15", azure_refuses=False),
    Rule("route-table-subscription", ERROR, Phase.CHECK, "a custom route table is in the cluster's subscription", "H4"),
    Rule("route-table-replaced", ERROR, Phase.CHECK,
         "the subnet of an existing cluster has the route table of that cluster", "H1 H3 H5"),
    Rule("route-table-identity", ERROR, Phase.CHECK, "a custom route table requires a user-assigned identity", "I8 I9"),
    Rule("outbound-route", ERROR, Phase.CHECK, "userDefinedRouting has a route for 0.0.0.0/0", "H11 H22"),
    Rule("nat-gateway", ERROR, Phase.CHECK,
         "a NAT gateway and the outbound type agree", "H12 H13 H23", azure_refuses=False, partly=True),
    Rule("default-route", WARNING, Phase.CHECK,
         "no custom route leads all traffic past the outbound type", "H11 H20 H25"),
    Rule("network-security-group", ERROR, Phase.CHECK,
         "nodes and pods may communicate with each other", "H7 H25", azure_refuses=False),
    Rule("outbound-security-rules", WARNING, Phase.CHECK,
         "no outbound security rule denies what nodes must reach", "H20 H25"),
    Rule("join-rights", WARNING, Phase.CHECK,
         "the cluster's identity may join what is attached to a subnet that AKS must write", "H1 I16"),
    Rule("private-dns-zone", ERROR, Phase.CHECK,
         "a custom private DNS zone exists and goes with the cluster", "I17", azure_refuses=False),
    Rule("private-cluster-dns", ERROR, Phase.CHECK,
         "nodes of a private cluster can look up its API server", "H17 H24", azure_refuses=False),
    Rule("upgrade-room", ERROR, Phase.RUNNING,
         "every limit has room for the nodes that an upgrade adds", "A7 E2 E3 B4", azure_refuses=False),
    Rule("added-nodes-room", ERROR, Phase.RUNNING,
         "every limit has room for the nodes that were asked about", "A5 B4", azure_refuses=False),
    Rule("peak-room", WARNING, Phase.RUNNING,
         "every limit has room for the autoscalers at their most and an upgrade", "A5 E10", azure_refuses=False),
    Rule("nodes-not-ready", ERROR, Phase.RUNNING,
         "every node is Ready, if the cluster was looked into", "R20", azure_refuses=False),
    Rule("node-network-unavailable", ERROR, Phase.RUNNING,
         "no node waits for its network, if the cluster was looked into", "B17 R20", azure_refuses=False),
    Rule("pod-cidr-of-node", ERROR, Phase.RUNNING,
         "every node has a block of the pod CIDR, whose route leads to it, if the cluster was looked into",
         "B1 R9 R20", azure_refuses=False),
    Rule("pdb-blocks-drain", WARNING, Phase.RUNNING,
         "no PodDisruptionBudget keeps nodes from being drained, if the cluster was looked into", "K25 R20",
         azure_refuses=False),
    Rule("route-table-missing", ERROR, Phase.RUNNING,
         "each subnet of the nodes has a route table", "H1 H5 R16", azure_refuses=False),
    Rule("route-table-shared", WARNING, Phase.RUNNING,
         "no other subnet has the route table of the cluster", "H6 R17 R37", azure_refuses=False),
    Rule("managed-network", INFO, Phase.RUNNING,
         "pools may have subnets of their own, as the network is the user's", "A13 R38", azure_refuses=False),
    Rule("routes-missing", ERROR, Phase.RUNNING, "each node has a route", "B13 B17 R11", azure_refuses=False),
    Rule("routes-stale", WARNING, Phase.RUNNING,
         "no route is left over of a node that is gone", "R12", azure_refuses=False),
    Rule("routes-wrong-next-hop", ERROR, Phase.RUNNING,
         "the route of each node leads to the node", "R13", azure_refuses=False),
    Rule("routes-of-one-block", ERROR, Phase.RUNNING,
         "no two routes are for the block of one node", "R14", azure_refuses=False),
    Rule("routes-outside-pod-cidr", ERROR, Phase.RUNNING,
         "the route of each node is inside the pod CIDR", "R14", azure_refuses=False),
    Rule("routes-of-other-nodes", WARNING, Phase.RUNNING,
         "no route in the table of the cluster is of another cluster's node", "B18 R9 R12", azure_refuses=False),
    Rule("identity-rights", ERROR, Phase.RUNNING,
         "what the cluster runs as may join its subnets and write a custom route table", "I2 I3 I5",
         azure_refuses=False),
    Rule("snat-ports", WARNING, Phase.RUNNING,
         "the load balancer has SNAT ports for all nodes, those of an upgrade and of the peak", "R31 R32",
         azure_refuses=False),
    Rule("cluster-state", ERROR, Phase.RUNNING,
         "the last operation on the cluster succeeded, and none is under way", "R2", azure_refuses=False),
    Rule("pool-state", ERROR, Phase.RUNNING,
         "the last operation on each pool succeeded, and none is under way", "R2", azure_refuses=False),
    Rule("cluster-stopped", INFO, Phase.RUNNING, "the cluster and its pools run", "R33", azure_refuses=False),
    Rule("kubernetes-support", WARNING, Phase.RUNNING,
         "the Kubernetes version is supported, and can move to Azure CNI Overlay", "R19 T23", azure_refuses=False),
    Rule("range-collisions", ERROR, Phase.RUNNING,
         "the cluster's ranges overlap nothing that came since; what does is found by the rule of ``plan``",
         "G7 G8 G9 G14 K27", azure_refuses=False),
    Rule("limits-measured", WARNING, Phase.RUNNING,
         "every limit is shown, and addresses are counted by Azure itself", "", azure_refuses=False),
    Rule("version-for-overlay", ERROR, Phase.MIGRATE,
         "the Kubernetes version can move", "K3"),
    Rule("version-without-engine", ERROR, Phase.MIGRATE,
         "the Kubernetes version can have its policy engine taken off", "K21", azure_refuses=False),
    Rule("network-policy", WARNING, Phase.MIGRATE,
         "no network policy engine is set, else a step takes it off", "K20 K21", azure_refuses=False),
    Rule("policy-gap", ERROR, Phase.MIGRATE,
         "network policies are enforced all the time; --accept-risk lowers it", "K21", azure_refuses=False),
    Rule("policies-without-engine", WARNING, Phase.MIGRATE,
         "network policies that are there are enforced, if the cluster was looked into", "K21"),
    Rule("identity-for-overlay", ERROR, Phase.MIGRATE, "the cluster runs as a user-assigned identity", "K18"),
    Rule("assigned-identity", ERROR, Phase.MIGRATE, "the identity that is to be assigned exists", "K18"),
    Rule("identity-is-new", WARNING, Phase.MIGRATE,
         "the identity of the cluster has had its roles for some hours", "K18"),
    Rule("identity-replaced", WARNING, Phase.MIGRATE,
         "no identity is replaced that may do more than the new one is granted", "K18"),
    Rule("detach-rights", ERROR, Phase.MIGRATE,
         "the cluster's identity may take its route table off its subnets", "K19"),
    Rule("route-table-elsewhere", ERROR, Phase.MIGRATE,
         "no subnet that is no pool's has the cluster's route table", "K22"),
    Rule("route-table-of-two", ERROR, Phase.MIGRATE,
         "the nodes of no other kubenet cluster use the cluster's route table", "K22"),
    Rule("availability-set", ERROR, Phase.MIGRATE, "no pool is an availability set", "K10"),
    Rule("windows-pools", ERROR, Phase.MIGRATE, "no pool runs Windows", "K3"),
    Rule("pod-subnet-for-overlay", ERROR, Phase.MIGRATE, "no pool has a subnet for its pods", "K3"),
    Rule("size-for-overlay", ERROR, Phase.MIGRATE, "no machine is of a size that Overlay does not take", "K10"),
    Rule("pod-cidr-for-overlay", ERROR, Phase.MIGRATE,
         "the pod CIDR has a /24 for every node at its most and the surge of all, where nothing else is",
         "K6 K27 K28"),
    Rule("caller-may-move", ERROR, Phase.MIGRATE,
         "the caller may write the cluster, join its subnets and assign its identity", "I12"),
    Rule("routes-lost", WARNING, Phase.MIGRATE, "no routes of the user's own go, or no longer apply to nodes", "K33"),
    Rule("pods-reached-by-routes", WARNING, Phase.MIGRATE, "nobody reaches pods by routes of other tables", "K31"),
    Rule("security-group-without-routes", WARNING, Phase.MIGRATE,
         "no security group lets pods speak only because of their routes", "K30"),
    Rule("app-gateway", WARNING, Phase.MIGRATE, "no application gateway reaches pods by the table", "K22 K23"),
    Rule("dual-stack-for-overlay", WARNING, Phase.MIGRATE, "the cluster is not dual-stack", "K35"),
    Rule("virtual-machines-pools", WARNING, Phase.MIGRATE, "every pool has a scale set", "K36"),
    Rule("upgrade-scheduled", WARNING, Phase.MIGRATE, "AKS upgrades nothing meanwhile", "K38 R35"),
    Rule("asked-of-a-moved-cluster", WARNING, Phase.MIGRATE, "what is asked for can be had of a cluster that has moved",
         "K28 K44", azure_refuses=False),
    Rule("pods-behind-nodes", INFO, Phase.MIGRATE, "nothing outside rests on the addresses of pods", "K31"),
    Rule("templates-say-kubenet", INFO, Phase.MIGRATE, "no template puts kubenet back", "K46 K47"),
    Rule("cluster-not-inspected", ERROR, Phase.MIGRATE,
         "somebody has looked inside the cluster; --accept-risk lowers it", "R20", azure_refuses=False),
    Rule("ip-masq-config", ERROR, Phase.MIGRATE,
         "there are no own rules of ip-masq-agent, if the cluster was looked into", "K24"),
    Rule("iptables-daemon-sets", WARNING, Phase.MIGRATE,
         "no DaemonSet writes iptables of the nodes, if the cluster was looked into", "R20"),
    Rule("calico-objects", WARNING, Phase.MIGRATE,
         "there are no rules in objects of Calico's own, if the cluster was looked into", "K45"),
    Rule("network-policies-for-cilium", WARNING, Phase.MIGRATE,
         "no NetworkPolicy says something that Cilium reads otherwise, if the cluster was looked into", "K44"),
)  # fmt: skip
#: Every rule, by its name.
RULES = {rule.name: rule for rule in _ALL}


def acceptable_risks() -> list[str]:
    """Names of the rules whose errors --accept-risk may lower: those that Azure itself does not refuse."""
    found = (rule for rule in _ALL if rule.phase is Phase.PLAN and rule.severity is ERROR)
    return [rule.name for rule in found if not rule.azure_refuses]


#: Checks of `plan`, which makes none of what only a creation needs. The checks themselves say so, too; a help page
#: does not wait for them.
_CHECKS_OF_PLAN = frozenset({
    "subnet-delegation", "subnet-links", "subnet-dedicated", "subnet-of-another-cluster",
    "route-table-of-another-cluster", "routes-in-pod-cidr", "routes-room", "route-table-subscription",
    "route-table-replaced", "network-security-group",
})  # fmt: skip


def names_of_checks(of_plan: bool) -> list[str]:
    """Names of the checks whose errors --skip-checks may lower. of_plan: by `plan`, not by `create`"""
    found = [rule.name for rule in _ALL if rule.phase is Phase.CHECK and rule.severity is ERROR]
    return [name for name in found if name in _CHECKS_OF_PLAN] if of_plan else found


def running_checks() -> list[str]:
    """Names of the checks of `check` whose errors --skip-checks may lower."""
    own = [rule.name for rule in _ALL if rule.phase is Phase.RUNNING and rule.severity is ERROR]
    return [*own, *_CHECKS_OF_BOTH]


def checks_of_move() -> list[str]:
    """Names of the checks whose errors --skip-checks of `migrate` may lower, or without which it goes on."""
    return [*running_checks(), *_CHECKS_OF_MOVE]


def risks_of_check() -> list[str]:
    """Names of the rules of a plan that `check` holds an existing cluster to, whose errors --accept-risk may lower."""
    return [name for name in acceptable_risks() if name in _RISKS_OF_CHECK]


#: Checks of a creation that an existing cluster is held to as well. The checks themselves say so, too; a help page does
#: not wait for them.
_CHECKS_OF_BOTH: tuple[str, ...] = (
    "locks", "subnet-delegation", "subnet-links", "subnet-of-another-cluster", "route-table-of-another-cluster",
    "route-table-replaced", "routes-in-pod-cidr", "outbound-route", "nat-gateway", "network-security-group",
)  # fmt: skip
#: Checks beside those of `check` of which a move can go without an answer. The checks of a move say so, too.
_CHECKS_OF_MOVE: tuple[str, ...] = (
    "caller-may-move", "detach-rights", "assigned-identity", "version-without-engine", "policies", "limits-measured",
    "route-table-elsewhere", "route-table-of-two", "ip-masq-config", "pdb-blocks-drain",
)  # fmt: skip
#: Rules of a plan on what is around a network.
_RISKS_OF_CHECK = frozenset({
    "pod-vnet-overlap", "service-vnet-overlap", "peered-network-overlap", "routed-range-overlap",
    "subnet-in-cluster-range",
})  # fmt: skip
