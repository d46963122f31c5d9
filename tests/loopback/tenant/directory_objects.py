"""Applications and service principals with every key that Microsoft Graph shows, and the filters that ``az`` looks
for them with.
"""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timezone
from typing import Any

from ..core import errors
from ..core.options import TENANT

Body = dict[str, Any]
_CONDITION = re.compile(
    r"^(?:(\w+) eq '([^']*)'|startswith\((\w+),\s*'([^']*)'\)|(\w+)/any\(\w+:\s*\w+ eq '([^']*)'\))$", re.IGNORECASE
)
_INFO = {
    "logoUrl": None,
    "marketingUrl": None,
    "privacyStatementUrl": None,
    "supportUrl": None,
    "termsOfServiceUrl": None,
}
_PUBLISHER = {"displayName": None, "verifiedPublisherId": None, "addedDateTime": None}


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def application(sent: Body) -> Body:
    """An application with every key that Graph shows (recorded: POST /v1.0/applications)."""
    none = dict.fromkeys(
        (
            "deletedDateTime",
            "applicationTemplateId",
            "disabledByMicrosoftStatus",
            "description",
            "groupMembershipClaims",
            "isDeviceOnlyAuthSupported",
            "isFallbackPublicClient",
            "nativeAuthenticationApisEnabled",
            "notes",
            "serviceManagementReference",
            "tokenEncryptionKeyId",
            "uniqueName",
            "samlMetadataUrl",
            "defaultRedirectUri",
            "certification",
            "optionalClaims",
            "servicePrincipalLockConfiguration",
            "requestSignatureVerification",
        )
    )
    body: Body = {
        "id": str(uuid.uuid4()),
        "appId": str(uuid.uuid4()),
        "createdDateTime": _now(),
        **none,
        "displayName": "",
        "identifierUris": [],
        "publisherDomain": "loopback.onmicrosoft.com",
        "signInAudience": "AzureADMyOrg",
        "tags": [],
        "addIns": [],
        "api": {
            "acceptMappedClaims": None,
            "knownClientApplications": [],
            "requestedAccessTokenVersion": None,
            "oauth2PermissionScopes": [],
            "preAuthorizedApplications": [],
        },
        "appRoles": [],
        "info": dict(_INFO),
        "keyCredentials": [],
        "parentalControlSettings": {"countriesBlockedForMinors": [], "legalAgeGroupRule": "Allow"},
        "passwordCredentials": [],
        "publicClient": {"redirectUris": []},
        "requiredResourceAccess": [],
        "verifiedPublisher": dict(_PUBLISHER),
        "web": {
            "homePageUrl": None,
            "logoutUrl": None,
            "redirectUris": [],
            "implicitGrantSettings": {"enableAccessTokenIssuance": False, "enableIdTokenIssuance": False},
            "redirectUriSettings": [],
        },
        "spa": {"redirectUris": []},
    }
    return {**body, **{key: value for key, value in sent.items() if value is not None}}


def service_principal(object_id: str, app_id: str, name: str, kind: str, alternative: list[str]) -> Body:
    """A service principal with every key that Graph shows (recorded: POST /v1.0/servicePrincipals)."""
    none = dict.fromkeys(
        (
            "deletedDateTime",
            "appDescription",
            "applicationTemplateId",
            "description",
            "disabledByMicrosoftStatus",
            "homepage",
            "loginUrl",
            "logoutUrl",
            "notes",
            "preferredSingleSignOnMode",
            "preferredTokenSigningKeyThumbprint",
            "tokenEncryptionKeyId",
            "samlSingleSignOnSettings",
        )
    )
    return {
        "id": object_id,
        **none,
        "accountEnabled": True,
        "alternativeNames": alternative,
        "appDisplayName": name,
        "appId": app_id,
        "appOwnerOrganizationId": TENANT,
        "appRoleAssignmentRequired": False,
        "createdDateTime": _now(),
        "displayName": name,
        "notificationEmailAddresses": [],
        "replyUrls": [],
        "servicePrincipalNames": [app_id],
        "servicePrincipalType": kind,
        "signInAudience": "AzureADMyOrg",
        "tags": [],
        "addIns": [],
        "appRoles": [],
        "info": dict(_INFO),
        "keyCredentials": [],
        "oauth2PermissionScopes": [],
        "passwordCredentials": [],
        "resourceSpecificApplicationPermissions": [],
        "verifiedPublisher": dict(_PUBLISHER),
    }


def matches(body: Body, text: str) -> bool:
    """The filters that ``az`` sends: eq, startswith, any, joined by "and" or "or"; others are refused (our wording)."""
    if not text:
        return True
    return any(all(_holds(body, part.strip()) for part in re.split(r" and ", side)) for side in re.split(r" or ", text))


def _holds(body: Body, condition: str) -> bool:
    match = _CONDITION.match(condition)
    if not match:
        raise errors.graph(400, "Request_UnsupportedQuery", f"The filter '{condition}' is not supported.")
    if match[1]:
        return str(body.get(match[1], "")).lower() == match[2].lower()
    if match[3]:
        return str(body.get(match[3], "")).lower().startswith(match[4].lower())
    return match[6].lower() in [str(item).lower() for item in body.get(match[5], [])]
