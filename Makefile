# Entry points for people; the work is in scripts/ and in the binary.

.DEFAULT_GOAL := help
.PHONY: help run demo test bench soak binary console

# Override on the command line: make run DATA=/srv/merit LISTEN=0.0.0.0:8080
DATA   ?= ./data
DEMO   ?= ./demo-data
LISTEN ?= 127.0.0.1:8080
# make bench BENCH='reports --facts 100000000'
BENCH  ?=

RELEASE := $(or $(CARGO_TARGET_DIR),./target)/release
MERIT := $(RELEASE)/merit

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: binary ## build and start the server with its data in ./data
	$(MERIT) serve --data $(DATA) --listen $(LISTEN)

demo: binary ## like run, on a demo network full of plausible history in ./demo-data
	@if [ ! -s $(DEMO)/network.json ]; then \
	  mkdir -p $(DEMO) && \
	  $(MERIT) demo --data $(DEMO)/state > $(DEMO)/network.part && \
	  mv $(DEMO)/network.part $(DEMO)/network.json; \
	fi
	@echo "accounts, keys and links of the demo network: $(DEMO)/network.json" >&2
	$(MERIT) serve --data $(DEMO)/state --listen $(LISTEN)

test: ## everything: format, lints, unit, storage, whole program, browser
	@scripts/test

bench: binary ## the benchmarks, each a ratio against its peer in the same run
	$(RELEASE)/bench $(BENCH)

soak: ## kill the server at random moments under load and look for lost or doubled events
	@scripts/soak

# All programs at once: one package alone takes other features of what it rests on, which would then be built twice.
binary: console
	cargo build --release --workspace --bins

console: ## build the console into web/dist, for the binary to carry
	@scripts/console build
