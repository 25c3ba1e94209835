# Everything a newcomer needs: `make run` and `make test`. `make help` lists the rest.

SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS   += --no-builtin-rules
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

GO      ?= go
NPM     ?= npm
ADDR    ?= localhost:8080
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION)
# The version is ours to tell: Go's own stamp fails in a folder that belongs to another account.
BUILDFLAGS := -trimpath -buildvcs=false

STAMPS  := bin/.stamps
GODIRS  := $(wildcard cmd internal presets web/build web/*.go bench)
# Templates and Go files name the icons that go into web/dist.
ASSETS  := $(shell find web/src web/css web/static web/build -type f 2>/dev/null) \
	$(shell find internal -name '*.html' -o -name '*.go' 2>/dev/null)

PKG   ?= ./...
KILLS ?= 200
SOAK  ?= 10m
BASE  ?= HEAD~1
# Further flags: make bench-http HTTPFLAGS='-rounds 3 -live 0', make soak SOAKFLAGS='-pace 50'.
HTTPFLAGS ?=
SOAKFLAGS ?=

.PHONY: help build run test kill-test lint deps bench bench-quick bench-micro bench-compare bench-http soak clean

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

build: $(STAMPS)/assets ## build bin/grappe with its assets
	CGO_ENABLED=0 $(GO) build $(BUILDFLAGS) -ldflags '$(LDFLAGS)' -o bin/grappe ./cmd/grappe

run: build ## build, then show a fictional New Caledonia on http://localhost:8080
	./bin/grappe demo --addr $(ADDR)

test: deps $(STAMPS)/assets bin/tools/gofumpt bin/tools/staticcheck ## check format and rules, then run all tests on both engines
	@GO='$(GO)' PKG='$(PKG)' ./scripts/test

kill-test: deps $(STAMPS)/assets ## kill an import, and what sends mail, 200 times on each engine, at random moments
	$(GO) build $(BUILDFLAGS) -o bin/pgserver ./internal/platform/db/dbtest/pgserver
	GRAPPE_KILLS=$(KILLS) ./bin/pgserver $(GO) test -count=1 -run TestKilled -v -timeout 30m ./internal/importer ./internal/platform/mail </dev/null

lint: $(STAMPS)/assets bin/tools/gofumpt bin/tools/staticcheck ## check format, go vet and staticcheck
	@unformatted=$$(./bin/tools/gofumpt -l $(GODIRS)); \
	if [ -n "$$unformatted" ]; then \
		printf 'Not formatted; run bin/tools/gofumpt -w on:\n%s\n' "$$unformatted" >&2; exit 1; \
	fi
	$(GO) vet ./...
	./bin/tools/staticcheck ./...
	cd bench && $(GO) vet ./... && ../bin/tools/staticcheck ./...

deps: ## install what the tests need, or say exactly what to install
	@./scripts/install-test-deps

bench: ## measure our index beside Bleve, PostgreSQL and FTS5, 10 k to 1 M listings (half an hour); BENCH="-sizes 100k" for less
	cd bench && $(GO) run ./search $(BENCH) </dev/null

bench-quick: ## the same with 10 k listings, under a minute; the results go into bench/results/tmp
	cd bench && $(GO) run ./search -sizes 10k -techonmap none -budget 8s -out results/tmp/latest.json $(BENCH) </dev/null
	@cat bench/results/tmp/latest.md

bench-micro: $(STAMPS)/assets ## measure parts of the code, beside which these benchmarks stand
	@printf 'date: %s\nmachine: ' "$$(date -u +%F)"; uname -srm
	@grep -m1 'model name' /proc/cpuinfo 2>/dev/null || true
	$(GO) test -run '^$$' -bench . -benchmem -timeout 30m $(PKG) </dev/null

bench-compare: $(STAMPS)/assets bin/tools/benchstat ## compare the search's micro-benchmarks with those of a commit: BASE=HEAD~5
	@./scripts/bench-compare '$(BASE)' </dev/null

bench-http: build ## measure pages beside nginx, and live connections; writes bench/results
	@./scripts/install-bench-tools
	cd bench && PATH="$$PATH:/usr/sbin" $(GO) run ./http $(HTTPFLAGS) </dev/null

soak: build ## read, search, follow and edit for 10 minutes on each engine (SOAK=1m for less)
	$(GO) build $(BUILDFLAGS) -o bin/pgserver ./internal/platform/db/dbtest/pgserver
	cd bench && $(GO) build -o ../bin/soak ./soak
	cd bench && nice ../bin/soak -for $(SOAK) $(SOAKFLAGS) </dev/null
	cd bench && nice ../bin/pgserver sh -c 'exec ../bin/soak -for $(SOAK) -postgres "$$GRAPPE_TEST_POSTGRES" $(SOAKFLAGS)' </dev/null

clean: ## remove what was built
	rm -rf bin web/dist web/node_modules

# The npm packages of the lock file.
$(STAMPS)/npm: web/package.json web/package-lock.json
	@mkdir -p $(STAMPS)
	cd web && $(NPM) ci --no-audit --no-fund --loglevel=error </dev/null
	@touch $@

# web/dist, which the binary embeds.
$(STAMPS)/assets: $(STAMPS)/npm $(ASSETS)
	$(GO) run ./web/build
	@touch $@

# The tools have their own module, so that the product does not depend on them.
bin/tools/staticcheck: tools/go.mod tools/go.sum
	cd tools && $(GO) build $(BUILDFLAGS) -o ../$@ honnef.co/go/tools/cmd/staticcheck

bin/tools/benchstat: tools/go.mod tools/go.sum
	cd tools && $(GO) build $(BUILDFLAGS) -o ../$@ golang.org/x/perf/cmd/benchstat

bin/tools/gofumpt: tools/go.mod tools/go.sum
	cd tools && $(GO) build $(BUILDFLAGS) -o ../$@ mvdan.cc/gofumpt
