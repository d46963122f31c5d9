"""Help texts of the commands; those of the options are in _params."""

from knack.help_files import helps

helps["kubenet"] = """
type: group
short-summary: Plan, create, check and list AKS clusters on kubenet.
long-summary: >-
    Kubenet retires on 31 March 2028. Its successor is Azure CNI Overlay.
"""

helps["kubenet plan"] = """
type: command
short-summary: Choose and validate IP ranges for a kubenet cluster, and show how large a cluster they support.
long-summary: >-
    Requires no login and no network access, unless an option refers to something in Azure: then the virtual network,
    its surroundings, or everything the account can see is read, and chosen ranges avoid all of it. Ranges that you
    give are used unchanged or refused; the others are chosen: the default value if it is free and large enough,
    otherwise the default size in free space, otherwise a smaller range, down to what the cluster size needs. A subnet
    is a /24, or larger, while no --max-count is stated, and otherwise the smallest that holds the demand. All findings
    are reported together, and their first fixes fit each other: the last line is the command with all
    of them. If one of them is an error, the command prints them on standard error with what to type instead, prints
    nothing on standard output, and exits with 1; a comparison is printed also where kubenet is too small. With
    --network-plugin azure --network-plugin-mode overlay, the plan is for Azure CNI Overlay, kubenet's successor.
examples:
  - name: The default ranges, as a table
    text: az kubenet plan -o table
  - name: A given subnet, with ranges that are in use elsewhere
    text: az kubenet plan --subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.0.0.0/16 10.244.0.0/14
  - name: A cluster that will grow to 300 nodes, with a surge of one third during upgrades
    text: az kubenet plan --max-count 300 --max-surge 33%
  - name: A network within a block of your own, with room for 5 private endpoints in the subnet
    text: az kubenet plan --within 10.20.0.0/18 --vnet-address-prefixes /22 --subnet-prefix /26 --extra-ips 5
  - name: Only the pod CIDR, for a script
    text: az kubenet plan --exclude-prefixes 10.0.0.0/8 --query podCidr -o tsv
  - name: In an existing network, avoiding its subnets, peers, gateways, routes and clusters, with an explanation
    text: az kubenet plan -g net --vnet-name hub --subnet-name aks --explain
  - name: In an existing subnet, which is measured
    text: >-
        az kubenet plan --vnet-subnet-id
        /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub/subnets/aks
  - name: Avoiding every network that the account can read, and the export of an inventory
    text: az kubenet plan --discover tenant --exclude-prefixes @inventory.csv
  - name: The next cluster, apart from all that were planned before and kept in files
    text: az kubenet plan --exclude-prefixes 10.0.0.0/8 '@plans/*.json'
  - name: Six clusters whose ranges are apart from each other
    text: >-
        for n in 1 2 3 4 5 6; do [ -s cluster$n.json ] || az kubenet plan --pod-cidr /18 --exclude-prefixes 10.0.0.0/8
        '@cluster*.json' -o json > cluster$n.json; done; cat cluster6.json
  - name: An earlier plan for more nodes, keeping the ranges that still fit
    text: az kubenet plan --plan @old.json --max-count 300
  - name: The smallest ranges that hold the cluster, to request from a network team
    text: az kubenet plan --max-count 300 --query sizes
  - name: Two node pools that are upgraded at the same time
    text: az kubenet plan --pool system:3 --pool work:10:60:33%
  - name: A comparison with the other network models, for a cluster whose pods must be reachable
    text: az kubenet plan --subnet-prefix 10.1.2.0/24 --compare --needs pods-reachable
  - name: A comparison for a cluster that is too large for kubenet, as a table
    text: az kubenet plan --max-count 500 --compare -o table
  - name: The plan for kubenet's successor, Azure CNI Overlay
    text: az kubenet plan --network-plugin azure --network-plugin-mode overlay --max-count 500
  - name: When each limit is reached if nodes grow by a quarter each year
    text: az kubenet plan --node-count 10 --max-count 100 --growth 25% --query growth -o table
  - name: A diagram, and a template to deploy
    text: az kubenet plan --map plan.svg --export plan.bicep
  - name: Values for Terraform, with what the cluster is to be called and where
    text: >-
        az kubenet plan --max-count 60 --export prod.tfvars.json -g shop -n shop-prod --location westeurope
        --node-vm-size Standard_D4s_v5
  - name: For a pipeline, all findings as JUnit, also when the plan is refused
    text: az kubenet plan --exclude-prefixes 10.1.0.0/16 --findings findings.xml -o table
  - name: A pod CIDR that overlaps an on-premises range, accepting that pods cannot reach hosts there
    text: az kubenet plan --pod-cidr 10.244.0.0/16 --exclude-prefixes 10.240.0.0/12 --accept-risk excluded-range-overlap
"""

helps["kubenet create"] = """
type: command
short-summary: Create a kubenet cluster with its resource group, network, identity and role assignment in one command.
long-summary: >-
    Accepts the options of `az kubenet plan` and those of `az aks create`, whose own code creates the cluster. Existing
    resources are used unchanged and never overwritten. If the command is run again, it continues where it stopped; once
    everything exists, it writes nothing and prints the same cluster. Standard output is the cluster, as
    `az aks create` prints it. A plan for Azure CNI Overlay is refused, with the commands that create its cluster.
examples:
  - name: A cluster with the default ranges, in a new resource group
    text: az kubenet create -g rg -n c --location westeurope --generate-ssh-keys
  - name: From a plan, through a pipe
    text: >-
        az kubenet plan --max-count 100 |
        az kubenet create -g rg -n c --location westeurope --generate-ssh-keys --plan @-
  - name: From a plan for an existing network, which is read again
    text: >-
        az kubenet plan -g net --vnet-name hub --subnet-name aks |
        az kubenet create -g rg -n c --location westeurope --generate-ssh-keys --plan @-
  - name: Preview of the steps, without writing anything
    text: az kubenet create -g rg -n c --location westeurope --no-ssh-key --dry-run -o table
  - name: In an existing subnet
    text: >-
        az kubenet create -g rg -n c --generate-ssh-keys --vnet-subnet-id
        /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub/subnets/aks
  - name: With a new service principal, and the role and scope of Microsoft's article on kubenet
    text: >-
        az kubenet create -g rg -n c --location westeurope --generate-ssh-keys
        --create-service-principal --role Contributor --role-scope vnet
  - name: Without waiting until the cluster is created, for scripts
    text: az kubenet create -g rg -n c --location westeurope --generate-ssh-keys --no-wait
"""

