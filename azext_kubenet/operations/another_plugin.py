"""A plan for another network plugin in `create`, which creates kubenet clusters: refused, with what does it."""

import sys
from typing import Any, NoReturn

from azext_kubenet.aks.borrowed import spellings
from azext_kubenet.aks.overlay_commands import commands, passed_on
from azext_kubenet.errors import Refused, refuse
from azext_kubenet.operations.login import typed_subscription
from azext_kubenet.options.create_options import CreateOptions
from azext_kubenet.options.names import derived_name_findings

_RULE = "network-plugin-not-kubenet"


def refuse_another_plugin(cli_ctx: Any, options: CreateOptions) -> NoReturn:
    """Raise Refused, before a login is asked for: with what is wrong with the options, or with what to type instead."""
    aks = options.aks
    refuse([*options.findings, *derived_name_findings(options.names, aks.location, aks.node_group)])
    plugin = options.plan.plugin
    passed = passed_on(sys.argv[1:], spellings(cli_ctx))
    lines = commands(options, passed, typed_subscription(cli_ctx))
    message = f"the plan is for {plugin.words}, and this command creates kubenet clusters [{_RULE}]"
    raise Refused("\n".join([message, "  -> create the cluster with az aks create:", *(f"  {each}" for each in lines)]))
