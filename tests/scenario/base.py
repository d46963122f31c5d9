"""What a scenario is: commands run in this process, their traffic replayed from a recording, or recorded anew.

    class Kinds(Scenario):
        def test_something(self):
            self.given("identity create -g {group} -n mine -l westeurope", identity="id")
            self.create(
                Option("--assign-identity {identity}", self.check("identity.type", "UserAssigned")),
            )

Replay is the default: no login, no network, no waiting; a request that is not in the recording fails with what
differs, and so does a recorded one that nobody sends. With AZURE_TEST_RUN_LIVE=true the same scenario runs against
Azure, or, with KUBENET_RECORD=loopback, against a loopback one of its own, and what passes is recorded: `make record`.
"""

from __future__ import annotations

import datetime
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock
from urllib.parse import unquote, urlsplit

import jmespath
import vcr
from azure.cli.core import __version__ as cli_version
from azure.cli.testsdk import ScenarioTest
from azure.cli.testsdk.reverse_dependency import get_dummy_cli
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.persisters.filesystem import CassetteNotFoundError, FilesystemPersister

from tests.loopback.core.options import SUBSCRIPTION as LOOPBACK_SUBSCRIPTION
from tests.loopback.core.options import TENANT as LOOPBACK_TENANT
from tests.loopback.server import rig
from tests.loopback.server.server import LoopbackArm
from tests.scenario import matching, patches
from tests.scenario.cassette import ARM, GRAPH, SECRET_KEYS, SUBSCRIPTION, TENANT, Recorder
from tests.scenario.checks import Checks, Option
from tests.scenario.commands import Ran, Seen
from tests.support.az import required_az

RECORDINGS = Path(__file__).parent / "recordings"
LOCATION = "westeurope"
#: Files of azure-cli's configuration that make up a login.
LOGIN = (
    "azureProfile.json", "clouds.config", "config", "msal_token_cache.bin", "msal_token_cache.json",
    "service_principal_entries.bin", "service_principal_entries.json",
)  # fmt: skip
#: Requests of `az` itself, for tokens and endpoints: never recorded.
_LOGIN_PATHS = re.compile(r"^/(msi/token|metadata/)")

Json = Any


@dataclass
class Where:
    """Where a scenario runs: its caller's ids, and the addresses that recordings do not keep."""

    name: str
    subscription: str
    tenant: str
    hosts: dict[str, str] = field(default_factory=dict)


class Anew(FilesystemPersister):
    """Writes a recording without a look at the one before."""

    @classmethod
    def load_cassette(cls, cassette_path: Any, serializer: Any) -> Any:
        raise CassetteNotFoundError


