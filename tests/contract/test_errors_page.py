"""Every error code of Azure's that a run has advice for is on the page of troubleshooting, with that advice."""

import importlib.util
from pathlib import Path

from azext_kubenet.changes import remedies

ROOT = Path(__file__).parents[2]
#: Not Azure's: its word for a cluster that others use something of.
OURS = {remedies.FAILED_IN_USE}


def script():
    spec = importlib.util.spec_from_file_location("errors_page", ROOT / "scripts" / "errors_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_troubleshooting_is_up_to_date():
    module = script()
    written = module.PAGE.read_text(encoding="utf-8")
    assert module.MARK in written
    assert written == module.page(written), "run scripts/errors_page.py"


def test_every_code_that_has_advice_is_on_the_page_once():
    codes = [code.lower() for code in script().codes()]
    assert len(codes) == len(set(codes))
    assert set(codes) == set(remedies._ADVICE) - OURS
