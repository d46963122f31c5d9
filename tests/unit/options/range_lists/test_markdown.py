"""Markdown: tables by their own headers, code blocks as lists, items that begin with a range; prose is told."""

from __future__ import annotations

import pytest

from azext_kubenet.options.ranges import read_ranges
from azext_kubenet.options.typed import Typed
from tests.unit.options.range_lists.test_range_lists_findings import named

TWO_TABLES = """# Networks

Reviewed with **release 1.2.3.4** of 05.01.2024.

| Name | Prefix |
|:--|--:|
| hub | `10.1.0.0/16` |

Site | Range | Gateway
--- | :---: | ---
**north** | [10.2.0.0/16](https://ipam/10.9.0.0/16) | 10.2.0.1

The lab has 10.3.0.0/16.
"""

# what the file is, its text, its ranges with their names, what is told
FILES = (
    ("prose and two tables, with and without outer bars", TWO_TABLES, ["10.1.0.0/16 hub", "10.2.0.0/16 north"],
     ["--exclude-prefixes: 1 range in column Range is not used: 10.9.0.0/16 (line 11)",
      "--exclude-prefixes: 1 range in the text is not used: 10.3.0.0/16 (line 13)"]),
    ("a table without ranges beside one", "A | B\n---|---\nx | y\n\nCIDR | Name\n---|---\n10.1.0.0/16 | hub\n",
     ["10.1.0.0/16 hub"], []),
    ("a table whose header names nothing known",
     "A | Prefix\n--|--\nx | 10.1.0.0/16\n\nB | Where\n--|--\ny | 10.2.0.0/16\n",
     ["10.1.0.0/16"],
     ["--exclude-prefixes: 1 range in column Where is not used: 10.2.0.0/16 (line 7)"]),
    ("a code block", "Ranges\n\n```text\n10.1.0.0/16\n10.2.0.0/16 # lab\n```\n",
     ["10.1.0.0/16", "10.2.0.0/16 lab"], []),
    ("a code block of what was typed", "| CIDR |\n|--|\n| 10.1.0.0/16 |\n\n```\n$ ping 10.2.0.0/16\nok\nfine\n```\n",
     ["10.1.0.0/16"], ["--exclude-prefixes: 1 range in the text is not used: 10.2.0.0/16 (line 6)"]),
    ("a code block with a slip", "```\n10.1.0.0/16\n10.2.0.0/33\n10.3.0.0/16\n```\n", ["10.1.0.0/16", "10.3.0.0/16"],
     ["--exclude-prefixes line 3: '10.2.0.0/33' is not an IPv4 network"]),
    ("items", "# Ranges\n- 10.1.0.0/16 hub\n* `10.2.0.0/16`: lab\n1. **10.3.0.0/16** (test)\n- [10.4.0.0/16](https://x/1)\n"
     "10.5.0.0/16\n", ["10.1.0.0/16 hub", "10.2.0.0/16 lab", "10.3.0.0/16 test", "10.4.0.0/16", "10.5.0.0/16"], []),
    ("an item with a slip", "Text\n- 10.1.0.0/166 hub\n- 10.2.0.0/16 lab\n", ["10.2.0.0/16 lab"],
     ["--exclude-prefixes line 2: '10.1.0.0/166' is not an IPv4 network"]),
    ("an item with two ranges: the second is told", "Text\n- 10.1.0.0/16 and 10.2.0.0/16\n",
     ["10.1.0.0/16 and 10.2.0.0/16"],
     ["--exclude-prefixes: 1 range in the text is not used: 10.2.0.0/16 (line 2)"]),
)  # fmt: skip


@pytest.mark.parametrize(("text", "ranges", "told"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_markdown_is_read_part_by_part(text: str, ranges: list[str], told: list[str]) -> None:
    reading = read_ranges(Typed({"exclude_prefixes": [text]}))
    assert (named(reading), [each.message for each in reading.findings]) == (ranges, told)
