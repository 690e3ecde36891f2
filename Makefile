# Needs GNU make and Python 3.11 or later. Everything else goes into .venv.

PYTHON ?= python3
PORT ?= 8000

# The one pin that is chosen by hand: other builds of torch weigh several gigabytes. `make constraints` pins the rest.
TORCH := 2.13.0

# Older versions of pip, such as the one that comes with Python 3.11, lose the extra of lxml that reads HTML.
PIP := pip==26.3
PIP_OPTIONS := --quiet --disable-pip-version-check

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SAMPLE := sample/documents

# The scripts of the pages, which are complete without them.
WEB := search_api/web
BUILT := search_api/static/built
WEB_STAMP := $(BUILT)/.built

.DEFAULT_GOAL := help
.PHONY: help install web run test lint types messages bench constraints clean distclean

help:  ## Say what each target does
	@echo "make run PORT=8000   Install, read the sample and serve it: the place to start"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(STAMP)  ## Make .venv with everything in it (does nothing when it is up to date)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "redpyme needs Python 3.11 or later, and $(PYTHON) is older or missing: make install PYTHON=python3.11" >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
		echo "$(PYTHON) cannot make environments: install its venv package (on Debian: python3-venv)" >&2; \
		exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install $(PIP_OPTIONS) $(PIP)
	$(BIN)/python -m pip install $(PIP_OPTIONS) -c constraints.txt -e '.[dev]'
	@touch $@

web: $(WEB_STAMP)  ## Build the scripts of the pages, where Node.js is there

$(WEB_STAMP): $(shell find $(WEB) -name node_modules -prune -o -type f -print)
	@if node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null; then \
		cd $(WEB) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npx vite build --logLevel=error \
			&& touch ../static/built/.built; \
	else \
		echo "The pages go without their scripts: building them takes Node.js 20.19 or later, which is not here."; \
	fi

# Exit code 3 of ingest: some documents were skipped, by name and with the reason; the others are served.
run: install web  ## Install, read the sample and serve it on PORT
	$(BIN)/redpyme model prepare
	$(BIN)/redpyme ingest $(SAMPLE) || test $$? -eq 3
	@echo
	@echo "Serving the sample. Open     http://127.0.0.1:$(PORT)/        (stop with Ctrl-C)"
	@echo "  a search                   http://127.0.0.1:$(PORT)/search?q=avales+para+conseguir+préstamos"
	@echo "  the same from a shell      curl 'http://127.0.0.1:$(PORT)/search?q=guarantees+for+loans&lang=en'"
	@echo "  peers of an institution    $(BIN)/redpyme peers CAF"
	@echo "  the graph in SPARQL        http://127.0.0.1:$(PORT)/sparql"
	@echo "  the interface              http://127.0.0.1:$(PORT)/openapi.json"
	@echo
	@REDPYME_PORT=$(PORT) exec $(BIN)/redpyme serve

test: lint types web  ## Check style and types, then run the tests
	$(BIN)/python -m pytest

lint: install  ## Check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install  ## Check types (strict)
	$(BIN)/mypy

messages: install  ## Bring the catalogues of translations up to date with the code
	$(BIN)/python .ci/messages.py

bench: install  ## Print every figure of the README
	@set -e; for script in benchmarks/[a-z]*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

constraints:  ## Pin the newest versions of everything in constraints.txt, from an empty environment
	rm -rf build/constraints
	$(PYTHON) -m venv build/constraints
	build/constraints/bin/python -m pip install $(PIP_OPTIONS) $(PIP)
	build/constraints/bin/python -m pip install $(PIP_OPTIONS) torch==$(TORCH) -e '.[dev]'
	build/constraints/bin/python .ci/constraints.py constraints.txt
	rm -rf build/constraints

clean:  ## Remove caches and build results (.venv and the workspace stay)
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis $(BUILT) $(WEB)/node_modules
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -exec rm -rf {} +

distclean: clean  ## Remove .venv too
	rm -rf $(VENV)
