"""What the files of a release say: each made from what the wheels say of themselves, and from nothing else."""

import json
import subprocess
import zipfile

import pytest

from scripts.release.__main__ import as_json, main, make_room, missing, sums
from scripts.release.bundle import readme, write_bundle
from scripts.release.index import checked_address, index
from scripts.release.materials import bill_of_materials
from scripts.release.wheel import read_wheel, sha256
from tests.release.conftest import URL, WHEELS, outside
from tests.release.made_up import extension, made_up_wheel
from tests.support.paths import ROOT

# (what it is, typed, the folder's address or None where it is refused)
ADDRESSES = (
    ("a folder", "https://example.org/kubenet", "https://example.org/kubenet/"),
    ("a folder with its slash", "https://example.org/kubenet/", "https://example.org/kubenet/"),
    ("a server of this machine", "http://127.0.0.1:8000", "http://127.0.0.1:8000/"),
    ("a relative address", "files", None),
    ("a file", "file:///srv/kubenet", None),
    ("no server", "https:///kubenet", None),
    ("a password that would be in every log", "https://me:word@example.org/kubenet", None),
    ("the index itself, not its folder", "https://example.org/kubenet/index.json", None),
    ("a blank", "https://example.org/my files", None),
    ("a port and no server", "https://:8000/kubenet", None),
    ("a key that would be in every log", "https://example.org/kubenet?sig=abc", None),
)


@pytest.mark.parametrize(("typed", "address"), [row[1:] for row in ADDRESSES], ids=[row[0] for row in ADDRESSES])
def test_azure_cli_downloads_from_whole_addresses_only(typed, address):
    if address:
        assert checked_address(typed) == address
    else:
        with pytest.raises(ValueError, match="expected the http or https address of the folder"):
            checked_address(typed)


def test_a_wheel_says_what_it_requires_and_its_licence(tmp_path):
    wheel = extension(tmp_path)
    assert (wheel.name, wheel.version, wheel.licence) == ("kubenet", "1.0.0b1", "MIT")
    assert wheel.requires == ["netaddr<2,>=1.3"]
    assert wheel.links == {"Retirement": "https://aka.ms/aks/kubenet-retirement"}
    assert wheel.azext["azext.minCliCoreVersion"] == "2.75.0"


def test_a_licence_that_spdx_does_not_know_is_asked_for(tmp_path):
    with pytest.raises(ValueError, match=r"other-1\.0-py3-none-any\.whl states no SPDX licence"):
        _ = made_up_wheel(tmp_path, "other", "1.0").licence


def test_the_index_has_what_azure_cli_takes_from_it(tmp_path):
    wheel = extension(tmp_path)
    [entry] = index(wheel, "https://example.org/k")["extensions"]["kubenet"]
    assert entry["downloadUrl"] == f"https://example.org/k/{entry['filename']}"
    assert entry["filename"] == wheel.path.name
    assert entry["sha256Digest"] == sha256(wheel.path)
    wanted = ("name", "version", "summary", "azext.isPreview", "azext.minCliCoreVersion", "run_requires")
    assert [entry["metadata"][key] for key in wanted] == [
        "kubenet",
        "1.0.0b1",
        "Made up for a test.",
        True,
        "2.75.0",
        [{"requires": ["netaddr<2,>=1.3"]}],
    ]


def test_an_index_lists_what_an_earlier_one_had(tmp_path):
    first = index(extension(tmp_path, "1.0.0b1"), "https://example.org/1")
    first["extensions"]["another"] = [{"metadata": {"version": "7"}}]
    both = index(extension(tmp_path, "1.0.0b2"), "https://example.org/2", first)["extensions"]
    assert [each["metadata"]["version"] for each in both["kubenet"]] == ["1.0.0b1", "1.0.0b2"]
    assert both["kubenet"][0]["downloadUrl"].startswith("https://example.org/1/")
    assert both["another"] == first["extensions"]["another"]
    again = index(extension(tmp_path, "1.0.0b2"), "https://example.org/3", {"extensions": both})["extensions"]
    assert [each["downloadUrl"][:21] for each in again["kubenet"]] == ["https://example.org/1", "https://example.org/3"]


def test_the_bill_of_materials_names_each_wheel_by_its_hash_and_licence(tmp_path):
    wheel, required = extension(tmp_path), made_up_wheel(tmp_path, "netaddr", "1.3.0")
    bom = bill_of_materials(wheel, [required], 1767270896)
    assert bom["metadata"]["timestamp"] == "2026-01-01T12:34:56Z"
    assert "serialNumber" not in bom
    said = [bom["metadata"]["component"], *bom["components"]]
    assert [(each["purl"], each["licenses"][0]["license"]["id"]) for each in said] == [
        ("pkg:pypi/kubenet@1.0.0b1", "MIT"),
        ("pkg:pypi/netaddr@1.3.0", "BSD-3-Clause"),
    ]
    assert [each["hashes"][0]["content"] for each in said] == [sha256(wheel.path), sha256(required.path)]
    assert bom["dependencies"][0] == {"ref": "pkg:pypi/kubenet@1.0.0b1", "dependsOn": ["pkg:pypi/netaddr@1.3.0"]}


