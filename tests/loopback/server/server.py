"""The loopback server: aiohttp with a certificate of its own, on a thread of the process that starts it.

``with LoopbackArm() as arm:`` is all that a test needs; ``python -m tests.loopback`` is the same for a shell. See `rig`
for the side of ``az``.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import ssl
import sys
import tempfile
import threading
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import trustme
from aiohttp import web

from ..authorization import assignments
from ..core.ledger import Ledger
from ..core.options import CALLER_OBJECT, TENANT, Options
from ..core.store import Body, Store
from ..core.wire import Answer, Call, Drop
from . import rig
from .cloud import After, Before, Cloud
from .login import token

LARGEST_BODY = 64 * 2**20


class LoopbackArm:
    """One server with its own Azure; options as in `options.Options`."""

    def __init__(self, port: int = 0, **options: Any) -> None:
        self.cloud = Cloud(Options(**options))
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._failed: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="loopback-arm", daemon=True)
        self._folder = Path()

    # -- for tests

    @property
    def url(self) -> str:
        return self.cloud.base_url

    @property
    def ca_bundle(self) -> str:
        """A file with the authority that signed the server's certificate, and those that were trusted before."""
        return str(self._folder / "ca.pem")

    @property
    def authority(self) -> str:
        """A file with that authority alone, for an ``az`` that talks to nobody else: to read all takes it long."""
        return str(self._folder / "authority.pem")

    @property
    def state(self) -> Store:
        """All resources by lower-case id."""
        return self.cloud.store

    @property
    def ledger(self) -> Ledger:
        return self.cloud.ledger

    @property
    def before(self) -> list[Before]:
        """Callables that see a call first and may answer it."""
        return self.cloud.before

    @property
    def after(self) -> list[After]:
        """Callables that see a call with its answer and may replace the answer."""
        return self.cloud.after

    def empty(self, **options: Any) -> LoopbackArm:
        """Put an Azure in which there is nothing in the place of the one there was; options as in `options.Options`."""
        self.cloud = Cloud(Options(**options), self.url)
        return self

    def put(self, resource: str, body: Body) -> Body:
        """Seed a resource by the same code as a PUT, without ledger, hooks or polling; refused as Azure would refuse
        it.
        """
        with self.cloud.lock:
            return seed(self.cloud, resource, body)

    def grant(self, principal: str, role: str, scope: str, condition: str = "") -> str:
        """Give a principal a built-in role by name; the assignment's id."""
        with self.cloud.lock:
            return self.cloud.roles.grant(principal, role, scope, condition)

    def add_subscription(self, id: str, tenant: str = TENANT, readable: bool = True, name: str = "") -> str:
        """Make another subscription known; its scope. See `cloud.Cloud.add_subscription`."""
        with self.cloud.lock:
            return self.cloud.add_subscription(id, tenant, readable, name)

    def put_into(self, management_group: str, *subscriptions: str) -> None:
        """Put subscriptions, by their ids, into a management group. See `tenancy.Subscriptions.put_into`."""
        with self.cloud.lock:
            self.cloud.subscriptions.put_into(management_group, subscriptions)

    def env(self, config_dir: str | Path) -> dict[str, str]:
        """The environment for an ``az`` that works against this server and leaves nothing outside `config_dir`."""
        return rig.environment(self.url, self.ca_bundle, config_dir)

    def token(self) -> str:
        """A bearer token of the default caller, for requests without ``az``."""
        return token(self.url, self.url + "/")

    # -- running

    def start(self) -> LoopbackArm:
        """Begin to listen; returns once the port is known."""
        self._folder = Path(tempfile.mkdtemp(prefix="loopback-arm-"))
        self._thread.start()
        self._ready.wait()
        if self._failed:
            self.stop()
            raise self._failed
        return self

    def stop(self) -> None:
        """Stop listening and remove the certificate."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> LoopbackArm:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.2)
        try:
            self._loop.run_until_complete(self._listen(runner))
        except OSError as error:
            self._failed = error
        self._ready.set()
        if not self._failed:
            self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _listen(self, runner: web.AppRunner) -> None:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self._port, ssl_context=self._certificate())
        await site.start()
        self.cloud.base_url = f"https://localhost:{runner.addresses[0][1]}"

    def _certificate(self) -> ssl.SSLContext:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.authority)
        Path(self.ca_bundle).write_bytes(authority.cert_pem.bytes() + rig.trusted_before())
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        return context

    # -- HTTP

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=LARGEST_BODY)
        application.router.add_route("*", "/{path:.*}", self._serve)
        return application

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        try:
            body = json.loads(await request.read() or b"null")
        except ValueError:
            body = None
        path = request.path.replace("//", "/")  # `az lock` writes two where a resource has no parent, which Azure takes
        call = Call(request.method, path, dict(request.query), dict(request.headers), body)
        if self.cloud.options.delay and not call.path.startswith(("/loopback/", "/msi/", "/metadata/")):
            await asyncio.sleep(self.cloud.options.delay)
        try:
            answer = control(self.cloud, call) if call.path.startswith("/loopback/") else self.cloud.handle(call)
        except Drop:
            if request.transport:
                request.transport.abort()
            return web.Response()
        if self.cloud.options.verbose and not call.path.startswith("/loopback/"):
            print(self.cloud.ledger[-1], file=sys.stderr, flush=True)
        return _response(answer)


def _response(answer: Answer) -> web.Response:
    headers = {"x-ms-request-id": str(uuid.uuid4()), **answer.headers}
    if answer.body is None:
        return web.Response(status=answer.status, headers=headers)
    return web.json_response(answer.body, status=answer.status, headers=headers)


def seed(cloud: Cloud, resource: str, body: Mapping[str, Any]) -> Body:
    """Put one resource, role assignment, lock or policy in; a resource of a type that has no model is kept as it is."""
    scope, assignment = assignments.split(resource)
    if assignment:
        return cloud.roles.seed(scope, assignment, dict(body), CALLER_OBJECT)
    rid = cloud.parse(resource)
    kind = cloud.kinds.get(rid.type.lower()) if rid.namespace else cloud.groups
    if kind is None:
        cloud.store[resource] = {"id": resource, "name": rid.name, "type": rid.type, **body}
        return cloud.store[resource]
    kind.put(rid, Call("PUT", resource, {"api-version": "2025-07-01"}, {}, dict(body)))
    while running := cloud.operations.of(rid.key):
        running.seconds = 0
        running.look()
    return dict(kind.get(rid, Call("GET", resource)).body or {})


def control(cloud: Cloud, call: Call) -> Answer:
    """The door for other processes: ``GET``/``DELETE /loopback/ledger``, ``POST /loopback/seed`` with ``{id: body,
    …}``.
    """
    with cloud.lock:
        if call.path == "/loopback/ledger" and call.method == "GET":
            return Answer(200, [entry.as_dict() for entry in cloud.ledger])
        if call.path == "/loopback/ledger" and call.method == "DELETE":
            cloud.ledger.clear()
            return Answer(204)
        if call.path == "/loopback/seed" and call.method == "POST" and isinstance(call.body, dict):
            return Answer(200, {resource: seed(cloud, resource, body) for resource, body in call.body.items()})
    return Answer(404, {"error": {"code": "NotFound", "message": "The control door has ledger and seed."}})
