"""Help texts of the commands; the options' own stand in _params."""

from knack.help_files import helps

helps["kubenet"] = """
type: group
short-summary: Plan and create AKS clusters on kubenet.
long-summary: >-
    Kubenet retires on 31 March 2028. Its successor is Azure CNI Overlay.
"""

helps["kubenet plan"] = """
type: command
short-summary: Work out IP ranges for a kubenet cluster that cannot collide, and how large a cluster they carry.
long-summary: >-
    Needs no login and no network, unless an option names something in Azure: then the network, what is around it, or
    the whole estate is read, and chosen ranges keep clear of all of it. Ranges that are given are kept or refused,
    never changed; the others are chosen: the conventional value if it is free and large enough, else the conventional
    size where it is free, else smaller, down to what the demand needs. All findings come together; with an error among
    them the command prints them on standard error with what to type instead, prints nothing on standard output, and
    exits with 1.
examples:
  - name: The conventional set of ranges, as a table
    text: az kubenet plan -o table
  - name: A subnet that was given to you, and ranges that are in use elsewhere
    text: az kubenet plan --subnet-prefix 10.1.2.0/26 --exclude-prefixes 10.0.0.0/16 10.244.0.0/14
  - name: A cluster that will grow to 300 nodes and surges by a third during upgrades
    text: az kubenet plan --max-count 300 --max-surge 33%
  - name: A network taken from a block that is yours, with room for 5 private endpoints in the subnet
    text: az kubenet plan --within 10.20.0.0/18 --vnet-address-prefixes /22 --subnet-prefix /26 --extra-ips 5
  - name: Only the pod CIDR, for a script
    text: az kubenet plan --exclude-prefixes 10.0.0.0/8 --query podCidr -o tsv
  - name: Inside a network that exists, clear of its subnets, peers, gateways, routes and clusters, with the reasons
    text: az kubenet plan -g net --vnet-name hub --subnet-name aks --explain
  - name: In an existing subnet, which is measured
    text: >-
        az kubenet plan --vnet-subnet-id
        /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub/subnets/aks
  - name: Clear of every network that the login can read, and of an inventory's export
    text: az kubenet plan --discover tenant --exclude-prefixes @inventory.csv
  - name: Two node pools that upgrade at the same time
    text: az kubenet plan --pool system:3 --pool work:10:60:33%
  - name: Beside the other network models, for a cluster whose pods must be reachable
    text: az kubenet plan --subnet-prefix 10.1.2.0/24 --compare --needs pods-reachable
  - name: As a picture, and as a template to deploy
    text: az kubenet plan --map plan.svg --export plan.bicep
  - name: Keep a pod CIDR that overlaps a range on-premises, knowing that pods cannot reach the hosts there
    text: az kubenet plan --pod-cidr 10.244.0.0/16 --exclude-prefixes 10.240.0.0/12 --accept-risk excluded-range-overlap
"""

helps["kubenet create"] = """
type: command
short-summary: Create a kubenet cluster with its resource group, network, identity and role assignment in one command.
long-summary: >-
    Takes the options of `az kubenet plan` and those of `az aks create`, whose own code makes the cluster. What exists
    is used as it is and never overwritten; run again, the command goes on where it stopped, and once everything is
    there it writes nothing and prints the same cluster. Standard output is the cluster, as `az aks create` prints it.
examples:
  - name: A cluster with the conventional ranges, in a new resource group
    text: az kubenet create -g rg -n c --location westeurope --generate-ssh-keys
  - name: From a plan, through a pipe
    text: >-
        az kubenet plan --max-count 100 |
        az kubenet create -g rg -n c --location westeurope --generate-ssh-keys --plan @-
  - name: From a plan made inside a network, which is looked at again
    text: >-
        az kubenet plan -g net --vnet-name hub --subnet-name aks |
        az kubenet create -g rg -n c --location westeurope --generate-ssh-keys --plan @-
  - name: What would be done, without doing it
    text: az kubenet create -g rg -n c --location westeurope --no-ssh-key --dry-run -o table
  - name: In a subnet that exists
    text: >-
        az kubenet create -g rg -n c --generate-ssh-keys --vnet-subnet-id
        /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub/subnets/aks
  - name: With a new service principal, and the role and scope of Microsoft's article on kubenet
    text: >-
        az kubenet create -g rg -n c --location westeurope --generate-ssh-keys
        --create-service-principal --role Contributor --role-scope vnet
  - name: For a script that goes on while the cluster is being made
    text: az kubenet create -g rg -n c --location westeurope --generate-ssh-keys --no-wait
"""
