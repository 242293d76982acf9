# Every target first sets up what it needs; `make` alone lists them. PYTHON=… says which interpreter to take.
PORT ?= 8000
export NO_MKDOCS_2_WARNING := 1

.PHONY: help serve site public check bench test test-long system install

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

bench: ## measure how fast it builds
	@./tillit bench

test: install ## all tests, in a browser too (ARGS="-k search")
	@$(pytest)

test-long: export TILLIT_SIZE = full
test-long: install ## the same tests at full size
	@$(pytest)

system: install ## install system-packages.txt (Debian, Ubuntu; as root), or say how
	@.venv/bin/python tests/prepare.py system

install: ## only set up .venv
	@./tillit --set-up

pytest = chromium=$$(.venv/bin/python tests/prepare.py) && TILLIT_CHROMIUM="$$chromium" .venv/bin/pytest $(ARGS)
