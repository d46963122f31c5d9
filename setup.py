#!/usr/bin/env python
"""The description of the `az kubenet` extension as a package. `make wheel` builds it, or `python -m build`."""

from pathlib import Path

from setuptools import find_packages, setup

# Must match the newest entry of HISTORY.rst; a contract test compares the two.
VERSION = "1.0.0b1"

# The address of the public repository, such as https://example.org/kubenet. The one place to set it: the links of the
# package, index.json and the bill of materials take it from here. Empty: none is named.
REPOSITORY = ""

CLASSIFIERS = [
    "Development Status :: 4 - Beta",
    "Environment :: Console",
    "Intended Audience :: Developers",
    "Intended Audience :: System Administrators",
    "Operating System :: OS Independent",
    "Programming Language :: Python",
    "Programming Language :: Python :: 3",
    "Programming Language :: Python :: 3 :: Only",
    "Programming Language :: Python :: 3.10",
    "Programming Language :: Python :: 3.11",
    "Programming Language :: Python :: 3.12",
    "Programming Language :: Python :: 3.13",
    "Programming Language :: Python :: 3.14",
    "Topic :: System :: Networking",
    "Topic :: System :: Systems Administration",
]

PROJECT_URLS = {
    **({"Home": REPOSITORY, "Changes": f"{REPOSITORY}/blob/main/HISTORY.rst"} if REPOSITORY else {}),
    "Kubenet in AKS": "https://learn.microsoft.com/azure/aks/configure-kubenet",
    "Retirement of kubenet": "https://aka.ms/aks/kubenet-retirement",
}

# Whatever else the extension imports belongs to azure-cli itself.
DEPENDENCIES = ["netaddr>=1.3,<2"]

HERE = Path(__file__).parent

setup(
    name="kubenet",
    version=VERSION,
    description="Plan the address ranges of an AKS kubenet cluster, and create it with its network.",
    long_description="\n\n".join((HERE / name).read_text(encoding="utf-8") for name in ("README.rst", "HISTORY.rst")),
    long_description_content_type="text/x-rst",
    license_expression="MIT",
    license_files=["LICENSE"],
    author="The kubenet extension authors",
    keywords="azure azure-cli aks kubernetes kubenet cidr ipam overlay",
    project_urls=PROJECT_URLS,
    classifiers=CLASSIFIERS,
    python_requires=">=3.10",
    packages=find_packages(include=["azext_kubenet", "azext_kubenet.*"]),
    package_data={"azext_kubenet": ["azext_metadata.json"]},
    install_requires=DEPENDENCIES,
)
