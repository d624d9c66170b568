# Everything a person or a machine does with this repository. `make` alone prints the list.
#
#   make report PROVINCE=bac-giang YEAR=2024 REPORT_LANG=en
#   make test PYTEST_ARGS="-k treatment"
#   make test PYTEST_JOBS=0            in one process (auto: one a core)
#   make setup PYTHON=python3.13       another interpreter
#   make setup UV=                     pip even where uv is installed

PROVINCE ?= cao-bang
YEAR ?= 2024
REPORT_LANG ?= vi
PYTEST_ARGS ?=
PYTEST_JOBS ?= auto
LOCK_ARGS ?=
BATCH_ARGS ?=

UV ?= $(shell command -v uv 2>/dev/null)
PYTHON ?= python3
LOCK := requirements.lock
INPUTS := pyproject.toml $(LOCK)

SETUP_EXTRAS := office
TEST_EXTRAS := office,pdf,dask,test
LAB_EXTRAS := lab,office
PDF_EXTRAS := office,pdf

# $(call new-environment,FOLDER): an empty environment there, from a Python that is new enough.
define new-environment
	@command -v $(PYTHON) >/dev/null || { \
	  echo "error: $(PYTHON) not found; install Python 3.11 or later, or say make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "error: piilib needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) -V 2>&1)" >&2; exit 1; }
	@echo "making $(1) with $$($(PYTHON) -V) and $(if $(UV),uv,pip)"
	@$(if $(UV),$(UV) venv --quiet --clear --seed --python "$$(command -v $(PYTHON))" $(1), \
	  $(PYTHON) -m venv --clear $(1) || { \
	  echo "error: $(PYTHON) cannot make an environment; on Debian: apt-get install python3-venv" >&2; exit 1; })
endef

# $(call install,FOLDER,EXTRAS): piilib, editable, with these extras, at the versions of the lock.
define install
	@echo "installing piilib[$(2)] into $(1), versions from $(LOCK)"
	@$(if $(UV),$(UV) pip install --quiet --python $(1)/bin/python, \
	  $(1)/bin/python -m pip install -qq --disable-pip-version-check) -c $(LOCK) -e '.[$(2)]'
endef

.PHONY: help setup test-setup report seminar batch lab test bench soak calibration check format-check lint types format data lock clean
.DEFAULT_GOAL := help

help:
	@echo "make setup    .venv: what is needed for reports, and Word, slides and Excel"
	@echo "make report   one report (PROVINCE=$(PROVINCE) YEAR=$(YEAR) REPORT_LANG=$(REPORT_LANG))"
	@echo "make seminar  everything for a seminar (PROVINCE=$(PROVINCE)), both languages"
	@echo "make batch    every report of a year, both languages (YEAR=$(YEAR) BATCH_ARGS=...)"
	@echo "make lab      .venv-lab, and JupyterLab opened on the notebooks"
	@echo "make test     the tests (PYTEST_ARGS=...)"
	@echo "make bench    speed against plain NumPy, and of reports against command lines"
	@echo "make soak     hours of new examples and damaged files; SOAK_CASES=100000"
	@echo "make check    format, lint, types, tests"
	@echo "make format   put files into the format that check asks for"
	@echo "make data     data/processed built again from data/raw"
	@echo "make lock     $(LOCK) written again (LOCK_ARGS=--upgrade for newer versions)"
	@echo "make clean    remove environments, caches and build/ (reports/ stays)"

setup: .venv/.stamp-setup

.venv/.stamp-setup: $(INPUTS)
	$(call new-environment,.venv)
	$(call install,.venv,$(SETUP_EXTRAS))
	@touch $@

test-setup: .venv/.stamp-test

.venv/.stamp-test: .venv/.stamp-setup
	$(call install,.venv,$(TEST_EXTRAS))
	@touch $@

.venv-lab/.stamp-lab: $(INPUTS)
	$(call new-environment,.venv-lab)
	$(call install,.venv-lab,$(LAB_EXTRAS))
	@touch $@

report: setup
	.venv/bin/pii report --province $(PROVINCE) --year $(YEAR) --lang $(REPORT_LANG)

# Report, audit, slides, Word, Excel and PDF in both languages, with a page of contents.
seminar: pdf-setup
	.venv/bin/pii seminar --province $(PROVINCE) --year $(YEAR)

pdf-setup: .venv/.stamp-pdf

.venv/.stamp-pdf: .venv/.stamp-setup
	$(call install,.venv,$(PDF_EXTRAS))
	@touch $@

# What is unchanged is not touched; BATCH_ARGS="--config pii.toml" for a scheduler.
batch: setup
	.venv/bin/pii batch --year $(YEAR) $(BATCH_ARGS)

lab: .venv-lab/.stamp-lab
	.venv-lab/bin/pii lab

test: test-setup
	.venv/bin/python -m pytest -n $(PYTEST_JOBS) --dist loadfile $(PYTEST_ARGS)

# The tests come last: their closing lines are the last thing printed.
check: test-setup
	@$(MAKE) --no-print-directory format-check lint types
	@$(MAKE) --no-print-directory test

format-check: test-setup
	.venv/bin/ruff format --check .

lint: test-setup
	.venv/bin/ruff check .

types: test-setup
	.venv/bin/mypy --strict piilib

format: test-setup
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

data: setup
	.venv/bin/python -m piilib.data.build

# One file of pins for every extra and Python 3.11 to 3.14. Pins that still hold are kept.
lock:
	@$(if $(UV),:,$(PYTHON) -m venv build/uv && build/uv/bin/python -m pip install -qq uv)
	@$(or $(UV),build/uv/bin/uv) pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	  --all-extras --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	  $(LOCK_ARGS) --output-file $(LOCK)
	@{ echo "# Pins for every extra, Python 3.11 to 3.14, all systems. Made by: make lock"; \
	   echo "# Used as constraints: pip install -c $(LOCK) -e ."; \
	   grep -v '^#' $(LOCK); } > $(LOCK).new && mv $(LOCK).new $(LOCK)
	@echo "$(LOCK): $$(grep -vc '^#' $(LOCK)) pins"

# Speed against plain NumPy and against command lines, both sides in one run, with their ratio.
bench: test-setup
	.venv/bin/python -m benchmarks.simulation
	.venv/bin/python -m benchmarks.batch
	.venv/bin/python -m benchmarks.communes

# Long runs of what the suite does briefly: new examples for the property tests, damaged files.
soak: test-setup
	HYPOTHESIS_PROFILE=soak .venv/bin/python -m pytest -n $(PYTEST_JOBS) --dist loadfile \
	  $$(grep -l "^from hypothesis import" -r tests --include="test_*.py")
	PYTHONPATH=tests .venv/bin/python -m tests.soak $(SOAK_CASES)
	PIILIB_KILLS=100 .venv/bin/python -m pytest tests/report/test_batch_kill.py

# How often the intervals of unpublished scores hold the truth; most of an hour.
calibration: test-setup
	.venv/bin/python -m benchmarks.calibration piilib/report/measured/calibration.csv

clean:
	rm -rf .venv .venv-lab build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
