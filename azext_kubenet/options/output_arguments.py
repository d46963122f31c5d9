"""The options of `plan` on what it says beside its answer, and on the files that it writes."""

from azure.cli.core.commands.parameters import AzArgumentContext, get_enum_type, get_location_completion_list

from azext_kubenet.options import completion
from azext_kubenet.options.choices import COMPARISONS, NEEDS, SAME_PODS
from azext_kubenet.options.shell_words import read_region, read_word


def output_arguments(c: AzArgumentContext) -> None:
    """Register them in the group of this context."""
    _words(c)
    _files(c)
    _cluster_of_export(c)


def _words(c: AzArgumentContext) -> None:
    c.extra(
        "explain",
        action="store_true",
        help="Explain on standard error why each range was chosen, what is around it, and how far the cluster can "
        "grow.",
    )
    c.extra(
        "compare",
        nargs="?",
        const=SAME_PODS,
        arg_type=get_enum_type(COMPARISONS),
        help="Compare kubenet with Azure CNI Overlay, node subnet and pod subnet for the same cluster size and subnet, "
        "also where kubenet is too small. By default with the same pods per node, or each with its own.",
    )
    c.extra(
        "needs",
        nargs="+",
        arg_type=get_enum_type(NEEDS),
        help="Features that the cluster must offer. Compares the network models, as --compare does.",
    )
    c.extra(
        "growth",
        help="Yearly growth in nodes, such as 25%, from those at creation. Adds the years until each limit is reached. "
        "A number without % is a percentage, too.",
    )


def _files(c: AzArgumentContext) -> None:
    c.extra(
        "map_file",
        options_list=["--map"],
        completer=completion.files(".svg", ".html"),
        help="Draw each range with its neighbours in this .svg file, or write a report with reasons, findings, "
        "capacity and growth to this .html file; also when the plan is refused. As with --export and --findings, - is "
        "standard output in the first of the formats and an ending alone, such as .html, in that one: the plan is then "
        "not printed. A file is replaced only if this command wrote it and nobody has edited it.",
    )
    c.extra(
        "export_file",
        options_list=["--export"],
        completer=completion.files(".json", ".bicep", ".tf", ".sh", ".bicepparam"),
        help="Write the plan as a file to deploy: an ARM template (.json), Bicep (.bicep), Terraform (.tf), or a "
        "Bash script of az commands (.sh); or its values alone, for that Bicep (.bicepparam) and Terraform "
        "(.tfvars.json), or modules with the same names.",
    )
    c.extra(
        "findings_file",
        options_list=["--findings"],
        completer=completion.files(".json", ".sarif", ".xml"),
        help="Write all findings to this file, also when the plan is refused: JSON (.json), SARIF for code scanning "
        "(.sarif), or JUnit (.xml).",
    )


def _cluster_of_export(c: AzArgumentContext) -> None:
    c.extra(
        "name",
        options_list=["--name", "-n"],
        type=read_word,
        help="Name of the cluster in an export. Default: kubenet-cluster.",
    )
    region = {
        "options_list": ["--location", "-l"],
        "type": read_region,
        "completer": get_location_completion_list,
        "help": "Region of the cluster in an export. Default: that of the virtual network if it exists, otherwise "
        "whoever uses the file is asked.",
    }
    c.extra("location", **region)
    c.argument("location", **region)  # azure-cli's own of this name would win, and it looks a name with blanks up
    c.extra(
        "node_vm_size",
        options_list=["--node-vm-size", "-s"],
        type=read_word,
        help="VM size of the nodes in an export. Default: AKS chooses one.",
    )
