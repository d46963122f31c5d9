"""Files that plan writes: over nothing but its own that nobody edited, and whole or not at all."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from azext_kubenet.addressing.findings import use
from azext_kubenet.diagram import html, svg
from azext_kubenet.errors import WrongUsage
from azext_kubenet.export import ENDINGS as EXPORTS
from azext_kubenet.export import Target
from azext_kubenet.options.file_options import FileOptions, is_standard_output, read_file_options
from azext_kubenet.options.typed import Typed
from azext_kubenet.output import files, findings_file, renderings
from azext_kubenet.output.findings_file import Report
from tests.unit.addressing.asking import ask
from tests.unit.export.plans import PLAN, export

ENDINGS = (".svg", ".html")
FINDINGS = (".sarif", ".xml")
ALL = (*ENDINGS, *EXPORTS, *FINDINGS)
THEIRS = "<svg/>"


def text_of(ending: str) -> str:
    """What plan writes into a file of an ending, without its mark."""
    if ending in ENDINGS:
        return (svg if ending == ".svg" else html)(ask(""))
    if ending in FINDINGS:
        return findings_file.ENDINGS[ending](
            Report(ask("--pod-cidr 10.0.0.0/12 --service-cidr 10.1.0.0/16").findings, ())
        )
    return export(ending, PLAN, Target("demo", "kube"))


@pytest.fixture(params=ALL)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file that plan wrote, of each format."""
    path = tmp_path / f"plan{request.param}"
    files.write(str(path), text_of(request.param))
    return path


def rules(path: Path, endings: tuple[str, ...] = ALL) -> list[str]:
    return [each.rule for each in files.obstacles("--map", str(path), endings)]


def all_of(path: Path) -> str:
    return files.ending_of(str(path))


def test_a_new_file_has_nothing_against_it(tmp_path: Path) -> None:
    assert rules(tmp_path / "plan.svg") == []


def test_a_file_that_plan_wrote_is_written_again(written: Path) -> None:
    assert rules(written) == []
    files.write(str(written), text_of(all_of(written)))
    assert rules(written) == []


def test_a_file_that_was_edited_is_kept(written: Path) -> None:
    content = written.read_bytes()
    for edited in (content + b"\n", content.replace(b"0", b"1", 1), content[1:], content * 2,
                   content.replace(b"\n", b"\r\n")):  # fmt: skip
        written.write_bytes(edited)
        assert rules(written) == ["file-exists"]
        with pytest.raises(OSError, match="another file"):
            files.write(str(written), text_of(all_of(written)))
        assert written.read_bytes() == edited
    assert "was edited" in files.obstacles("--map", str(written), ALL)[0].message


# a file of the user's own that only mentions the command, what is in it
MENTIONS = (
    ("a script that runs it", "az kubenet plan --max-count 40 > plan.json\n"),
    ("a comment on where values are from", "# values come from az kubenet plan\n"),
    ("the heading of an export", "# A cluster on kubenet with its network, written by az kubenet plan --export.\n"),
    ("a mark without its sum", f"# {files.marked('.sh', '').split('sha256')[0]}sha256:\n"),
    ("a mark with another sum", f"# {files.marked('.sh', '').strip()[:-64]}{'0' * 64}\n"),
    ("an empty line", "\n"),
)


@pytest.mark.parametrize("text", [row[1] for row in MENTIONS], ids=[row[0] for row in MENTIONS])
@pytest.mark.parametrize("ending", ALL)
def test_a_file_that_only_mentions_the_command_is_kept(tmp_path: Path, ending: str, text: str) -> None:
    path = tmp_path / f"plan{ending}"
    path.write_text(text)
    assert rules(path) == ["file-exists"]


