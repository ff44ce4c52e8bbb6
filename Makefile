# Targets of the project. `make help` lists them.

GO       ?= go
SHELL    := /bin/bash
GOTOOL   := $(GO) tool -modfile=tools/go.mod
COVER    := .cover
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
COMMIT   ?= $(shell git rev-parse --short HEAD 2>/dev/null || echo unknown)
LDFLAGS  := -X main.version=$(VERSION) -X main.commit=$(COMMIT)
# Real runbooks to measure on; only the targets that measure need them.
DATA_DIR ?= ../shared/data

PYTHON   ?= python3
PYCLIENT := clients/python
VENV     := $(PYCLIENT)/.venv

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  %-18s %s\n", $$1, $$2}'

.PHONY: setup
setup: ## Fetch what is missing of PostgreSQL, Valkey, ONNX Runtime and the model into .runtime
	@CGO_ENABLED=0 $(GO) run ./internal/localdb/setup

.PHONY: build
build: ## Build bin/datastorage
	@mkdir -p bin
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/datastorage ./cmd/datastorage

# Bases of the image, e.g. BASES='--build-arg BUILD_IMAGE=… --build-arg BASE_IMAGE=…'; the Dockerfile has the default ones.
BASES ?=
IMAGE ?= datastorage:$(VERSION)

.PHONY: image
image: setup ## Build the container image, IMAGE=name, with a Docker engine
	docker build --network host --build-arg VERSION=$(VERSION) --build-arg COMMIT=$(COMMIT) $(BASES) --tag $(IMAGE) .

.PHONY: run
run: setup build ## Start everything on this machine, with sample playbooks
	@exec bin/datastorage dev

# Python tools: pinned with their hashes, in a virtual environment of their own.
$(VENV)/.complete: $(PYCLIENT)/requirements.txt
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: -r $<
	@touch $@

.PHONY: generate
generate: generate-go generate-python ## Generate server and clients from openapi/openapi.yaml

.PHONY: generate-go
generate-go: ## Generate the Go server and client
	$(GO) tool oapi-codegen -config gen/apiserver/config.yaml openapi/openapi.yaml
	$(GO) tool oapi-codegen -config gen/apiclient/config.yaml openapi/openapi.yaml

.PHONY: generate-python
generate-python: $(VENV)/.complete ## Generate the Python client
	@PATH="$(abspath $(VENV))/bin:$$PATH" openapi-python-client generate --path openapi/openapi.yaml --meta none \
		--config $(PYCLIENT)/generator.yaml --output-path $(PYCLIENT)/datastorage_client --overwrite --fail-on-warning >/dev/null
	@touch $(PYCLIENT)/datastorage_client/py.typed

.PHONY: generate-check
generate-check: generate ## Fail when generated code differs from what is committed
	@status="$$(git status --porcelain --untracked-files=all -- gen $(PYCLIENT))"; \
	if [ -n "$$status" ]; then \
		echo "generated code is not what the contract generates; run make generate and commit:"; echo "$$status"; git --no-pager diff --stat -- gen $(PYCLIENT); exit 1; \
	fi

.PHONY: lint
lint: ## Run golangci-lint
	$(GOTOOL) golangci-lint run --allow-parallel-runners ./...

.PHONY: vet
vet: ## Run go vet
	$(GO) vet ./...

.PHONY: vulncheck
vulncheck: ## Look for known vulnerabilities (reads the public Go vulnerability database)
	$(GOTOOL) govulncheck ./...

.PHONY: test-unit
test-unit: setup ## Run the tests of all packages but the end-to-end tests
	@mkdir -p $(COVER)
	$(GO) test -race -timeout 20m -coverprofile=$(COVER)/unit.out $$($(GO) list ./... | grep -v /e2e)

.PHONY: test-backfill
test-backfill: setup ## Complete 200,000 audit events of an earlier release (make test does so with fewer)
	DATASTORAGE_TEST_BACKFILL_ROWS=223000 $(GO) test -timeout 30m -v -run '^TestBackfillOfManyRows$$' ./store

.PHONY: test-versioning
test-versioning: ## Fail unless every statement of versioning/ is covered by its own tests
	@mkdir -p $(COVER)
	@$(GO) test -coverprofile=$(COVER)/versioning.out ./versioning >/dev/null
	@$(GO) tool cover -func=$(COVER)/versioning.out | awk '/^total:/ {print "coverage of versioning/: " $$3; exit $$3 != "100.0%"}'

.PHONY: test-e2e
test-e2e: setup ## Run the end-to-end tests against the built binary
	$(GO) test -race -timeout 20m ./e2e/...

.PHONY: test-python
test-python: setup build $(VENV)/.complete ## Test the Python client against a running service
	$(VENV)/bin/python -m pytest $(PYCLIENT)

.PHONY: test-chaos
test-chaos: setup ## Kill PostgreSQL for 20 s, the queue and the service under writers; CHAOS_SEED repeats a run
	CHAOS_SEED=$(CHAOS_SEED) CHAOS_OUTAGE=20s $(GO) test -race -count=1 -timeout 20m -run Chaos -v ./e2e

.PHONY: bench
bench: setup ## Run all benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

.PHONY: bench-audit
bench-audit: setup ## Measure the audit trail against pgbench, an empty handler and COPY; about 4 minutes
	@$(GO) run ./internal/bench/audit $(ARGS)

.PHONY: bench-cache
bench-cache: setup ## Measure searches with and without the cache, with the server of the cache away, and with a slow model; about a minute
	$(GO) test -run '^$$' -bench '^BenchmarkCachedSearch' -benchtime 200x ./cmd/datastorage/internal/app
	$(GO) test -run '^$$' -bench '^BenchmarkLookup' ./cache

.PHONY: bench-search
bench-search: setup build ## Measure searches of 1k, 10k and 100k playbooks against pgbench, and draw docs/search-latency.svg; about 10 minutes
	@$(GO) run ./internal/bench/search -plot docs/search-latency.svg $(ARGS)

.PHONY: test-search
test-search: setup ## Compare 20,000 searches with the scorer, PAIRS=n for another number; about 5 minutes
	@set -o pipefail; SEARCH_PAIRS=$(or $(PAIRS),20000) $(GO) test -count=1 -timeout 60m -v -run '^TestConformance$$/^search$$/^hybrid_equals_scorer$$' ./store | grep -E 'pairs of|Error|^(---|ok|FAIL)'

.PHONY: bench-smoke
bench-smoke: setup ## Run every benchmark once, on little data, to keep it alive
	$(GO) test -short -run '^$$' -bench . -benchtime 1x ./... > /dev/null

.PHONY: test
test: setup generate-check lint vet test-unit test-versioning test-e2e test-python bench-smoke ## Run everything that must pass
	@grep -v /gen/ $(COVER)/unit.out > $(COVER)/written.out && $(GO) tool cover -func=$(COVER)/written.out | tail -1
	@echo "all passed"

.PHONY: clean
clean: ## Remove what was built; keeps .runtime and .data
	rm -rf bin $(COVER)
