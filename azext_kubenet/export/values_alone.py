"""Values alone, for the Terraform and the Bicep that the same plan is written as, or for modules like them."""

import json

from azext_kubenet.addressing.network_plugins import KUBENET
from azext_kubenet.export import bicep, terraform
from azext_kubenet.export.comments import comments_on, heading
from azext_kubenet.export.contents import Contents

#: Those on kubenet, whichever network plugin the plan is for.
_COMMENTS = comments_on(KUBENET)
_DEPLOY = "az deployment group create --resource-group GROUP --parameters FILE.bicepparam"


def tfvars(contents: Contents) -> str:
    """Return the variables of the Terraform file that have a value.

    Terraform looks past the key //: it is how HCL writes comments in JSON.
    """
    values = {name: value for name, value in terraform.values(contents).items() if value is not None}
    retirement = f"{_COMMENTS.retirement} {_COMMENTS.successor}"
    comment = [_COMMENTS.origin, "terraform apply -var-file=FILE.tfvars.json", retirement]
    return json.dumps({"//": comment, **values}, indent=2) + "\n"


def bicepparam(contents: Contents) -> str:
    """Return the parameters of the Bicep file of the same name, as far as they have a value."""
    values = {name: value for name, value in bicep.values(contents).items() if value is not None}
    lines = [f"param {name} = {bicep.literal(value)}" for name, value in values.items()]
    using = f"using {bicep.literal(f'./{contents.stem}.bicep')}"
    return "\n\n".join([heading("//", _DEPLOY, _COMMENTS), using, "\n".join(lines)]) + "\n"
