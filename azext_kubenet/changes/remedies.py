"""What to do about errors of Azure's that a creation meets: a sentence or a command for each code. Pure."""

import re
from collections.abc import Sequence

from azext_kubenet.azure.resources import Names

_REGIONS = "use a region that has it: az account list-locations --query [].name -o tsv"
_LOGIN = "log in again, then run the command again: az login"
_LATER = "azure did not complete it in time: run the command again in a few minutes; existing resources are kept"
_RANGE = (
    "use another range, or plan one that is free: az kubenet plan --vnet-address-prefixes PREFIX --subnet-prefix PREFIX"
)
_NETWORK = "check that it is ready, then run the command again: az network vnet show --ids {vnet_id} -o table"
_SUBNETS = (
    "list the subnets, then use another --subnet-prefix: "
    "az network vnet subnet list -g {vnet_group} --vnet-name {vnet} -o table"
)
_GONE = "a resource was deleted meanwhile: run the command again; missing resources are created"
_VALUE = "change the value of the option that the message is about: az kubenet create --help"
_DELETE = "delete the cluster if it exists, then run the command again: az aks delete -g {group} -n {cluster}"
_ADVICE = {
    "authorizationfailed": ("have an administrator grant the right that the message names, then run the command again"),
    "linkedauthorizationfailed": (
        "have an administrator run this, then run the command again: az role assignment create "
        '--assignee-object-id {object_id} --role "Network Contributor" --scope {subnet_id}'
    ),
    "authorization_requestdenied": (
        "the login is not allowed to read or write applications in Microsoft Entra ID: use --identity-type "
        "userAssigned, which needs no such right, or have an administrator create the service principal"
    ),
    "requestdisallowedbypolicy": "a policy of the organization refuses it: add the options that the message asks for",
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
}
_AGAIN = "fix the cause and run the command again; existing resources are kept"


#: Whose right is missing, in Azure's words: the caller's, or that of the cluster's identity.
_OBJECT_ID = re.compile(r"object id '([0-9a-f-]{36})'", re.IGNORECASE)


def remedy_for(codes: Sequence[str], names: Names, location: str, otherwise: str = "", message: str = "") -> str:
    """What to do about an error, with the names of the resources at hand.

    codes: its own and those of what lies behind it; the last that is known tells most. otherwise: a code whose advice
    holds when none is known; message: Azure's own, which names who lacks a right.
    """
    known = [code.lower() for code in (otherwise, *codes) if code.lower() in _ADVICE]
    text = _ADVICE[known[-1]] if known else _AGAIN
    named = _OBJECT_ID.search(message)
    return text.format(
        object_id=named.group(1) if named else "OBJECT_ID",
        subnet_id=names.subnet_id,
        vnet_id=names.vnet_id,
        vnet_group=names.vnet_group,
        vnet=names.vnet,
        group=names.group,
        cluster=names.cluster,
        location=location,
    )
