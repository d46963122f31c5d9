#!/usr/bin/env python
"""The installer of the `az kubenet` extension: python setup.py bdist_wheel."""

from pathlib import Path

from setuptools import find_packages, setup

# Must match the newest entry of HISTORY.rst; a contract test compares the two.
VERSION = "0.1.0"

CLASSIFIERS = [
    "Development Status :: 4 - Beta",
    "Intended Audience :: Developers",
    "Intended Audience :: System Administrators",
    "Programming Language :: Python",
    "Programming Language :: Python :: 3",
    "Programming Language :: Python :: 3.10",
    "Programming Language :: Python :: 3.11",
]

# Whatever else the extension imports belongs to azure-cli itself.
DEPENDENCIES = ["netaddr>=1.3,<2"]

HERE = Path(__file__).parent

setup(
    name="kubenet",
    version=VERSION,
    description="Plan the address ranges of an AKS kubenet cluster, and create it with its network.",
    long_description="\n\n".join((HERE / name).read_text(encoding="utf-8") for name in ("README.rst", "HISTORY.rst")),
    long_description_content_type="text/x-rst",
    license="MIT",
    author="The kubenet extension authors",
    classifiers=CLASSIFIERS,
    python_requires=">=3.10",
    packages=find_packages(include=["azext_kubenet", "azext_kubenet.*"]),
    package_data={"azext_kubenet": ["azext_metadata.json"]},
    install_requires=DEPENDENCIES,
)
