"""What `az kubenet plan` writes beside its answer: maps and exports, never over a file of someone else's."""

import json
import re
from html import unescape

import pytest


@pytest.mark.parametrize("ending", [".json", ".bicep", ".tf", ".sh"])
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
    assert all(each["then"] in said for each in answer["growth"])
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
    limits = json.loads(az("kubenet plan --max-count 100 --growth 100% --query growth").out)
    years = {each["limit"]: each.get("years") for each in limits}
    assert years["subnet"] < years["routes"]  # 113 nodes in the /25, 363 routes: less than one doubling, and two
    assert 0 < years["subnet"] < 1 < years["routes"] < 2
