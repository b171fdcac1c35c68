# Every target creates the environment it needs; a second call reuses it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
DEMO   := data/bankers/engagement.yml

.DEFAULT_GOAL := help
.PHONY: help report test lab check lint types lock demo clean clean-private

help:  ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

report: $(VENV)/.ready  ## publish the demo report to reports/bankers/report.html
	$(BIN)/axlib run $(DEMO)

test: $(VENV)/.ready-dev  ## run all tests, on every core
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

lab: $(VENV)/.ready  ## open JupyterLab on the notebooks, in this environment
	OPENBLAS_NUM_THREADS=1 JUPYTER_PREFER_ENV_PATH=1 $(BIN)/jupyter lab notebooks/00_start_here.ipynb

check: lint types test  ## what must pass before a commit: ruff, mypy, tests

lint: $(VENV)/.ready-dev  ## ruff, format and rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.ready-dev  ## mypy, strict on axlib
	$(BIN)/mypy

lock: $(VENV)/.ready-dev  ## pin the newest allowed versions again (needs uv)
	printf 'hatchling\neditables\npip\n' | uv pip compile pyproject.toml - --all-extras --universal \
	  --python-version 3.11 --upgrade --no-emit-index-url --no-header --no-annotate --output-file constraints.txt

demo: $(VENV)/.ready  ## write the demo engagement's raw files again
	$(BIN)/axlib demo bankers data/bankers

clean-private:  ## remove notebook copies that may hold member data
	find . -name .ipynb_checkpoints -not -path './$(VENV)/*' -prune -exec rm -rf {} +

clean: clean-private  ## remove the environment and every cache
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

# pip's own build step is kept off the network: hatchling comes pinned from constraints.txt too.
$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --constraint constraints.txt pip hatchling editables
	$(PIP) install --constraint constraints.txt --no-build-isolation --editable '.[explorer]'
	touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	$(PIP) install --constraint constraints.txt --no-build-isolation --editable '.[dev,databases,cluster,explorer]'
	touch $@
