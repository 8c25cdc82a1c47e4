# Lineup. `make` alone says what can be made. Needs Python 3.11 and make; everything else is installed into .venv.
SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PORT ?= 8000
ARGS ?=
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready-dev
READY_DEMO := $(VENV)/.ready-demo
export PORT
# Compiled files are kept, whatever the shell says: each of the many processes of a test run would compile everything anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test check prove coverage bench screens fix openapi docs requirements image audit sbom

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(READY_DEMO) ## Run the whole desk on this machine with sample data; PORT=8000, ARGS=--json for scripts
	@exec $(PY) -m project.demo.run --port="$(PORT)" $(ARGS)

test: $(READY) ## Run every test but the browser flows; ARGS goes to pytest
	@exec $(PY) -m pytest -n 2 --dist loadgroup -q -m "not flow and not contract and not chaos and not load" $(ARGS)

check: $(READY) ## Run what CI runs: lint, types, floors, settings, docs, tests, browser flows, made-up calls, short races
	@exec $(PY) -m tests.house.steps check

prove: $(READY) ## Run the full proofs: every race 1,000 to 10,000 times, made-up calls in all their kinds
	@exec $(PY) -m tests.house.steps prove

coverage: $(READY) ## Run the tests counted line by line: 95 % of everything, 100 % of rules, storage, services, selectors
	@exec $(PY) -m tests.house.steps coverage

bench: $(READY) ## Measure statements and durations of the main acts and lists
	@exec $(PY) -m pytest -q -p no:randomly -p no:cacheprovider -m load tests/load $(ARGS)

screens: $(READY) ## Take the pictures of docs/screens/ anew, on a demo of their own
	@exec $(PY) -m tests.flows.screens $(ARGS)

fix: $(READY) ## Format and repair what can be repaired by a program
	@$(PY) -m ruff check --fix --quiet . || true
	@$(PY) -m ruff format --quiet .
	@$(PY) -m djlint --quiet --reformat $(wildcard helpdesk project reports) || true
	@$(PY) -m ruff check .

openapi: $(READY) ## Write docs/openapi.yaml from the code
	@DJANGO_SETTINGS_MODULE=project.settings.test $(PY) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml
	@echo "docs/openapi.yaml"

docs: $(READY) openapi ## Write the generated pages: docs/openapi.yaml, docs/er.md, docs/errors.md
	@DJANGO_SETTINGS_MODULE=project.settings.test $(PY) manage.py er_diagram --output docs/er.md
	@DJANGO_SETTINGS_MODULE=project.settings.test $(PY) manage.py error_table --output docs/errors.md
	@echo "docs/er.md docs/errors.md"

image: $(READY) ## Carry out the Dockerfile in a clean root and use what it makes, without a container engine; as root, 4 minutes
	@exec $(PY) -m tests.delivery.image

audit: $(READY) ## Look for known holes in what is installed, a planted one first; ARGS=--required fails without a source
	@exec $(PY) -m tests.delivery.audit $(ARGS)

sbom: $(READY) ## Write deploy/sbom.cdx.json, the image's bill of materials
	@exec $(PY) -m tests.delivery.sbom

requirements: $(READY) ## Compile requirements/*.in into pinned, hashed .txt (pins stay; UPGRADE=--upgrade moves them)
	@for name in base demo dev; do \
	  CUSTOM_COMPILE_COMMAND="make requirements" $(VENV)/bin/pip-compile -qq $(UPGRADE) --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe \
	    --output-file requirements/$$name.txt requirements/$$name.in || exit 1; \
	done

# The virtual environment: made once, brought up to date when a requirements file changes, finished if an earlier run was cut off.
# The demo installs only what it runs on; every other target installs the tools too.
define INSTALL
@set -e; \
if ! $(PY) -c "import pip" >/dev/null 2>&1; then \
  found=; \
  for name in $(PYTHON) python3.11 python3.12 python3.13 python3; do \
    if "$$name" -c "import sys; sys.exit(sys.version_info < (3, 11))" >/dev/null 2>&1; then found=$$name; break; fi; \
  done; \
  if [ -z "$$found" ]; then echo "Lineup needs Python 3.11. Install it, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; fi; \
  if ! "$$found" -c "import ensurepip, venv" >/dev/null 2>&1; then \
    echo "$$found cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; fi; \
  echo "Making $(VENV) with $$("$$found" --version) ..." >&2; \
  "$$found" -m venv --clear $(VENV); \
fi; \
echo "Installing $< into $(VENV); the first time this takes a minute ..." >&2; \
if ! $(PY) -m pip install -qq --disable-pip-version-check --no-compile --no-deps --require-hashes -r $<; then \
  echo "The installation did not finish: see the lines above. Run the same command again to go on." >&2; exit 1; fi
endef

$(READY_DEMO): requirements/demo.txt
	$(INSTALL)
	@touch $@

$(READY): requirements/dev.txt
	$(INSTALL)
	@touch $@ $(READY_DEMO)
