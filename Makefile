# Everything is built in .venv/ and dist/, with Python 3.10 or newer, bash and make alone (GNU make 3.81 and bash 3.2 of macOS
# among them, for which .SHELLFLAGS is nothing: recipes join what must hold by &&).

.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

# What a developer's shell may hold and no run here should see.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV

# PYTHON names the one to use; find_python.sh says so where it is none.
FIND_PYTHON = python=$$(PYTHON="$(PYTHON)" bash scripts/find_python.sh)
SET_UP = $(FIND_PYTHON) && "$$python" scripts/set_up.py

# The azure-cli releases that are supported. The oldest is the one that the extension itself demands.
AZ_NEWEST := 2.91.0
AZ_OLDEST := $(shell sed -n 's/.*"azext.minCliCoreVersion": *"\([^"]*\)".*/\1/p' azext_kubenet/azext_metadata.json)
AZ_VERSIONS ?= $(AZ_NEWEST) $(AZ_OLDEST)

VERSION := $(shell sed -n 's/^VERSION = "\(.*\)"/\1/p' setup.py)
WHEEL := dist/kubenet-$(VERSION)-py3-none-any.whl
WHEEL_SOURCES := setup.py setup.cfg pyproject.toml MANIFEST.in scripts/reproducible_build.py README.rst HISTORY.rst LICENSE \
                 $(sort $(shell find azext_kubenet -name "*.py" -o -name "*.json"))

NEWEST := .venv/az-$(AZ_NEWEST)
INSTALLED := $(AZ_VERSIONS:%=.venv/az-%/.extension) $(AZ_VERSIONS:%=.venv/az-%/.tests)

# Runs a command as a user of the newest azure-cli would: `az` on the path, with the wheel and not the work tree,
# and all that az keeps between runs inside .venv.
AS_USER = PATH="$(CURDIR)/$(NEWEST)/bin:$$PATH" AZURE_EXTENSION_DIR="$(CURDIR)/$(NEWEST)/extensions" \
          AZURE_CORE_COLLECT_TELEMETRY=false

.PHONY: help demo shell test check pythons trust explore record bench figures wheel release clean FORCE

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "Set-up is automatic. AZ_VERSIONS='$(AZ_VERSIONS)' and PYTEST_ARGS='-k name' narrow make test."

demo: ## plan and create a cluster with the real az against a loopback Azure
	@$(MAKE) -s --no-print-directory -j2 $(NEWEST)/.extension
	@$(AS_USER) $(NEWEST)/bin/python -m tests.loopback --exec env PYTHONSAFEPATH=1 bash scripts/demo.sh

shell: ## open a shell whose az is logged in to a loopback Azure with a network and clusters in it
	@$(MAKE) -s --no-print-directory -j2 $(NEWEST)/.extension
	@$(AS_USER) $(NEWEST)/bin/python -m tests.loopback --scene --exec env PYTHONSAFEPATH=1 $(or $(RUN),bash)

test: ## run all tests, those that touch azure-cli on each supported one; long trials in samples
	@$(MAKE) -s --no-print-directory -j2 $(INSTALLED) .venv/bundle/.stamp
	@bash scripts/test.sh $(AZ_VERSIONS)

check: ## run style, types, azure-cli's own rules and the import arrows
	@$(MAKE) -s --no-print-directory -j2 .venv/check/.stamp $(NEWEST)/.extension
	@bash scripts/check.sh .venv/check $(NEWEST)

pythons: $(NEWEST)/.tests ## run the unit, command and scenario rings on every other Python that is here, 3.10 to 3.14
	@bash scripts/pythons.sh $(NEWEST) $(AZ_NEWEST)

# files outside of these folders with rows of which make test tries a part
SWEPT = tests/loopback/tests/test_export.py tests/unit/checks/test_checks_empty_answers.py \
  tests/unit/checks/test_checks_gaps.py tests/unit/discovery/test_topology.py

trust: ## kill, interrupt, refuse and cut off create at every turn on each azure-cli, then explore
	@$(MAKE) -s --no-print-directory -j2 $(INSTALLED)
	@for version in $(AZ_VERSIONS); do \
	  KUBENET_COLD=1 KUBENET_AZ=$(CURDIR)/.venv/az-$$version/bin/az PYTHONSAFEPATH=1 \
	  AZURE_EXTENSION_DIR=$(CURDIR)/.venv/az-$$version/extensions .venv/az-$$version/bin/python -m pytest -q -n 2 \
	  --dist worksteal tests/trust tests/real tests/cli $(SWEPT) $(PYTEST_ARGS) || (($$? == 5)); done
	@$(MAKE) -s --no-print-directory explore

