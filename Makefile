# The commands of the house. What takes more than a line is in the package, in tests/ or in scripts/.
.DEFAULT_GOAL := help
.PHONY: help setup setup-tests build run livekit test check bench lock clean

PYTHON := .venv/bin/python
SETUP := sh scripts/setup.sh
# Passed on to pytest, for example: make test ARGS="-k slots -x"
ARGS :=
# Tests start the app some thirty times: what Python has compiled is kept, also where a container says otherwise.
export PYTHONDONTWRITEBYTECODE :=

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "make %-12s %s\n", $$1, $$2 }'

setup: ## install what running needs into .venv
	@$(SETUP)

setup-tests: ## install what checks, tests and benchmarks need as well
	@$(SETUP) --dev
	@$(PYTHON) -m tests.e2e.chromium
	@$(PYTHON) -m mentorbook.video_server_build

build: setup ## build the pages
	@$(PYTHON) -m mentorbook.frontend_build

run: build ## serve MentorBook on http://localhost:3000 (MENTORBOOK_PORT)
	@exec env MENTORBOOK_DEMO="$${MENTORBOOK_DEMO:-1}" MENTORBOOK_LOCAL_VIDEO="$${MENTORBOOK_LOCAL_VIDEO:-1}" \
		$(PYTHON) -m mentorbook.cli serve

livekit: setup ## get a LiveKit server for video on this machine, and run it (MENTORBOOK_LIVEKIT_PORT)
	@$(PYTHON) -m mentorbook.video_server_build
	@exec $(PYTHON) -m mentorbook.cli livekit

test: setup-tests build ## run every test
	@$(PYTHON) -m pytest tests/ $(ARGS)

check: ## lint, format, types and who may import whom
	@$(SETUP) --dev
	@$(PYTHON) -m ruff check
	@$(PYTHON) -m ruff format --check
	@$(PYTHON) -m mypy
	@PYTHONPATH=. .venv/bin/lint-imports

bench: build ## measure, and print a table beside a baseline
	@$(SETUP) --dev
	@$(PYTHON) -m tests.e2e.chromium
	@$(PYTHON) -m benchmarks $(ARGS)

lock: ## pin the packages of requirements*.in anew
	@$(SETUP) --dev
	@$(PYTHON) -m scripts.lock $(ARGS)

clean: ## remove everything that the other commands made, but not data/
	rm -rf .venv .web .states .cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