def test_an_empty_file_is_written_unless_what_is_printed_goes_there(tmp_path: Path) -> None:
    path = tmp_path / "plan.svg"
    path.touch()
    assert rules(path) == []
    files.write(str(path), THEIRS)
    assert path.read_text().startswith(THEIRS)
    path.write_text("")
    for stream in (1, 2):
        kept = os.dup(stream)
        try:
            with path.open("w") as file:
                os.dup2(file.fileno(), stream)
                found = rules(path)
        finally:
            os.dup2(kept, stream)
            os.close(kept)
        assert found == ["file-exists"]


# what is right; the words after `az kubenet plan`; whether a file of ours, lists/old.json, is replaced
READ = (
    ("a list", "--exclude-prefixes @lists/old.json --findings lists/old.json", False),
    ("an earlier plan, of another spelling", "--plan=@lists/old.json --export lists/../lists/old.json", False),
    ("a pattern", "--exclude-prefixes @lists/*.json --export lists/old.json", False),
    ("another file", "--exclude-prefixes @lists/new.json --export lists/old.json", True),
)


@pytest.mark.parametrize(("line", "replaced"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_what_a_command_reads_it_does_not_write(tmp_path: Path, monkeypatch, line: str, replaced: bool) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["az", "kubenet", "plan", *line.split()])
    Path("lists").mkdir()
    files.write("lists/old.json", "{}")
    found = files.obstacles("--export", line.rsplit(maxsplit=1)[-1], ALL)
    assert [each.message.partition(" is ")[2] for each in found] == (
        [] if replaced else ["read by this command: it is not replaced"]
    )


def test_findings_replace_findings_and_no_export(tmp_path: Path) -> None:
    path = str(tmp_path / "x.json")
    files.write(path, text_of(".json"))
    assert [each.rule for each in files.obstacles("--findings", path, ALL)] == ["file-exists"]
    assert files.obstacles("--export", path, ALL) == []
    files.write(path, findings_file.as_json(Report([])))
    assert files.obstacles("--findings", path, ALL) == []


def test_a_mark_stands_where_each_format_looks_past_it(written: Path) -> None:
    assert files.marked(all_of(written), text_of(all_of(written))) == written.read_text()
    if written.suffix == ".sh":
        assert subprocess.run(["bash", "-n", written], check=False).returncode == 0
    if written.suffix == ".svg":
        from xml.etree import ElementTree

        assert ElementTree.parse(written).getroot().tag.endswith("svg")
    if written.suffix == ".xml":
        from xml.etree import ElementTree

        assert ElementTree.parse(written).getroot().tag == "testsuites"
    if all_of(written) == ".tfvars.json":
        import json

        assert "sha256" in json.loads(written.read_text())["//"][-1]
    if all_of(written) == ".json":
        import json

        template, plain = json.loads(written.read_text()), json.loads(text_of(".json"))
        assert template["metadata"].pop("_generator")["name"] == "az kubenet plan"
        assert template == plain


def test_an_ending_counts_in_any_case(tmp_path: Path) -> None:
    assert rules(tmp_path / "PLAN.SVG") == []


# what stands against it, the path below a folder with theirs.svg, the rule, what is said
OBSTACLES = (
    ("another ending", "plan.png", "unknown-file-ending", "does not end in .svg or .html"),
    ("no ending", "plan", "unknown-file-ending", "does not end in .svg or .html"),
    ("a folder that is not there", "missing/plan.svg", "file-not-writable", "there is no folder"),
    ("a folder of that name", "folder.svg", "file-not-writable", "is a folder"),
    ("a file of someone else's", "theirs.svg", "file-exists", "was not written by az kubenet: it is not replaced"),
    ("a pipe", "pipe.svg", "file-not-writable", "is not a regular file"),
    ("a device, by a link", "null.svg", "file-not-writable", "is not a regular file"),
    ("links in a circle", "circle.svg", "file-not-writable", "circle.svg"),
    ("a file that may not be written", "fixed.svg", "file-not-writable", "not writable (mode 444)"),
    (
        "a link to a file of someone else's",
        "link.svg",
        "file-exists",
        "was not written by az kubenet: it is not replaced",
    ),
    ("a name that no file can have", "a" * 300 + ".svg", "file-not-writable", "cannot be written"),
)


@pytest.mark.parametrize(("path", "rule", "said"), [row[1:] for row in OBSTACLES], ids=[row[0] for row in OBSTACLES])
def test_what_stands_against_a_file_is_said(tmp_path: Path, path: str, rule: str, said: str) -> None:
    (tmp_path / "theirs.svg").write_text(THEIRS)
    (tmp_path / "folder.svg").mkdir()
    os.mkfifo(tmp_path / "pipe.svg")
    (tmp_path / "null.svg").symlink_to("/dev/null")
    (tmp_path / "circle.svg").symlink_to("circle.svg")
    (tmp_path / "link.svg").symlink_to("theirs.svg")
    files.write(str(tmp_path / "fixed.svg"), THEIRS)
    (tmp_path / "fixed.svg").chmod(0o444)
    found = files.obstacles("--map", str(tmp_path / path), ENDINGS)
    assert [each.rule for each in found] == [rule]
    assert said in found[0].message
    assert "--map" in found[0].recommendation or "mkdir" in found[0].recommendation


def test_of_a_name_without_a_known_ending_the_fix_is_exact_and_one(tmp_path: Path) -> None:
    (alone,) = files.obstacles("--map", str(tmp_path / "plan.png"), ENDINGS)
    assert alone.fixes == (use("--map", "plan.svg"),)
    (tmp_path / "maps").mkdir()
    found = files.obstacles("--map", str(tmp_path / "maps"), ENDINGS)
    assert [each.rule for each in found] == ["unknown-file-ending", "file-not-writable"]
    assert {each.fixes for each in found} == {(use("--map", str(tmp_path / "maps" / "plan.svg")),)}


def test_all_that_stands_against_it_is_said_at_once(tmp_path: Path) -> None:
    assert set(rules(tmp_path / "missing" / "plan.png", ENDINGS)) == {"unknown-file-ending", "file-not-writable"}


@pytest.mark.parametrize("folder", ["a b", "it's", "-p", "$(id)", "a;b"])
def test_what_is_printed_to_be_typed_is_quoted_for_a_shell(tmp_path: Path, monkeypatch, folder: str) -> None:
    monkeypatch.chdir(tmp_path)
    (found,) = files.obstacles("--map", f"{folder}/x.svg", ENDINGS)
    words = shlex.split(found.recommendation.removeprefix("create it: "))
    subprocess.run(words, check=True)
    assert [each.name for each in tmp_path.iterdir()] == [folder]
    (tmp_path / folder / "x.svg").write_text("written by az kubenet plan --export")
    (found,) = files.obstacles("--map", f"{folder}/x.svg", ENDINGS)
    subprocess.run(shlex.split(found.recommendation.partition("delete it: ")[2]), check=True)
    assert list((tmp_path / folder).iterdir()) == []


def test_nobody_is_told_to_delete_a_file_of_others(tmp_path: Path) -> None:
    path = tmp_path / "x.svg"
    path.write_text(THEIRS)
    (found,) = files.obstacles("--map", str(path), ENDINGS)
    assert found.recommendation == "use --map with another name"


def test_a_file_is_written_whole_with_the_rights_of_any_new_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.svg"
    mask = os.umask(0o027)
    try:
        files.write(str(path), "pläne\n")
    finally:
        os.umask(mask)
    assert path.read_text(encoding="utf-8").startswith("pläne\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_file_that_is_written_again_keeps_its_mode_and_a_link_to_it_stays_one(tmp_path: Path) -> None:
    path, link = tmp_path / "real" / "plan.sh", tmp_path / "plan.sh"
    path.parent.mkdir()
    files.write(str(path), "echo 1\n")
    path.chmod(0o750)
    link.symlink_to(path)
    assert rules(link) == []
    files.write(str(link), "echo 2\n")
    assert link.is_symlink()
    assert path.read_text().startswith("echo 2\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o750
    assert [each.name for each in path.parent.iterdir()] == ["plan.sh"]


def test_a_link_to_nothing_makes_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "plan.svg").symlink_to("new.svg")
    assert rules(tmp_path / "plan.svg") == []
    files.write(str(tmp_path / "plan.svg"), THEIRS)
    assert (tmp_path / "new.svg").read_text().startswith(THEIRS)


def test_a_file_that_comes_while_the_plan_is_worked_out_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "plan.svg"
    assert rules(path) == []
    path.write_text(THEIRS)
    with pytest.raises(OSError, match="another file"):
        files.write(str(path), "new")
    assert path.read_text() == THEIRS
    assert [each.name for each in tmp_path.iterdir()] == ["plan.svg"]


def test_what_was_there_stays_when_writing_fails(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "plan.svg"
    files.write(str(path), "old")
    before = path.read_text()

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="No space left"):
        files.write(str(path), "new")
    assert path.read_text() == before
    assert [each.name for each in tmp_path.iterdir()] == ["plan.svg"]


# a path, whether it is standard output, its ending
PATHS = (
    ("-", True, ""),
    (".tf", True, ".tf"),
    (".TFVARS.json", True, ".tfvars.json"),
    (".png", True, ".png"),
    ("./-", False, ""),
    ("a/-", False, ""),
    ("./.tf", False, ""),
    (".hidden.tf", False, ".tf"),
    ("-x.tf", False, ".tf"),
    ("prod.auto.tfvars.json", False, ".tfvars.json"),
    ("a.b/plan.JSON", False, ".json"),
    ("..", False, ""),
)


@pytest.mark.parametrize(("path", "printed", "ending"), PATHS)
def test_a_dash_or_an_ending_alone_is_standard_output_and_all_else_a_file(
    path: str, printed: bool, ending: str
) -> None:
    assert (is_standard_output(path), files.ending_of(path)) == (printed, ending)


@pytest.mark.parametrize(
    ("path", "stem"), [("-", "main"), (".bicepparam", "main"), ("a/b c.bicepparam", "b c"), ("x.tfvars.json", "x")]
)
def test_the_name_of_a_file_without_its_ending(path: str, stem: str) -> None:
    assert files.stem_of(path) == stem


def test_standard_output_has_nothing_against_it_but_a_format_that_is_not_known() -> None:
    assert rules(Path("-")) == []
    assert [each.rule for each in files.obstacles("--map", ".svg", ENDINGS)] == []
    assert [each.rule for each in files.obstacles("--map", ".png", ENDINGS)] == ["unknown-file-ending"]


@pytest.mark.parametrize("ending", ALL)
def test_what_was_printed_into_a_file_is_ours(tmp_path: Path, ending: str, capfdbinary) -> None:
    files.print_out(ending, text_of(ending))
    path = tmp_path / f"plan{ending}"
    path.write_bytes(capfdbinary.readouterr().out)
    assert rules(path) == []


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("-", ".tf", "standard output"),
        ("a.json", "./a.json", "both write to"),
        ("link.json", "a.json", "both write to"),
    ],
)
def test_two_files_in_one_place_are_wrong_usage(
    tmp_path: Path, monkeypatch, first: str, second: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.json").symlink_to("a.json")
    with pytest.raises(WrongUsage, match=said):
        read_file_options(Typed({"findings_file": first, "export_file": second}))
    assert read_file_options(Typed({"findings_file": "b.json", "export_file": second})) == FileOptions(
        findings_file="b.json", export_file=second
    )


def test_names_that_are_recommended_differ_and_can_be_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.json").write_text("mine")
    named = FileOptions(map_file="y.png", findings_file="z.txt", export_file="x.yaml")
    said = [each.recommendation for each in renderings.obstacles(named)]
    assert said == ["use --map plan.svg", "use --export plan-2.json", "use --findings findings.json"]