# 5: PYTEST_ARGS selects nothing there. No time limit: a case that fails is made small first, which may take long.
explore: .venv/az-$(AZ_NEWEST)/.tests ## try every property on random cases, and more of them (KUBENET_EXPLORE=20)
	@$(NEWEST)/bin/python -m pytest -q -n 2 --dist worksteal --timeout 0 --hypothesis-profile explore -m hypothesis \
	  tests/property tests/unit $(PYTEST_ARGS) || (($$? == 5))

record: .venv/az-$(AZ_NEWEST)/.extension .venv/az-$(AZ_NEWEST)/.tests ## make the recordings of tests/scenario anew, from a loopback Azure or from Azure
	@bash scripts/record.sh $(NEWEST)

bench: .venv/az-$(AZ_NEWEST)/.extension .venv/az-$(AZ_NEWEST)/.tests ## print the times of plan and create beside their yardsticks
	@$(AS_USER) $(NEWEST)/bin/python -m benchmarks

figures: ## print how large the rooms of the house are, and how typed and how public their code
	@$(FIND_PYTHON) && "$$python" scripts/figures.py

wheel: $(WHEEL) ## build dist/kubenet-*.whl
	@echo $(WHEEL)

# RELEASE_URL: the address of the folder from which the files will be served. RELEASE_EARLIER: the index.json of the release before.
release: .venv/release/.stamp .venv/bundle/.stamp ## build dist/: wheel, sources, offline bundle, SBOM, index.json, SHA256SUMS
	@.venv/release/bin/python -m scripts.release --out dist --wheels .venv/bundle --url "$(RELEASE_URL)" \
	  $(RELEASE_EARLIER:%=--earlier "%")

clean: ## remove all that make has made
	rm -rf .venv build dist *.egg-info
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

# The set-up. A stamp is newer than what it was made from; a venv that is out of date is made anew, beside the old one.

# Nothing hangs on it: without it pip installs all, and it is asked for again the next time.
.venv/.installer:
	@$(SET_UP) --installer $@

.venv/build/.stamp: requirements/build.txt | .venv/.installer
	@$(SET_UP) $(@D) -r requirements/build.txt && touch $@

.venv/check/.stamp: requirements/check.txt requirements/test.txt requirements/demo.txt | .venv/.installer
	@$(SET_UP) $(@D) -r requirements/check.txt && touch $@

# azure-cli with what the demo needs; what the tests need comes on top of it, once nothing else is installed there
.venv/az-%/.stamp: requirements/demo.txt | .venv/.installer
	@$(SET_UP) $(@D) azure-cli==$* -r requirements/demo.txt && touch $@

.venv/az-%/.tests: requirements/test.txt .venv/az-%/.stamp | .venv/az-%/.extension
	@$(SET_UP) --add $(@D) -r requirements/test.txt && touch $@

# Written anew only when a file has come or gone: what was deleted leaves the wheel too.
.venv/sources: FORCE
	@mkdir -p .venv && { echo '$(WHEEL_SOURCES)' | cmp -s - $@ || echo '$(WHEEL_SOURCES)' > $@; }
FORCE:

$(WHEEL): .venv/build/.stamp .venv/sources $(WHEEL_SOURCES)
	@mkdir -p .venv/logs && rm -f dist/kubenet-* dist/index.json dist/SHA256SUMS && .venv/build/bin/python -m build --wheel --no-isolation --outdir dist . \
	  > .venv/logs/build.txt 2>&1 || { cat .venv/logs/build.txt >&2; exit 1; }

.venv/release/.stamp: requirements/release.txt requirements/build.txt | .venv/.installer
	@$(SET_UP) $(@D) -r requirements/release.txt && touch $@

# What the wheel requires, for the offline bundle, for the index that tests serve, and for installs without the network.
.venv/bundle/.stamp: requirements/bundle.txt .venv/release/.stamp
	@rm -rf $(@D) && .venv/release/bin/python -m pip download -qq --disable-pip-version-check --no-deps \
	  --only-binary=:all: --require-hashes -r requirements/bundle.txt -d $(@D) && touch $@

.venv/az-%/.extension: .venv/az-%/.stamp $(WHEEL) scripts/install.sh
	@bash scripts/install.sh $(@D) $(WHEEL) && touch $@

# Make would delete them as intermediate files.
.PRECIOUS: .venv/az-%/.stamp .venv/az-%/.tests .venv/az-%/.extension
