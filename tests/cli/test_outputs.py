"""What `az kubenet plan` writes beside its answer: maps and exports, never over a file of someone else's."""

import json
import re
import shlex
from html import unescape

import pytest


@pytest.mark.parametrize("ending", [".json", ".bicep", ".tf", ".sh", ".tfvars.json", ".bicepparam"])
def test_an_export_holds_the_ranges_of_the_answer(az, ending):
    ran = az(f"kubenet plan --pod-cidr 10.64.0.0/16 --export plan{ending}")
    assert ran.code == 0, ran.err
    text = (az.home / f"plan{ending}").read_text(encoding="utf-8")
    answer = json.loads(ran.out)
    assert all(answer[key] in text for key in ("podCidr", "serviceCidr", "subnetPrefix", "dnsServiceIp"))
    assert f"written: plan{ending}" in ran.err
    again = az(f"kubenet plan --pod-cidr 10.65.0.0/16 --export plan{ending}")
    assert again.code == 0, again.err
    assert "10.65.0.0/16" in (az.home / f"plan{ending}").read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", [".svg", ".html"])
def test_a_map_is_drawn_again_and_kept_once_it_was_edited(az, ending):
    file = az.home / f"plan{ending}"
    for pods in ("10.64.0.0/16", "10.65.0.0/16"):
        ran = az(f"kubenet plan --pod-cidr {pods} --map {file.name}")
        assert ran.code == 0, ran.err
        assert pods in file.read_text(encoding="utf-8")
    edited = file.read_text(encoding="utf-8").replace("10.65.0.0/16", "10.66.0.0/16")
    file.write_text(edited, encoding="utf-8")
    ran = az(f"kubenet plan --map {file.name}")
    assert (ran.code, ran.out) == (1, "")
    assert "[file-exists]" in ran.err
    assert file.read_text(encoding="utf-8") == edited


@pytest.mark.parametrize("ending", [".svg", ".html"])
def test_the_same_plan_on_another_day_leaves_a_report_as_it_is_and_another_plan_has_its_own_day(az, ending):
    file = az.home / f"plan{ending}"

    def drawn(day, options=""):
        ran = az(f"kubenet plan --growth 25% --map {file.name}{options}", env={"SOURCE_DATE_EPOCH": day})
        assert ran.code == 0, ran.err
        return file.read_text(encoding="utf-8")

    first = drawn("1795737600")
    assert "2026-11-27" in first
    assert drawn("1800000000") == first
    assert "2027-01-15" in drawn("1800000000", " --max-count 9")


def test_a_report_holds_what_the_answer_says_and_the_command_that_made_it(az):
    """Reasons, DNS service IP, growth, and the comparison that kubenet's end calls for, asked for or not."""
    ran = az("kubenet plan --growth 25% --exclude-prefixes 10.244.0.0/16 --map plan.html")
    answer, page = json.loads(ran.out), (az.home / "plan.html").read_text(encoding="utf-8")
    said = unescape(re.sub(r"<[^>]*>", "", page))
    assert "az kubenet plan --growth 25% --exclude-prefixes 10.244.0.0/16 --map plan.html" in said
    assert all(reason in said for reason in answer["reasons"].values())
    assert all(then in said for each in answer["growth"] for then in each["then"])
    assert "comparison" not in answer
    for text in (
        answer["dnsServiceIp"],
        "kubenet retires on 31 March 2028",
        "Azure CNI Overlay",
        "after kubenet retires",
    ):
        assert text in said


@pytest.mark.parametrize("option", ["--map plan.svg", "--map plan.html", "--export main.tf"])
def test_a_file_of_someone_elses_is_kept(az, option):
    file = az.home / option.split()[1]
    mine = "# az kubenet plan > plan.json, and more of mine\n"
    file.write_text(mine, encoding="utf-8")
    ran = az(f"kubenet plan {option}")
    assert (ran.code, ran.out) == (1, "")
    assert "[file-exists]" in ran.err
    assert file.read_text(encoding="utf-8") == mine


# what is refused, its options, whether a map shows it
REFUSALS = (
    ("ranges that overlap", "--pod-cidr 10.0.0.0/15 --service-cidr 10.0.0.0/16", True),
    ("no space", "--within 10.30.0.0/28 --max-count 200", True),
    ("a range that is none", "--pod-cidr 10.0.0.0/33", False),
    ("another file that cannot be written", "--export missing/plan.tf", False),
)


@pytest.mark.parametrize(("options", "drawn"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS])
def test_a_refused_plan_has_a_map_and_no_export_and_bad_input_has_neither(az, options, drawn):
    ran = az(f"kubenet plan {options} --map plan.svg" + ("" if "--export" in options else " --export plan.sh"))
    assert (ran.code, ran.out) == (1, "")
    assert (az.home / "plan.svg").exists() is drawn
    assert not (az.home / "plan.sh").exists()


