# Everything a developer types. `make` shows the list.

GO        ?= go
BIN       := $(CURDIR)/bin
BUILD     := GO=$(GO) $(CURDIR)/tools/build.sh
TOOL      := $(GO) tool -modfile=$(CURDIR)/tools/go.mod
CHARTS    ?= examples/charts
VERSION   ?= $(shell git describe --tags --match 'v*' --dirty 2>/dev/null || echo v0.0.0-$$(git rev-parse --short HEAD 2>/dev/null || echo unknown))
GENERATED := api/v1alpha1/zz_generated.deepcopy.go api/v1alpha1/zz_generated.model_name.go api/openapi/zz_generated.openapi.go
# The Kubernetes libraries whose types the OpenAPI definitions mention.
OPENAPI   := ./api/v1alpha1 k8s.io/apimachinery/pkg/apis/meta/v1 k8s.io/apimachinery/pkg/runtime k8s.io/apimachinery/pkg/version

# Programs without the C library run everywhere, and the stacks of their threads
# are not data, which is bounded in render workers.
export CGO_ENABLED := 0

include localcluster/version.mk

.DEFAULT_GOAL := help
.PHONY: help build manager client local kubectl oracle servers quickstart clean test test-product test-local test-conformance test-race conformance \
        lint lint-product lint-local lint-conformance verify verify-generated verify-format verify-modules update-generated \
        update-format update-modules check bench

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: local manager client ## Build bin/helm, bin/helm-manager and bin/helm-local

client: ## Build bin/helm alone
	@echo "building bin/helm"
	@$(BUILD) -ldflags "-s -w -X main.version=$(VERSION)" -o $(BIN)/helm ./cmd/helm

manager: ## Build bin/helm-manager alone
	@echo "building bin/helm-manager"
	@$(BUILD) -ldflags "-s -w" -o $(BIN)/helm-manager ./cmd/helm-manager

local: ## Build bin/helm-local, the embedded Kubernetes (about 10 minutes the first time)
	@echo "building bin/helm-local, the embedded Kubernetes: about 10 minutes the first time, seconds afterwards"
	@cd localcluster && $(BUILD) $(LOCALCLUSTER_FLAGS) -o $(BIN)/helm-local .

kubectl: ## Build bin/kubectl, which the tests use
	@echo "building bin/kubectl"
	@cd localcluster && $(BUILD) $(LOCALCLUSTER_FLAGS) -o $(BIN)/kubectl k8s.io/kubernetes/cmd/kubectl

oracle: ## Build bin/helm4 and bin/helm3, the programs that ours is compared with
	@echo "building bin/helm4 and bin/helm3"
	@cd conformance && $(BUILD) -ldflags "-s -w" -o $(BIN)/helm4 helm.sh/helm/v4/cmd/helm
	@cd conformance && $(BUILD) -ldflags "-s -w" -o $(BIN)/helm3 helm.sh/helm/v3/cmd/helm

servers: ## Build bin/versitygw, bin/fake-gcs-server and bin/registry, which the tests keep charts on
	@echo "building bin/versitygw, bin/fake-gcs-server and bin/registry"
	@cd tools/servers && $(BUILD) -ldflags "-s -w" -o $(BIN)/ github.com/versity/versitygw/cmd/versitygw \
	  github.com/fsouza/fake-gcs-server github.com/distribution/distribution/v3/cmd/registry

quickstart: build ## Deploy a first chart on the embedded Kubernetes, and say what to type next
	@examples/quickstart.sh

clean: ## Stop the quickstart's cluster and remove what was built
	@if [ -x $(BIN)/helm ] && [ -x $(BIN)/helm-local ]; then $(BIN)/helm local down --purge; fi
	rm -rf $(BIN)

test: build kubectl oracle servers ## Run all tests, on the embedded Kubernetes
	$(MAKE) test-local test-conformance test-product

test-product: ## Run the product's tests with what is built
	HELM_BIN=$(BIN) $(GO) test ./...

test-local: ## Run the tests of the embedded Kubernetes with what is built
	cd localcluster && HELM_LOCAL_BIN=$(BIN)/helm-local $(GO) test ./...

test-conformance: ## Run the tests that compare with Helm with what is built
	cd conformance && HELM_BIN=$(BIN) $(GO) test ./...

conformance: client oracle ## Compare with Helm on the charts in the folder CHARTS
	cd conformance && $(GO) run . -ours $(BIN)/helm -theirs $(BIN)/helm4 $(abspath $(CHARTS))

test-race: export CGO_ENABLED := 1
test-race: ## Run the tests that need no cluster under the race detector
	$(GO) test -race ./api/... ./apply/... ./chart/... ./client/... ./kube/ ./manager/... ./render/... ./repo/... ./state/...

lint: lint-product lint-local lint-conformance ## Look for mistakes in all modules

lint-product:
	$(TOOL) golangci-lint run ./...

lint-local:
	cd localcluster && $(TOOL) golangci-lint run --config ../.golangci.yml ./...

lint-conformance:
	cd conformance && $(TOOL) golangci-lint run --config ../.golangci.yml ./...

verify: verify-generated verify-format verify-modules ## Check that generated, formatted and module files are up to date

verify-generated:
	@tools/verify.sh update-generated $(GENERATED)

verify-format:
	@wrong=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$wrong" ]; then echo "not formatted (make update-format):"; echo "$$wrong"; exit 1; fi

verify-modules:
	$(GO) mod tidy -diff
	cd localcluster && $(GO) mod tidy -diff
	cd conformance && $(GO) mod tidy -diff
	cd tools/servers && $(GO) mod tidy -diff

update-modules: ## Tidy the module files
	$(GO) mod tidy
	cd localcluster && $(GO) mod tidy
	cd conformance && $(GO) mod tidy
	cd tools/servers && $(GO) mod tidy

update-generated: ## Generate deepcopy and OpenAPI anew
	$(TOOL) deepcopy-gen --output-file zz_generated.deepcopy.go --go-header-file tools/boilerplate.txt ./api/v1alpha1
	$(TOOL) openapi-gen --output-dir api/openapi --output-pkg github.com/helm-dm/helm-dm/api/openapi \
	  --output-file zz_generated.openapi.go --output-model-name-file zz_generated.model_name.go \
	  --go-header-file tools/boilerplate.txt --report-filename /dev/null $(OPENAPI)

update-format: ## Format all Go files
	gofmt -w $$(git ls-files '*.go')

check: lint verify test ## Everything that must pass before a change lands

bench: build oracle ## Run the benchmarks
	HELM_BIN=$(BIN) $(GO) test -run '^$$' -bench . -benchmem ./...
	cd conformance && HELM_BIN=$(BIN) $(GO) test -run '^$$' -bench . -benchtime 1x .
