# SPDX-License-Identifier: MIT
#
# The two commands are `make demo` and `make test`; `make help` lists the rest. How things are built is in build.mk, which
# runs once for each compiler configuration.

CONFIG ?= release
MAKEFLAGS += --no-print-directory
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
BUILD = +$(MAKE) -f build.mk -j$(JOBS)

.DEFAULT_GOAL := help
.PHONY: help demo test test-long mutants bench all generate format format-check clean deps-%

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r a b; do printf '  %-20s %s\n' "$$a" "$$b"; done

demo: deps-demo ## e1000 from its manifest to 20,000 frames through QEMU's own device model
	@scripts/demo

test: deps-test ## every test; the last line is "N passed, N failed"
	@/usr/bin/python3 tests/run

test-long: deps-test ## the same with the long property runs
	@DDDK_LONG=1 /usr/bin/python3 tests/run

mutants: deps-test ## each offset, bit, width and access of the shipped manifests changed, one at a time: QEMU must notice
	@/usr/bin/python3 tests/mutants/run

bench: deps-bench ## every measurement that the documentation quotes
	@/usr/bin/python3 tests/bench/run

all: ## build everything in one configuration (CONFIG=release, gcc or clang)
	$(BUILD) CONFIG=$(CONFIG) all

generate: ## run the generator on every driver
	$(BUILD) generate

format: ## clang-format on all C that is written by hand
	@git ls-files '*.c' '*.h' | xargs clang-format -i

format-check:
	@git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror

clean: ## remove the build folder
	rm -rf build

deps-%:
	@scripts/deps $*
