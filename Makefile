# Every target first sets up what it needs; `make` alone lists them. PYTHON=… says which interpreter to take.
PORT ?= 8000
export NO_MKDOCS_2_WARNING := 1

.PHONY: help serve site public check bench learn cms test test-long hooks system install

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

serve: install ## the internal edition at http://127.0.0.1:8000, built anew as you write (PORT=…)
	@.venv/bin/python -c 'import socket; socket.create_server(("127.0.0.1", $(PORT))).close()' 2>/dev/null || \
		{ echo "127.0.0.1:$(PORT) is taken; another: make serve PORT=8001" >&2; exit 1; }
	@.venv/bin/mkdocs serve -a 127.0.0.1:$(PORT)

site: ## build the internal edition
	@./tillit build internal

public: ## build the public edition
	@./tillit build public

check: ## check all texts
	@./tillit check

bench: ## measure how fast it checks and builds
	@./tillit bench

learn: .cache/learn/.done ## teach the checker of apologies anew from training/ (ARGS="--judge 3")
	@.cache/learn/bin/python training/learn.py $(ARGS)

.cache/learn/.done: requirements.lock training/requirements.lock | install
	@.venv/bin/python -m venv --clear .cache/learn
	@PIP_USER=0 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 .cache/learn/bin/pip install -q --require-hashes -r requirements.lock -r training/requirements.lock && touch $@

cms: PORT = 8001
cms: install node_modules/.package-lock.json ## write about an incident in the browser (PORT=…; needs Node)
	@./tillit cms --port $(PORT)

test: install ## all tests, in a browser too (ARGS="-k search")
	@$(pytest)

test-long: export TILLIT_SIZE = full
test-long: install ## the same tests at full size
	@$(pytest)

hooks: ## let Git check the texts of each commit before it is made
	@git config core.hooksPath "$$(git rev-parse --show-prefix).githooks"
	@echo "On: .githooks/pre-commit. Off again: git config --unset core.hooksPath"

# -B: what root compiles nobody else could renew.
system: install ## install system-packages.txt (Debian, Ubuntu; as root), or say how
	@.venv/bin/python -B tests/prepare.py system

install: ## only set up .venv
	@./tillit --set-up

# Tools for /admin/ and its tests; npm writes this file last. The site builds without them.
node_modules/.package-lock.json: package-lock.json
	@npm ci --no-audit --no-fund --ignore-scripts >&2 && touch $@

packages = $(MAKE) -s node_modules/.package-lock.json

pytest = chromium=$$(.venv/bin/python tests/prepare.py) && $(packages) && TILLIT_CHROMIUM="$$chromium" .venv/bin/pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)