helps["kubenet check"] = """
type: command
short-summary: Check the health and the headroom of an existing kubenet cluster.
long-summary: >-
    Measures what is left of each limit: addresses of the subnets, blocks of the pod CIDR, routes, nodes and vCPU quota,
    with what an upgrade takes now and what all autoscalers at their maximum would take. Compares the route table with
    the nodes, and looks at route tables, security groups, role assignments, locks, outbound ports, states,
    versions, and ranges that overlap the cluster's since it was created. Reads only. The report is printed whatever is
    found; findings are printed on standard error, each with the command that mends it. What could not be read is a
    finding, too.
examples:
  - name: What is left of each limit, as a table
    text: az kubenet check -g rg -n c -o table
  - name: Room for five more nodes in one pool
    text: az kubenet check -g rg -n c --pool nodepool1:+5
  - name: Whether the cluster can be upgraded, for a script
    text: az kubenet check -g rg -n c --fail-on never --query canUpgrade -o tsv
  - name: For a pipeline, failing on warnings, with the findings as JUnit
    text: az kubenet check -g rg -n c --fail-on warning --findings findings.xml
"""

helps["kubenet list"] = r"""
type: command
short-summary: List the existing kubenet clusters, those with the least headroom first.
long-summary: >-
    Reads every kubenet cluster that the login can read, in all subscriptions unless --subscription or
    --management-groups narrows that, from a few queries of Azure Resource Graph, which may not know the last changes.
    headroom is the number of further nodes that each limit has room for, null where one is not shown: addresses of the
    narrowest subnet, blocks of the pod CIDR, routes, and nodes of a cluster; of a stopped cluster, what is left once it
    has started. canUpgrade is whether all node pools can surge at once. readiness is for the move to Azure CNI Overlay:
    ready; steps, if all blockers are mended by a step of the move or a command; blocked, if one needs a new cluster or
    somebody else; unknown, if Azure does not show enough. Standard error says what was looked at and what was not.
    Reads only.
examples:
  - name: Every kubenet cluster, as a table
    text: az kubenet list -o table
  - name: The clusters that cannot be upgraded now, with their subnets measured live
    text: az kubenet list --live --fail-on never --query "[?canUpgrade==\`false\`].[name, limitedBy]" -o tsv
  - name: The clusters whose move to Azure CNI Overlay is blocked, with what blocks it
    text: az kubenet list --blocked --fail-on never --query "[].{name:name, blockers:join(', ', blockers)}"
  - name: For a nightly job, failing if a production cluster has no room for its peak
    text: az kubenet list --tag env=prod --fail-on warning -o json
"""

helps["kubenet wait"] = r"""
type: command
short-summary: Wait until a cluster is created, updated or deleted, after a command with --no-wait.
long-summary: >-
    Looks at the cluster and at its node pools, and ends with 0 once both are as they are waited for. With --created,
    --exists and --custom a cluster that does not exist yet is waited for, too. If the operation fails, the command
    prints what failed and the command that goes on, and exits with 1, as it does when the time is over; if the cluster
    does not exist, then too, it exits with 3. Nothing is printed on standard output. Reads only.
examples:
  - name: Until a cluster is created that was left by `az kubenet create --no-wait`
    text: az kubenet wait -g rg -n c --created
  - name: Until a step of a move has ended that was left by `az kubenet migrate --no-wait`, looking twice a minute
    text: az kubenet wait -g rg -n c --updated --interval 30 --timeout 7200
  - name: Until the cluster shows Azure CNI Overlay
    text: az kubenet wait -g rg -n c --custom "networkProfile.networkPluginMode=='overlay'"
"""

helps["kubenet migrate"] = """
type: command
short-summary: Move a kubenet cluster to Azure CNI Overlay, and prove that it has moved.
long-summary: >-
    First looks at everything that is in the way of the move and at what it will change, and stops if anything must be
    dealt with before: each finding has the command that does it. Then takes any network policy engine off, moves the
    cluster in one request over exactly what was read, looks for every sign of the move, and prints what templates must
    say from now on. All nodes are replaced, and there is no way back: the name of the cluster is asked for, unless
    --yes is given. A run that was cut off goes on where the cluster stands: type the same command again. What belongs
    to others, such as a route table on another subnet, is never changed: the command is printed instead.
examples:
  - name: Everything that is in the way, and each step, without writing anything
    text: az kubenet migrate -g rg -n c --dry-run --inspect-cluster
  - name: Move the cluster, with what there was written to a file before
    text: az kubenet migrate -g rg -n c --inspect-cluster --save before.json
  - name: With a larger range for pods, and Cilium afterwards
    text: az kubenet migrate -g rg -n c --inspect-cluster --pod-cidr /14 --then cilium --accept-risk policy-gap
  - name: In a job at night, without waiting
    text: az kubenet migrate -g rg -n c --accept-risk cluster-not-inspected --no-wait --yes
"""
