# make demo | test | check | bench | prove | clean
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
export PORT

.PHONY: demo test check bench prove clean setup setup-dev assets words browser

$(VENV)/ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/ready-dev: requirements-dev.txt $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

setup: $(VENV)/ready assets words
setup-dev: $(VENV)/ready-dev assets words

# Front-end files of the npm registry, pinned by package-lock.json, laid into core/kaohe/web/static/vendor
assets: $(VENV)/ready
	$(BIN)/python tools/assets.py

# Compiled catalogues of translations
words: $(VENV)/ready
	$(BIN)/python tools/words.py compile

demo: setup
	KAOHE_DATA=$${KAOHE_DATA:-.data} KAOHE_DEMO=1 $(BIN)/kaohe demo --port $(PORT)

browser: $(VENV)/ready
	$(BIN)/python tools/browser.py

test: setup-dev browser
	$(BIN)/python -m pytest -n 2 --dist loadgroup --durations=20

prove: setup-dev browser
	KAOHE_PROVE=full $(BIN)/python -m pytest -rP -n 2 --dist loadgroup tests/security tests/proofs \
		tests/ledger/test_random.py tests/browser/test_pages.py tests/browser/test_schemes.py

check: setup-dev
	$(BIN)/ruff check core plugins tests tools
	$(BIN)/ruff format --check core plugins tests tools
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint core plugins --extension html --quiet
	$(BIN)/python tools/words.py check

bench: setup-dev
	$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV) node_modules core/kaohe/web/static/vendor .data .bench .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis build dist
	find core plugins tests -name __pycache__ -prune -exec rm -rf {} +
	find core plugins -name '*.mo' -delete