# (what is done to a bill of materials, whether its schema still holds)
BILLS = (
    ("nothing", {}, True),
    ("a key that CycloneDX does not have", {"licence": "MIT"}, False),
    ("a component without a name", {"components": [{"type": "library"}]}, False),
)


@pytest.mark.parametrize(("changed", "holds"), [row[1:] for row in BILLS], ids=[row[0] for row in BILLS])
def test_the_bill_of_materials_is_held_to_its_schema(builder, tmp_path, changed, holds):
    bom = {**bill_of_materials(extension(tmp_path), [], 0), **changed}
    look = "from scripts.release.__main__ import checked_materials"
    program = f"import json, sys; {look}; checked_materials(json.load(sys.stdin))"
    done = subprocess.run(
        [builder, "-c", program],
        input=json.dumps(bom),
        cwd=ROOT,
        env=outside(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) is holds, done.stderr
    assert holds or "does not keep to the schema of CycloneDX 1.6" in done.stderr


# (what is in the bundle, its wheels, what is missing)
LACKING = (
    ("the wheel that is required", [("netaddr", "1.3.0")], []),
    ("none", [], ["netaddr<2,>=1.3"]),
    ("one that is too new", [("netaddr", "2.0.0")], ["netaddr<2,>=1.3"]),
    ("another one", [("netmiko", "1.3.0")], ["netaddr<2,>=1.3"]),
)


@pytest.mark.parametrize(("wheels", "lacking"), [row[1:] for row in LACKING], ids=[row[0] for row in LACKING])
def test_a_bundle_that_could_not_be_installed_is_not_made(tmp_path, wheels, lacking):
    required = [made_up_wheel(tmp_path, *each) for each in wheels]
    assert missing(extension(tmp_path), required) == lacking


def test_the_words_in_the_bundle_name_its_files_and_azure_cli(tmp_path):
    wheel = extension(tmp_path)
    words = readme(wheel, [("abc", "x.whl"), ("def", "y.whl")])
    assert "azure-cli 2.75.0 or newer" in words
    assert words.count(f"az extension add --source {wheel.path.name} --upgrade -y") == 2
    assert words.endswith("    abc  x.whl\n    def  y.whl\n")
    assert max(map(len, words.splitlines())) <= 132


def test_a_bundle_is_one_folder_of_the_same_bytes(tmp_path):
    first, second = tmp_path / "a" / "k-1.zip", tmp_path / "b" / "k-1.zip"
    for path in (first, second):
        path.parent.mkdir()
        write_bundle(path, [("README.txt", b"words"), ("x.whl", b"wheel")], 0)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.namelist() == ["k-1/README.txt", "k-1/x.whl"]
        assert {info.external_attr >> 16 & 0o777 for info in archive.infolist()} == {0o644}


def test_sums_are_of_all_files_but_themselves(tmp_path):
    for name in ("b", "a", "SHA256SUMS"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    assert sums(tmp_path) == f"{sha256(tmp_path / 'a')}  a\n{sha256(tmp_path / 'b')}  b\n"


def test_an_address_that_cannot_serve_stops_before_anything_is_removed(tmp_path):
    (tmp_path / "kept").touch()
    with pytest.raises(ValueError, match="invalid address 'files'"):
        main(["--out", str(tmp_path), "--wheels", str(tmp_path), "--url", "files"])
    assert (tmp_path / "kept").exists()


def test_a_folder_with_somebody_s_files_is_left_as_it_is(tmp_path):
    for name in ("kubenet-0.9.0-py3-none-any.whl", "SHA256SUMS", "letter.txt"):
        (tmp_path / name).write_text("mine")
    with pytest.raises(SystemExit, match=r"holds letter\.txt, which no release has made"):
        make_room(tmp_path)
    assert len([*tmp_path.iterdir()]) == 3
    (tmp_path / "letter.txt").unlink()
    make_room(tmp_path)
    assert not [*tmp_path.iterdir()]


def test_a_release_has_its_files_and_their_sums(released, wheel):
    version = read_wheel(wheel).version
    assert sorted(path.name for path in released.iterdir()) == [
        "SHA256SUMS",
        "index.json",
        f"kubenet-{version}-offline.zip",
        f"kubenet-{version}-py3-none-any.whl",
        f"kubenet-{version}.cdx.json",
        f"kubenet-{version}.tar.gz",
    ]
    listed = [line.split("  ") for line in (released / "SHA256SUMS").read_text("utf-8").splitlines()]
    assert [name for digest, name in listed if sha256(released / name) != digest] == []
    assert {name for _, name in listed} == {path.name for path in released.iterdir()} - {"SHA256SUMS"}


def test_the_files_of_a_release_are_made_from_its_wheels(released, wheel):
    ours, required = read_wheel(wheel), [read_wheel(path) for path in WHEELS.glob("*.whl")]
    assert (released / "index.json").read_text("utf-8") == as_json(index(ours, URL))
    [materials] = released.glob("*.cdx.json")
    assert json.loads(materials.read_text("utf-8")) == bill_of_materials(ours, required, 1767270896)
    [bundle] = released.glob("*.zip")
    with zipfile.ZipFile(bundle) as archive:
        names = {name.split("/")[1]: archive.read(name) for name in archive.namelist()}
    assert names.keys() == {"README.txt", wheel.name, *(each.path.name for each in required)}
    assert names[wheel.name] == wheel.read_bytes()
