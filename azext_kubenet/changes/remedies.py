"""What to do about errors of Azure's that a creation meets: a sentence or a command for each code. Pure."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from azext_kubenet.azure.resources import Names

#: Values of nothing.
_UNKNOWN: Mapping[str, str] = MappingProxyType({})
_REGIONS = "use a region that has it: az account list-locations --query [].name -o tsv"
_LOGIN = "log in again, then run the command again: az login"
_LATER = "azure did not complete it in time: run the command again in a few minutes; existing resources are kept"
_RANGE = "use another range, or leave its option out: then one is chosen that is free"
_NETWORK = "check that it is ready, then run the command again: az network vnet show --ids {vnet_id} -o table"
_SUBNETS = (
    "list the subnets, then use another --subnet-prefix: "
    "az network vnet subnet list -g {vnet_group} --vnet-name {vnet} -o table"
)
_GONE = "a resource was deleted meanwhile: run the command again; missing resources are created"
_VALUE = "change the value of the option that the message is about: az kubenet create --help"
_DELETE = "delete the cluster if it exists, then run the command again: az aks delete -g {group} -n {cluster}"
_FREE = (
    "have whoever uses what the cluster left take it off, then delete the cluster and run the command again, or choose "
    "another name by -n"
)
_SHOW_TABLE = "az network vnet subnet show --ids {subnet_id} --query routeTable.id -o tsv"
_DEFAULT_ROUTE = (
    "change the route 0.0.0.0/0 of the subnet's route table, or add one, so that it leads to a VirtualAppliance or a "
    f"VirtualNetworkGateway, or leave --outbound-type out; the table is shown by: {_SHOW_TABLE}"
)
#: The object id of the cluster's identity, in a command.
_PRINCIPAL = "$(az identity show --ids {identity_id} --query principalId -o tsv)"
_GRANT = f"az role assignment create --assignee-object-id {_PRINCIPAL} --assignee-principal-type ServicePrincipal"
_ZONE = (
    "have an administrator give the cluster's identity both roles, then run the command again: "
    f'{_GRANT} --role "Private DNS Zone Contributor" --scope ZONE_ID && '
    f'{_GRANT} --role "Network Contributor" --scope {{vnet_id}}'
)
_OUTBOUND = (
    "nodes could not reach what they need (https://aka.ms/aks/outbound): check the security group, the routes and the "
    "DNS servers of the subnet: az network vnet subnet show --ids {subnet_id}"
)
_SIZES = "use another --node-vm-size, other --zones or another region: az vm list-skus -l {location} -r virtualMachines"
_ADVICE = {
    "authorizationfailed": ("have an administrator grant the right that the message names, then run the command again"),
    "linkedauthorizationfailed": (
        "have an administrator run this, then run the command again: az role assignment create "
        '--assignee-object-id {object_id} --assignee-principal-type {kind} --role "Network Contributor" '
        "--scope {subnet_id}"
    ),
    "authorization_requestdenied": (
        "the login is not allowed to read or write applications in Microsoft Entra ID: use --identity-type "
        "userAssigned, which needs no such right, or have an administrator create the service principal"
    ),
    "requestdisallowedbypolicy": "a policy of the organization refuses it: add the options that the message asks for",
    "routetableinvalidnexthop": _DEFAULT_ROUTE,  # [H11] hashicorp/terraform-provider-azurerm#8609
    "routetablemissingdefaultrouteerror": _DEFAULT_ROUTE,
    "subnetnotassociatedwithnatgateway": (  # [H12]
        "attach a NAT gateway to the subnet, or leave --outbound-type out: "
        "az network vnet subnet update --ids {subnet_id} --nat-gateway GATEWAY_ID"
    ),
    "customprivatednszonemissingpermission": _ZONE,  # Azure/Azure-Landing-Zones#2892
    "customprivatednszonemissingpermissionerror": _ZONE,
    "customkubeletidentitymissingpermissionerror": (  # [I19]
        "have an administrator give the cluster's identity the role on the kubelets' identity, then run the command "
        f'again: {_GRANT} --role "Managed Identity Operator" --scope KUBELET_IDENTITY_ID'
    ),
    "routeconflict": (  # kubernetes-sigs/cloud-provider-azure#657
        "a table takes one route for a prefix: delete the other one, or use another --pod-cidr; the table is shown "
        f"by: {_SHOW_TABLE}"
    ),
    "setvnetownershipfailed": _NETWORK,  # Azure/AKS#4522: another write of the network is under way
    "virtualnetworknotinsucceededstate": _NETWORK,
    "vmextensionprovisioningerror": _OUTBOUND,  # Azure/AKS#1607, #2793
    "outboundconnfailvmextensionerror": _OUTBOUND,
    "vmextensionerror_outboundconnfail": _OUTBOUND,
    "k8sapiserverconnfailvmextensionerror": _OUTBOUND,
    "vmextensionerror_k8sapiserverconnfail": _OUTBOUND,
    "k8sapiserverdnslookupfailvmextensionerror": _OUTBOUND,
    "vmextensionerror_k8sapiserverdnslookupfail": _OUTBOUND,
    "skunotavailable": _SIZES,
    "allocationfailed": _SIZES,
    "zonalallocationfailed": _SIZES,
    "k8sversionnotsupported": (
        "use a --kubernetes-version that the region has: az aks get-versions -l {location} -o table"
    ),
    "subnetwithexternalresourcescannotbeusedbyotherresources": (
        "another service has linked itself to the subnet: use another one: --subnet-name NAME for a new one"
    ),
    "missingsubscriptionregistration": (
        "register the provider that the message names, then run the command again: "
        "az provider register -n Microsoft.ContainerService --wait"
    ),
    "scopelocked": "a lock prevents it: az lock list -g {group} -o table",
    "quotaexceeded": (
        "check the remaining quota and request more, or use another region: az vm list-usage -l {location} -o table"
    ),
    "errcode_insufficientvcpuquota": (
        "use a smaller --node-vm-size or --node-count, or request more quota: az vm list-usage -l {location} -o table"
    ),
    "locationnotavailableforresourcetype": _REGIONS,
    "locationnotavailableforresourcegroup": _REGIONS,
    "invalidresourcelocation": "it exists in another region: use --location with that region, or another name",
    "invalidresourcegrouplocation": "the group exists in another region: leave --location out, or use another group",
    "subnetisdelegated": (
        "use a subnet without delegation: az network vnet subnet show --ids {subnet_id} --query delegations"
    ),
    "insufficientsubnetsize": "use a larger subnet, or plan for fewer nodes: az kubenet plan --subnet-prefix /24",
    "subnetisfull": "use a larger subnet, or plan for fewer nodes: az kubenet plan --subnet-prefix /24",
    "customroutetablewithunsupportedmsitype": "use --identity-type userAssigned with a route table of your own",
    "customroutetablemissingpermission": (
        "give the cluster's identity Network Contributor on the route table, then run the command again"
    ),
    "serviceprincipalnotfound": "check that it exists: az ad sp show --id APP_ID; a new one takes minutes to replicate",
    "principalnotfound": "a new identity takes minutes to replicate: run the command again",
    "unmatchedprincipaltype": "it is the id of a user or group: use that of a service principal: az ad sp show --id ID",
    "roledefinitiondoesnotexist": "use a --role that exists: az role definition list --query [].roleName -o tsv",
    "subscriptionnotfound": "choose a subscription that the login can see: az account list -o table",
    "authenticationfailed": _LOGIN,
    "expiredauthenticationtoken": _LOGIN,
    "invalidauthenticationtoken": _LOGIN,
    "notoken": _LOGIN,
    "serviceprincipalvalidationclienterror": (
        "check that the password is right and has not expired: az ad sp credential list --id APP_ID; a new one "
        "takes minutes to replicate: run the command again"
    ),
    "noregisteredproviderfound": _REGIONS,
    "resourcegroupbeingdeleted": (
        "wait until it is gone, then run the command again: az group wait -n {group} --deleted"
    ),
    "resourcegroupnotfound": _GONE,
    "parentresourcenotfound": _GONE,
    "invalidresourcereference": _GONE,
    "operationnotallowed": (
        "if a quota is used up, request more: az vm list-usage -l {location} -o table; if an operation is in progress, "
        "run the command again when it has ended: az aks show -g {group} -n {cluster} --query provisioningState"
    ),
    "getvneterror": _NETWORK,
    "referencedresourcenotprovisioned": _NETWORK,
    "parentresourceisinfailedstate": _NETWORK,
    "netcfgsubnetrangesoverlap": _SUBNETS,
    "netcfgsubnetrangeoutsidevnet": _SUBNETS,
    "servicecidroverlapexistingsubnetscidr": _RANGE,
    "podcidroverlapexistingsubnetscidr": _RANGE,
    "networkprofilecidroverlapvnet": _RANGE,
    "cidrstringparseerror": _RANGE,
    "invalidparameter": _VALUE,
    "badrequest": _VALUE,
    "systempoolhasrestrictedtaint": "leave --nodepool-taints out: the first pool must accept system pods",
    "anotheroperationinprogress": _LATER,
    "retryableerrorduetoanotheroperation": _LATER,
    "retryableerror": _LATER,
    "429": _LATER,
    "toomanyrequests": _LATER,
    "subscriptionrequeststhrottled": _LATER,
    "failedidentityoperation": _LATER,
    "servertimeout": _LATER,
    "gatewaytimeout": _LATER,
    "badgatewayconnection": _LATER,
    "internalservererror": _LATER,
    "multipleerrorsoccurred": _LATER,
    "failed": _DELETE,
    "canceled": _DELETE,
    "failed and in use": _FREE,
}
#: What to do about a refusal by policy, by the kind of what it refused: what create cannot make as the policy asks is
#: made first, and then named. A tag is asked for most often, and --tags is on everything that is made.
_BY_POLICY = {
    "resource group": (
        "a policy of the organization refuses the group as it is: add --tags if it asks for tags, or create the group "
        "as the policy asks, and run the command again: az group create -n {group} -l {location} --tags KEY=VALUE"
    ),
    "virtual network": (
        "a policy of the organization refuses the network as it is: add --tags if it asks for tags, or have one "
        "created as the policy asks, with a subnet for the nodes, and name that: --vnet-subnet-id ID"
    ),
    "subnet": (
        "a policy of the organization refuses the subnet as it is: have one created as the policy asks, and name that: "
        "--vnet-subnet-id ID"
    ),
    "identity": (
        "a policy of the organization refuses the identity as it is: add --tags if it asks for tags, or have one "
        "created as the policy asks, and name that: --assign-identity ID"
    ),
    "role assignment": (
        "a policy of the organization refuses role assignments like this one, whoever makes them: have the identity "
        "given the permissions in the way that the policy allows, then add --skip-subnet-role-assignment"
    ),
    "cluster": (
        "a policy of the organization refuses the cluster as it is: add the options of az aks create that the message "
        "asks for: az kubenet create --help"
    ),
}
_POLICY = "requestdisallowedbypolicy"
#: Azure's word for a cluster that did not come to be.
FAILED = "failed"
#: Ours for one of which others use something.
FAILED_IN_USE = "failed and in use"
#: How advice to a command that creates ends.
NOTHING_LOST = "; existing resources are kept"
_AGAIN = f"fix the cause and run the command again{NOTHING_LOST}"


#: Whose right is missing, in Azure's words: the caller's, or that of the cluster's identity.
_OBJECT_ID = re.compile(r"object id '([0-9a-f-]{36})'", re.IGNORECASE)
#: A user is called by an address there, an application by a GUID.
_USER = re.compile(r"client '[^']*@[^']*'", re.IGNORECASE)


def is_policy(codes: Sequence[str]) -> bool:
    """Whether a policy refused, which no right of anybody's changes. codes: an error's own, and those behind it."""
    return any(code.lower() == _POLICY for code in codes)


def remedy_for(  # pylint: disable=too-many-positional-arguments
    codes: Sequence[str],
    names: Names,
    location: str,
    otherwise: str = "",
    message: str = "",
    kind: str = "",
    values: Mapping[str, str] = _UNKNOWN,
) -> str:
    """What to do about an error, with the names of the resources at hand.

    codes: its own and those of what lies behind it; the last that is known tells most. otherwise: a code whose advice
    holds when none is known; message: Azure's own, which names who lacks a right; kind: of what was being made
    values: what stands for words in capitals, such as APP_ID, as far as it is known
    """
    known = [code.lower() for code in (otherwise, *codes) if code.lower() in _ADVICE]
    text = _ADVICE[known[-1]] if known else _AGAIN
    if is_policy(codes):
        text = _BY_POLICY.get(kind, _ADVICE[_POLICY])
    named = _OBJECT_ID.search(message)
    for word, value in values.items():
        text = re.sub(rf"\b{word}\b", value, text) if value else text
    return text.format(
        object_id=named.group(1) if named else "OBJECT_ID",
        subscription=names.subscription,
        subnet_id=names.subnet_id,
        vnet_id=names.vnet_id,
        vnet_group=names.vnet_group,
        vnet=names.vnet,
        group=names.group,
        cluster=names.cluster,
        identity_id=names.new_identity_id,
        location=location or "LOCATION",
        kind="User" if _USER.search(message) else "ServicePrincipal",
    )