# what is printed in the place of the answer, its options, how it begins
PRINTED = (
    ("a map", "--map -", "<?xml"),
    ("a map as a page", "--map .html", "<!DOCTYPE html>"),
    ("a template", "--export -", "{"),
    ("values", "--export .bicepparam", "// "),
    ("findings", "--findings -", "{"),
    ("findings as a table is asked for", "--findings .xml -o table", "<?xml"),
)


@pytest.mark.parametrize(("options", "begins"), [row[1:] for row in PRINTED], ids=[row[0] for row in PRINTED])
def test_a_dash_is_standard_output_and_the_answer_is_not_printed_then(az, options, begins):
    ran = az(f"kubenet plan {options}")
    assert ran.code == 0, ran.err
    assert ran.out.lower().startswith(begins.lower())
    assert "aksArguments" not in ran.out
    assert "written" not in ran.err
    assert "az-kubenet-plan-file/" in ran.out, "redirected into a file, it is known again"


def test_two_dashes_are_wrong_usage(az):
    ran = az("kubenet plan --map - --export -")
    assert (ran.code, ran.out) == (2, "")
    assert "--map and --export both write to standard output" in ran.err


# what is wrong, the options, the rules that the file holds
FOUND = (
    ("nothing", "", []),
    ("ranges that overlap", "--pod-cidr 10.0.0.0/15 --service-cidr 10.0.0.0/16", ["pod-service-overlap"]),
    ("no space", "--within 10.30.0.0/28 --max-count 200", ["no-space"]),
    ("a value that is none", "--pod-cidr 10.0.0.0/33", ["malformed-range"]),
    ("another file that cannot be written", "--export missing/plan.tf", ["file-not-writable"]),
    ("no login", "--discover tenant", ["not-completed"]),
)


@pytest.mark.parametrize("ending", [".json", ".sarif", ".xml"])
@pytest.mark.parametrize(("options", "rules"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND])
def test_findings_are_in_their_file_however_the_run_ends_and_an_older_file_is_not_left(az, options, rules, ending):
    file = az.home / f"found{ending}"
    before = az(f"kubenet plan --vnet-address-prefixes 20.0.0.0/16 --findings {file.name}")
    assert before.code == 0, before.err
    assert "vnet-public" in file.read_text(encoding="utf-8")
    ran = az(f"kubenet plan {options} --findings {file.name}")
    assert ran.code == (1 if rules else 0), ran.err
    text = file.read_text(encoding="utf-8")
    assert all(rule in text for rule in rules)
    assert "20.0.0.0/16" not in text
    assert f"written: {file.name}" in ran.err


@pytest.mark.parametrize(
    "options",
    ["--max-count 10 --max-count 20", "--vnet-name app", "--subnet-name x"],
    ids=["an option that is given twice", "a network without its group", "a subnet without its network"],
)
def test_wrong_usage_does_not_leave_the_findings_of_an_earlier_success(az, options):
    assert az("kubenet plan --findings f.json").code == 0
    ran = az(f"kubenet plan {options} --findings f.json")
    told = json.loads((az.home / "f.json").read_text())
    assert (ran.code, told["refused"]) == (2, True)
    assert [each["rule"] for each in told["findings"]] == ["usage"]


@pytest.mark.parametrize("more", ["--export same.json", "--findings other.json"], ids=["two kinds", "two names"])
def test_wrong_usage_of_the_files_themselves_writes_into_none(az, more):
    ran = az(f"kubenet plan --findings same.json {more}")
    assert ran.code == 2
    assert not list(az.home.glob("*.json"))


@pytest.mark.parametrize(
    ("option", "value", "what"),
    [("--location", 'west"europe', "region"), ("--node-vm-size", "foo bar", "VM size"), ("-s", "a/b", "VM size")],
)
def test_a_word_of_an_export_that_azure_has_no_names_of_is_refused(az, option, value, what):
    ran = az(f"kubenet plan --export e.tf {option} {shlex.quote(value)}")
    assert (ran.code, (az.home / "e.tf").exists()) == (1, False)
    assert f"is not the name of a {what}: Azure accepts letters, digits, '_' and '-' [name-not-allowed]" in ran.err


def test_a_region_that_is_a_default_of_azure_cli_is_not_told_to_be_unused(az):
    ran = az.shell("AZURE_DEFAULTS_LOCATION=westeurope az kubenet plan")
    assert (ran.code, "option-without-use" in ran.err) == (0, False)


@pytest.mark.parametrize("typed", ["West Europe", "westeurope"])
def test_a_region_by_its_display_name_needs_no_login_for_an_export(az, typed):
    ran = az(f"kubenet plan --export e.tf -l '{typed}'")
    assert ran.code == 0, ran.err
    assert '"westeurope"' in (az.home / "e.tf").read_text(encoding="utf-8")


