"""What is known of the objects of JSON: plans of this command, clusters, tags of AWS, parameters of templates."""

from azext_kubenet.azure.bodies import Json, within
from azext_kubenet.options.range_lists.rows import name_of_object

#: What only a plan of this command has.
_PLAN = {"podCidr", "serviceCidr", "subnetPrefix", "vnetAddressPrefixes"}
#: The ranges of a plan by normal key, and what each is called. Its docker bridge is inside of nodes, and never in the
#: way of others.
OF_PLAN = {"vnetaddressprefixes": "network", "subnetprefix": "subnet", "podcidr": "pods", "servicecidr": "services"}
#: Normal keys of clusters that say what a range is for.
OF_CLUSTER = {"podcidr": "pods", "podcidrs": "pods", "servicecidr": "services", "servicecidrs": "services"}
#: Where parameters and outputs of ARM and Terraform have their values.
_VALUES = ("defaultValue", "value", "default")


def is_plan(row: Json) -> bool:
    """Return whether an object is a plan of this command; the parameters of its template have the same names."""
    return row.keys() >= _PLAN and not isinstance(row["podCidr"], dict)


def name_of_plan(row: Json) -> str:
    """Return the subnet or the network that a plan is for, if it names one."""
    network = row.get("network")
    found = name_of_object(network) if isinstance(network, dict) else ""
    return found or "plan"


def name_in_tags(row: Json) -> str:
    """Return the name that AWS keeps among the tags, "" for none."""
    tags = row.get("Tags")
    found = (tag.get("Value") for tag in (tags if isinstance(tags, list) else ())
             if isinstance(tag, dict) and tag.get("Key") == "Name")  # fmt: skip
    name = next(found, "")
    return name if isinstance(name, str) else ""


def value_key(row: Json) -> str:
    """Return the key under which a parameter or an output of a template has its value, "" for none."""
    return next((key for key in row if key in _VALUES and isinstance(row[key], str | list)), "")


def names_with_values(document: object) -> set[str]:
    """Return the parameters and variables of an ARM template whose value is in it, in lower case: ARM ignores case."""
    found: set[str] = set()
    for key in ("parameters", "variables"):
        for name, value in within(document, key).items():
            if key == "variables" or (isinstance(value, dict) and value_key(value)):
                found.add(name.lower())
    return found


def joined(outer: str, own: str) -> str:
    """Return `hub/apps` for subnet apps of network hub."""
    return f"{outer}/{own}" if outer and own and own != outer else own or outer
