"""Values alone, for the Terraform and the Bicep that the same plan is written as, or for modules like them."""

import json

from azext_kubenet.export import bicep, terraform
from azext_kubenet.export.comments import heading
from azext_kubenet.export.contents import Contents

_DEPLOY = "az deployment group create --resource-group GROUP --parameters FILE.bicepparam"


def tfvars(contents: Contents) -> str:
    """Return the variables of the Terraform file that have a value.

    Terraform looks past the key //: it is how HCL writes comments in JSON.
    """
    values = {name: value for name, value in terraform.values(contents).items() if value is not None}
    said = contents.comments
    retirement = [f"{said.retirement} {said.successor}"] if said.retirement else []
    comment = [said.origin, "terraform apply -var-file=FILE.tfvars.json", *retirement]
    return json.dumps({"//": comment, **values}, indent=2) + "\n"


def bicepparam(contents: Contents) -> str:
    """Return the parameters of the Bicep file of the same name, as far as they have a value."""
    values = {name: value for name, value in bicep.values(contents).items() if value is not None}
    lines = [f"param {name} = {bicep.literal(value)}" for name, value in values.items()]
    using = f"using {bicep.literal(f'./{contents.stem}.bicep')}"
    return "\n\n".join([heading("//", _DEPLOY, contents.comments), using, "\n".join(lines)]) + "\n"