@pytest.mark.parametrize("option", ["--export", "--findings"])
def test_a_saved_plan_is_kept_and_nobody_is_told_to_delete_it(az, option):
    plan = az("kubenet plan -o json").out
    (az.home / "cluster2.json").write_text(plan, encoding="utf-8")
    ran = az(f"kubenet plan {option} cluster2.json")
    assert ran.code == 1
    assert "cluster2.json is a plan that az kubenet plan printed: it is not replaced [file-exists]" in ran.err
    assert f"use {option} with another name" in ran.err
    assert "rm " not in ran.err
    assert (az.home / "cluster2.json").read_text(encoding="utf-8") == plan


def test_a_file_of_findings_that_is_not_ours_is_kept(az):
    file = az.home / "mine.xml"
    file.write_text("<testsuites/>", encoding="utf-8")
    ran = az("kubenet plan --findings mine.xml")
    assert (ran.code, ran.out) == (1, "")
    assert "--findings: mine.xml exists and was not written by az kubenet" in ran.err
    assert file.read_text(encoding="utf-8") == "<testsuites/>"


def test_every_finding_on_standard_error_says_how_grave_it_is(az):
    ran = az("kubenet plan --pod-cidr 10.0.0.0/15 --service-cidr 10.0.0.0/16 --dns-service-ip 1.2.3.4")
    found = [line for line in ran.err.splitlines() if re.search(r"\[[a-z-]+\]", line)]
    assert len(found) == 2
    assert all(line.startswith("ERROR: ") for line in found)


def test_arguments_without_a_subnet_say_that_one_is_missing(az):
    ran = az("kubenet plan --query aksArguments -o tsv")
    assert "note: aksArguments lacks --vnet-subnet-id" in ran.err
    assert "aksArguments" not in az("kubenet plan").err, "there a key says it"


def test_what_is_said_of_the_cluster_is_in_its_export_and_without_one_is_said_to_be_of_no_use(az):
    of_it = "-g shops -n shop -l uksouth --node-vm-size Standard_D4s_v5"
    ran = az(f"kubenet plan --max-count 60 {of_it} --export plan.tfvars.json")
    assert ran.code == 0, ran.err
    values = json.loads((az.home / "plan.tfvars.json").read_text(encoding="utf-8"))
    names = ("resource_group_name", "cluster_name", "location", "node_vm_size", "vnet_name")
    assert [values[name] for name in names] == ["shops", "shop", "uksouth", "Standard_D4s_v5", "shop-vnet"]
    assert values["pools"][0]["max_count"] == 60
    unused = az("kubenet plan -n shop -l uksouth")
    assert unused.code == 0
    assert "note: --name and --location: only an export uses these [option-without-use]" in unused.err


@pytest.mark.parametrize(
    ("options", "said"), [("-n a/b", "not the name of a cluster"), ("-g a. -n b", "resource group")]
)
def test_a_name_that_azure_refuses_is_in_no_export(az, options, said):
    ran = az(f"kubenet plan {options} --export plan.tf")
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert "[name-not-allowed]" in ran.err
    assert not (az.home / "plan.tf").exists()


def test_an_explanation_goes_to_standard_error_and_leaves_the_answer_as_it_is(az):
    plain, explained = az("kubenet plan"), az("kubenet plan --explain")
    assert plain.out == explained.out
    assert "pod CIDR 10.244.0.0/16: the default value, and free" in explained.err
    assert "10.0.0.0/8 " in explained.err
    assert az("kubenet plan --explain --only-show-errors").err == ""


def test_an_explanation_is_in_words_and_not_in_the_keys_of_the_answer(az):
    answer, told = az("kubenet plan --growth 25% --compare"), az("kubenet plan --growth 25% --compare --explain").err
    keys = set(re.findall(r'"([a-z]+[A-Z]\w*)"', answer.out))
    assert {"podCidr", "aksNodes", "limitedBy"} <= keys
    assert "pod CIDR: 232 nodes, 229 more than planned, reached in" in " ".join(told.split())
    assert [key for key in keys if re.search(rf"\b{key}\b", told)] == []


def test_years_stand_beside_the_limits_when_a_growth_is_given(az):
    limits = json.loads(az("kubenet plan --node-count 100 --max-count 100 --growth 100% --query growth").out)
    years = {each["limit"]: each.get("years") for each in limits}
    assert years["subnet"] < years["routes"]  # 113 nodes in the /25, 363 routes: less than one doubling, and two
    assert 0 < years["subnet"] < 1 < years["routes"] < 2


def test_a_standard_error_that_is_closed_stops_nothing(az):
    ran = az.shell("az kubenet plan --max-count 40 --query podCidr -o tsv 2>&-")
    assert (ran.code, ran.out.strip()) == (0, "10.244.0.0/16")
