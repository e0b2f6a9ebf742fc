# Every target works on a fresh machine by itself: what it needs is set up first, and setting up twice costs a second.
SHELL := /bin/sh
BIN := node_modules/.bin

.PHONY: help setup demo demo-stop scan status serve remediate test lint check format prove bench

help: ## say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## packages, build, engines, emulator and provider; can be run any number of times
	@sh scripts/setup.sh

demo: setup ## apply a small AWS estate on an emulator, change it behind the code's back, scan (KEEP=1 leaves it up)
	@$(BIN)/tsx scripts/demo/demo.ts

demo-stop: ## take down what `make demo KEEP=1` left up
	@$(BIN)/tsx scripts/demo/stop.ts

scan: setup ## scan the stacks of ./driftd.yaml, or of the demo that was kept
	@sh scripts/run-driftd.sh scan

status: setup ## show every stack of ./driftd.yaml, or of the demo that was kept
	@sh scripts/run-driftd.sh status

serve: setup ## the daemon on ./driftd.yaml, or on the demo (which is put up where there is none); says its URL, Ctrl-C stops it
	@sh scripts/run-driftd.sh serve

remediate: setup ## propose what puts a stack right, or carry out what was approved: make remediate STACK=name
	@sh scripts/run-driftd.sh remediate $(STACK)

test: setup ## every test that can fail, at most 12 minutes on two cores
	@$(BIN)/vitest run

lint: setup ## format, lint, types
	@$(BIN)/biome ci .
	@$(BIN)/tsc -p tsconfig.json --noEmit

check: lint test ## what CI runs: format, lint, types, architecture, tests

format: setup ## format and fix what can be fixed
	@$(BIN)/biome check --write .

prove: setup ## the long proofs: crash rounds, load, soak; writes docs/proof.md (PROVE=soak,year,... runs some of them)
	@$(BIN)/tsx scripts/prove.ts

bench: setup ## measure against the loop a user would write; writes docs/performance.md (BENCH=stacks|builtin|plan|ansible|ssh|start|store|alerts|schedule|daemon)
	@$(BIN)/tsx bench/bench.ts
