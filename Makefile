# `make run` and `make test` are all one needs; `make` alone lists the rest.

# The first Python of this list that is 3.11 or later makes the virtual environment; PYTHON=… chooses another.
PYTHONS = $(PYTHON) python3.11 python3 python3.12 python3.13 python
VENV = .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip install --disable-pip-version-check -qq

# torch comes first, alone and exactly: any looser range fetches gigabytes of CUDA. The index of CPU wheels is given to
# this command only; where it cannot be reached, the usual index serves.
TORCH = torch==2.13.0
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu

OR_SAY_WHY = || { echo "L’installation a échoué, pour la raison ci-dessus : réseau, place, ou pas de paquet pour ce Python." >&2; exit 2; }

# For `make test-services`: databases and keys of the tests have names of their own, nothing else there is touched. Nobody reads
# them after a power cut: a commit does not wait for the disk (PGOPTIONS).
TEST_DATABASE_URL = $(or $(DATABASE_URL),postgresql://postgres@127.0.0.1:5432/postgres)
TEST_REDIS_URL = $(or $(REDIS_URL),redis://127.0.0.1:6379/0)

.DEFAULT_GOAL = help
.PHONY: help run test test-services lint format translations clean

help: ## list what one can make
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

run: $(VENV)/.runs ## install, prepare the database, start everything (Ctrl-C stops it)
	@exec $(BIN)/python -m launch run

test: $(VENV)/.tests ## the whole suite, no service needed (ARGS="-k word" for a part)
	@env -u DATABASE_URL -u REDIS_URL -u ENCODER_MODEL -u APP_ENV -u VAR_DIR $(BIN)/python -m pytest $(ARGS)

test-services: $(VENV)/.tests ## the same suite on PostgreSQL and Redis (DATABASE_URL, REDIS_URL, or those on loopback)
	@env -u ENCODER_MODEL -u APP_ENV -u VAR_DIR DATABASE_URL="$(TEST_DATABASE_URL)" REDIS_URL="$(TEST_REDIS_URL)" \
	    PGOPTIONS="-c synchronous_commit=off" $(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.tests ## style, types, templates, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint webapp/templates --lint --quiet
	$(BIN)/lint-imports --no-cache --no-logo

format: $(VENV)/.tests ## put code in its usual shape
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

# In between, write the English in messages.po; the second run compiles it. Both files are committed.
ENGLISH = webapp/translations/en/LC_MESSAGES/messages
BABEL = $(BIN)/python -m babel.messages.frontend --quiet

translations: $(VENV)/.runs ## put new French sentences into the English catalogue, and compile it
	@$(BABEL) extract -F babel.cfg -k _l --no-wrap --add-location=file --omit-header -o $(ENGLISH).pot .
	@$(BABEL) update -i $(ENGLISH).pot -o $(ENGLISH).po -l en --no-wrap --no-fuzzy-matching --ignore-obsolete \
	    --ignore-pot-creation-date
	@$(BABEL) compile -i $(ENGLISH).po -o $(ENGLISH).mo -l en
	@rm $(ENGLISH).pot

clean: ## remove the virtual environment and caches; what was written in the application (var/) stays
	rm -rf $(VENV) *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@for python in $(PYTHONS); do \
	    if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        echo "Environnement virtuel ($$($$python --version))…"; \
	        $$python -m venv $(VENV) && exit 0; \
	        rm -rf $(VENV); \
	        echo "Python est là, mais pas son module venv : installez-le (Debian : apt install python3-venv)." >&2; exit 2; \
	    fi; \
	done; \
	echo "Python 3.11 ou plus récent est introuvable : installez-le, ou indiquez-le par PYTHON=/chemin/python3." >&2; exit 2

# Stamps: nothing is installed again before pyproject.toml changes.
$(VENV)/.torch: | $(BIN)/python
	@echo "Installation de $(TORCH) (une fois, environ 200 Mo)…"
	@$(PIP) --no-deps --retries 2 --extra-index-url $(TORCH_INDEX) $(TORCH) $(OR_SAY_WHY)
	@touch $@

$(VENV)/.runs: pyproject.toml $(VENV)/.torch
	@echo "Installation des autres paquets…"
	@$(PIP) --editable . $(OR_SAY_WHY)
	@touch $@

$(VENV)/.tests: pyproject.toml $(VENV)/.runs
	@echo "Installation des outils de test…"
	@$(PIP) --editable '.[dev]' $(OR_SAY_WHY)
	@touch $@