class Scenario(Checks, ScenarioTest):
    """The base of all scenarios; its methods are named as testsdk names them. See the module."""

    #: Options of the loopback Azure that a scenario is recorded against.
    loopback: ClassVar[dict[str, Any]] = {}

    def __init__(self, method_name: str):
        super().__init__(method_name, recording_name="none")  # testsdk would delete a recording before there is another
        self.in_recording = self.is_live  # and record when one is missing
        self.name = method_name.removeprefix("test_")
        self.recording_file = str(RECORDINGS / f"{self.name}.yaml")
        self.recorder = Recorder()
        self.recording_patches, self.replay_patches = [], [patches.log_in, patches.skip_waits]
        self.seen: list[Seen] = []
        self.unmatched: list[str] = []
        self.reached: list[str] = []
        self.variables: dict[str, str] = {}
        self.arm: LoopbackArm | None = None
        self.went_well = False
        self.vcr = vcr.VCR(
            record_mode="all" if self.is_live else "none",
            before_record_request=self._process_request_recording,
            before_record_response=self._process_response_recording,
            decode_compressed_response=True,
            match_on=("method", "same_address", "same_body"),
            serializer="scenario",
        )
        self.vcr.register_matcher("same_address", matching.same_address)
        self.vcr.register_matcher("same_body", matching.same_body)
        self.vcr.register_serializer("scenario", self.recorder)
        if self.is_live:
            self.vcr.register_persister(Anew)

    # -- before and after

    def setUp(self) -> None:
        self._use_extension()
        patches.patched_environment(
            self, {"AZURE_CORE_COLLECT_TELEMETRY": "false", "AZURE_EXTENSION_USE_DYNAMIC_INSTALL": "no"}
        )
        self.where = self._enter() if self.is_live else Where("replay", SUBSCRIPTION, TENANT)
        if not self.is_live:
            assert Path(self.recording_file).is_file(), f"{self.name} was never recorded: make record"
            patches.block_network(self, self.reached)
        self.cli_ctx = get_dummy_cli()
        super().setUp()
        patches.number_tasks(self)
        patches.poll_when_asked(self)
        patches.watch_requests(self, self._saw, self._failed)
        if not self.is_live:
            self.variables = self.cassette.get_metadata("given", {})
        self.kwargs.update(self.variables, group=f"kubenet-{self.name.replace('_', '-')}", location=LOCATION)
        self.kwargs["subscription"] = self.where.subscription

    def _callTestMethod(self, method: Callable[[], Any]) -> None:
        super()._callTestMethod(method)
        self.went_well = True

    def tearDown(self) -> None:
        environment = os.environ
        try:
            super().tearDown()
        finally:
            os.environ = environment  # noqa: B003  testsdk puts a plain copy there, which no child process would see
        if not self.went_well:
            self.cassette.dirty = False  # what failed is no recording
        elif self.is_live:
            self._keep()
        else:
            self._assert_all_played()

    def _use_extension(self) -> None:
        installed = required_az()
        patch = mock.patch("azure.cli.core.extension.EXTENSIONS_DIR", str(installed.extensions))
        patch.start()
        self.addCleanup(patch.stop)
        index = installed.program.parent.parent / "config" / "commandIndex.json"
        home = Path(os.environ["AZURE_CONFIG_DIR"])
        if index.is_file() and not (home / index.name).exists():
            shutil.copy(index, home)

    def _enter(self) -> Where:
        """Log in where it is to be recorded, in a configuration of the scenario's own."""
        home = Path(tempfile.mkdtemp(prefix="kubenet-scenario-"))
        self.addCleanup(shutil.rmtree, home, ignore_errors=True)
        patches.patched_environment(self, {"AZURE_CONFIG_DIR": str(home)})
        patch = mock.patch("azure.cli.core.cloud.CLOUD_CONFIG_FILE", str(home / "clouds.config"))
        patch.start()
        self.addCleanup(patch.stop)
        if os.environ.get("KUBENET_RECORD") == "loopback":
            self.arm = LoopbackArm(**self.loopback).start()
            self.addCleanup(self.arm.stop)
            patches.patched_environment(self, rig.prepare_config(home, self.arm))
            patches.skip_waits(self)
            url = self.arm.url
            return Where("loopback", LOOPBACK_SUBSCRIPTION, LOOPBACK_TENANT, {f"{url}/v1.0": f"{GRAPH}/v1.0", url: ARM})
        login = Path(os.environ.get("KUBENET_RECORD_LOGIN") or Path.home() / ".azure")
        for name in LOGIN:
            if (login / name).is_file():
                shutil.copy(login / name, home)
        cli_ctx = get_dummy_cli()
        from azure.cli.core._profile import Profile

        account = Profile(cli_ctx=cli_ctx).get_subscription()
        ends = cli_ctx.cloud.endpoints
        hosts = {ends.microsoft_graph_resource_id.rstrip("/"): GRAPH, ends.resource_manager.rstrip("/"): ARM}
        self.addCleanup(self._delete_group)
        return Where(f"azure {datetime.date.today()}", account["id"], account["tenantId"], hosts)

    def _delete_group(self) -> None:
        """Delete the group that the scenario worked in."""
        if "group" in self.kwargs:
            self._tidy(f"group delete -n {self.kwargs['group']} --yes --no-wait")

    def afterwards(self, command: str) -> None:
        """Run a command once all is over, unless Azure was a loopback one that is gone by then."""
        if self.is_live and self.arm is None:
            self.addCleanup(lambda: self._tidy(self._apply_kwargs(command)))

    @staticmethod
    def _tidy(command: str) -> None:
        with suppress(AssertionError):  # what was never made cannot be deleted
            Ran(get_dummy_cli(), command, False, [])

    def _keep(self) -> None:
        """Have the recording written as the cassette is closed."""
        where = self.where
        self.recorder.subscription, self.recorder.tenant = where.subscription, where.tenant
        self.recorder.hosts = {raw: host for raw, host in where.hosts.items() if raw != host}
        self.recorder.group = self.kwargs["group"]
        for key, value in (("recorded", where.name), ("azure-cli", cli_version), ("given", self.variables)):
            self.cassette.get_metadata(key, value)
        self.cassette.dirty = True  # also when nothing was sent

    def _assert_all_played(self) -> None:
        assert not self.unmatched, "\n".join(self.unmatched)
        assert not self.reached, f"tried to reach {self.reached}"
        counts = self.cassette.play_counts
        left = [str(request) for index, request in enumerate(self.cassette.requests) if not counts[index]]
        assert not left, "recorded, and not asked for any more:\n" + "\n".join(left)

    # -- traffic

    def _process_request_recording(self, request: Any) -> Any:
        """Azure's own requests; those of logins and of what a scenario starts from go past the recording."""
        url = urlsplit(request.uri)
        host = f"{url.scheme}://{url.netloc}"
        hosts = {ARM, GRAPH, *(f"{urlsplit(raw).scheme}://{urlsplit(raw).netloc}" for raw in self.where.hosts)}
        if self.disable_recording or host not in hosts or _LOGIN_PATHS.search(url.path):
            return None
        return request

    def _process_response_recording(self, response: Any) -> Any:
        """With the task that asked, which puts a recording in order."""
        return {**response, "task": patches.task_number()} if self.is_live else response

    def _saw(self, request: Any, response: Any) -> None:
        path = unquote(urlsplit(request.url).path)
        if not self.disable_recording and not _LOGIN_PATHS.search(path):
            body = json.loads(request.body) if request.body else None
            self.seen.append(Seen(request.method, path, body, response))

    def _failed(self, error: Exception) -> str:
        unmatched = isinstance(error, CannotOverwriteExistingCassetteException)
        self.unmatched.append(matching.explained(error) if unmatched else repr(error))
        return self.unmatched[-1]

    # -- commands

    def cmd(self, command: str, checks: Any = None, expect_failure: bool = False, stdin: str = "") -> Ran:
        """Run a command; checks are testsdk's, or ours below."""
        with mock.patch("sys.stdin", io.StringIO(stdin)):
            try:
                ran = Ran(self.cli_ctx, self._apply_kwargs(command), expect_failure, self.seen)
            except AssertionError as failure:
                raise AssertionError("\n".join(self.unmatched) or str(failure)) from None
        assert not self.unmatched, "\n".join(self.unmatched)
        ran.assert_with_checks(checks)
        return ran

    def given(self, command: str, **wanted: str) -> None:
        """What the scenario starts from: made while recording, and no part of the recording but for the wanted values.

        wanted: name to a JMESPath query of the command's output; the scenario's commands can use them as {name}. One
        that is called as in SECRET_KEYS is a secret.
        """
        if not self.is_live:
            return
        self.disable_recording = True
        try:
            output = self.cmd(command).output
        finally:
            self.disable_recording = False
        for name, query in wanted.items():
            value = jmespath.search(query, json.loads(output))
            assert isinstance(value, str), f"{query} of {command.split()[:3]} is {type(value)}"
            self.variables[name] = self.kwargs[name] = value
            if name in SECRET_KEYS:
                self.recorder.secrets.append(value)

    def create(self, *options: Option, where: str = "-g {group} -n kube", stdin: str = "") -> Ran:
        """`az kubenet create`, and every check of its options."""
        words = [f"kubenet create {where} --no-ssh-key", *(option.words for option in options)]
        checks = [check for option in options for check in option.checks]
        return self.cmd(" ".join(words), [self.sends_no_key(), *checks], stdin=stdin)

    def refused(self, *words: str, code: int = 1, where: str = "-g {group} -n kube") -> Ran:
        """`az kubenet create` that must end with an exit code, without output and without a write."""
        ran = self.cmd(" ".join([f"kubenet create {where} --no-ssh-key", *words]), expect_failure=True)
        assert (ran.exit_code, ran.output) == (code, ""), (ran.exit_code, ran.output, ran.error)
        assert ran.writes == [], [str(each) for each in ran.writes]
        assert "Traceback" not in ran.error, ran.error
        return ran
