# Caseload: everything from a fresh clone to the finished reports.
# Needs Swift 6, git and make; `make setup` installs the rest. `make` alone lists the targets.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: help setup build report test notebooks lint format bench bench-regression bench-peers bench-effects bench-workload clean FORCE

caseload := .build/release/caseload
reports := $(foreach city,jiayuguan riverside,$(foreach lang,zh en,reports/$(city)/$(lang)/report.html))
report_inputs := Tools/requirements.txt \
    $(shell find Sources/*/Resources Datasets -type f -not -name "*.md" 2>/dev/null)
swift_sources := Package.swift Sources Tests

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{ printf "  make %-17s %s\n", $$1, $$2 }'

setup: ## install Debian packages and the report tools (once)
	@PYTHON="$(PYTHON)" Tools/setup.sh

build: $(caseload) ## build the caseload command

report: $(reports) ## the example reports: two cities, in Chinese and in English
	@printf '%s\n' 'Reports:' $(patsubst %,'  %',$(reports))

# The tests are written with Swift Testing; there is nothing for XCTest to run.
test: setup ## run all tests
	swift test --disable-xctest

notebooks: $(caseload) ## run the notebooks
	@Tools/setup.sh notebooks
	.venv/bin/python Tools/run-notebooks.py

lint: ## check the formatting
	swift format lint --strict --parallel --recursive $(swift_sources)

format: ## format the sources
	swift format --in-place --parallel --recursive $(swift_sources)

bench: setup ## measure speed
	swift build -c release --product caseload-bench
	.build/release/caseload-bench

bench-regression: setup ## compare regressions with R, statsmodels and pyfixest
	swift build -c release --product caseload-bench
	Tools/bench-regression.py

bench-peers: setup ## compare forecasts with statsforecast and R
	swift build -c release --product caseload-bench
	Tools/bench-peers.py

bench-effects: setup ## compare designs of effects with references and diff-diff
	swift build -c release --product caseload
	swift build -c release --product caseload-bench
	Tools/bench-effects.py

bench-workload: setup ## compare the simulator with SimPy and Ciw, scenarios with the truth
	swift build -c release --product caseload-bench
	Tools/bench-workload.py

clean: ## remove what was built, but keep the installed tools
	rm -rf .build reports

# SwiftPM knows what is out of date, so it is always asked; when nothing is, the file keeps its
# date and no report is made anew.
$(caseload): setup FORCE
	swift build -c release --product caseload

# A report depends on the program, on the data, on the files that the program reads and on the
# versions of the tools.
$(reports): reports/%/report.html: $(caseload) $(report_inputs)
	@mkdir -p $(@D)
	$(caseload) report Datasets/$(*D) --lang $(*F) -o $@

# The tools that the set-up installed come first where reports are rendered.
test $(reports): private export PATH := $(CURDIR)/.venv/bin:$(PATH)
