# The commands of daily work. Each calls one script or cmake; what they do is written there.
#
#   make install PREFIX=/opt/drift DESTDIR=/tmp/package

PREFIX ?= /usr/local
JOBS ?= $(shell nproc)

.DEFAULT_GOAL := help
.PHONY: help setup build test soak demo bench model format lint library install package clean

help: ## Show this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

setup: ## Install what is missing: Debian packages, the local DynamoDB
	@scripts/setup

build: setup ## Build everything for daily work (preset dev)
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev -j $(JOBS)

test: ## Build and run all tests against the local DynamoDB
	@scripts/test

soak: ## Migrate 20,000,000 items, then kill thousands of real processes, for SOAK_MINUTES (30)
	@scripts/soak

demo: ## Watch a migration of 10,000 items on the local DynamoDB
	@scripts/demo

bench: ## Measure speed and memory, with a reference beside each figure
	@scripts/bench

model: ## Check the model of a run in all orders of events (docs/model, about 4 minutes)
	@scripts/setup --dev
	@scripts/model

format: setup ## Rewrite all sources with clang-format
	@scripts/format

lint: ## clang-format and clang-tidy on all sources (make test checks only the format)
	@scripts/lint

library: ## Build what is installed, and nothing else
	@scripts/setup --library
	@cmake --preset release -B build/library -DDRIFT_TESTS=OFF -DDRIFT_BENCH=OFF -DDRIFT_CLI=ON >/dev/null
	@cmake --build build/library -j $(JOBS)

install: library ## Install the command and the library (PREFIX=/usr/local, DESTDIR=)
	@cmake --install build/library --prefix "$(PREFIX)"

package: library ## Make a Debian package of both in build/library
	@cd build/library && cpack -G DEB

clean: ## Remove all that was built (the local DynamoDB stays in the user's cache)
	@rm -rf build
