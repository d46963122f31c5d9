"""What ``az`` asks before it works: the cloud's endpoints, and a token for its managed identity.

Our model: an unsigned token of App Service's shape. The client does not check signatures; the server reads the
object id back from it.
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from typing import Any

from ..core import errors
from ..core.options import CALLER_APP, CALLER_OBJECT, CLOUD, TENANT
from ..core.wire import Answer, Call

IDENTITY_HEADER = "loopback"
HOURS = 24


def endpoints(base_url: str) -> dict[str, Any]:
    """``/metadata/endpoints`` as ``az cloud register`` reads it: one object, every service at this server."""
    host = base_url.partition("://")[2]
    return {
        "name": CLOUD,
        "portal": base_url,
        "resourceManager": base_url + "/",
        "graph": base_url + "/",
        "graphAudience": base_url + "/",
        "microsoftGraphResourceId": base_url + "/",
        "gallery": base_url + "/",
        "batch": base_url + "/",
        "media": base_url + "/",
        "sqlManagement": base_url + "/",
        "vmImageAliasDoc": base_url + "/",
        "activeDirectoryDataLake": base_url + "/",
        "logAnalyticsResourceId": base_url,
        "ossrdbmsResourceId": base_url,
        "synapseAnalyticsResourceId": base_url,
        "appInsightsResourceId": base_url,
        "appInsightsTelemetryChannelResourceId": base_url,
        "attestationResourceId": base_url,
        "azmirrorStorageAccountResourceId": "null",
        "appServiceResourceId": base_url,
        "authentication": {
            "loginEndpoint": base_url + "/",
            "audiences": [base_url + "/"],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "suffixes": {
            "storage": host,
            "keyVaultDns": host,
            "sqlServerHostname": host,
            "acrLoginServer": host,
            "mhsmDns": host,
        },
    }


def token(base_url: str, resource: str, principal: str = CALLER_OBJECT, app: str = CALLER_APP) -> str:
    """A bearer token that names its owner."""
    issued = int(time.time())
    claims = {
        "aud": resource,
        "iss": f"{base_url}/{TENANT}/",
        "iat": issued,
        "nbf": issued,
        "exp": issued + HOURS * 3600,
        "appid": app,
        "oid": principal,
        "sub": principal,
        "tid": TENANT,
        "idtyp": "app",
        "ver": "1.0",
        "uti": uuid.uuid4().hex,
    }
    return ".".join((_encode({"typ": "JWT", "alg": "RS256", "kid": "loopback"}), _encode(claims), "bG9vcGJhY2s"))


def caller_of(call: Call) -> str:
    """The object id in the bearer token; AuthenticationFailed is recorded."""
    kind, _, text = call.header("Authorization").partition(" ")
    try:
        if kind.lower() == "bearer":
            return str(json.loads(_decode(text.split(".")[1]))["oid"])
    except (IndexError, KeyError, ValueError):
        pass
    raise errors.wrapped(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")


def answer(base_url: str, call: Call) -> Answer:
    """``/metadata/endpoints`` and ``/msi/token``."""
    if call.path.lower().startswith("/metadata/endpoints"):
        return Answer(200, endpoints(base_url))
    if call.path.lower() == "/msi/token" and call.header("X-IDENTITY-HEADER") == IDENTITY_HEADER:
        resource = call.param("resource") or base_url
        expires = str(int(time.time()) + HOURS * 3600)
        return Answer(
            200,
            {
                "access_token": token(base_url, resource),
                "expires_on": expires,
                "resource": resource,
                "token_type": "Bearer",
                "client_id": CALLER_APP,
            },
        )
    return Answer(400, {"statusCode": 400, "message": "This is not how a managed identity asks for a token."})


def _encode(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
