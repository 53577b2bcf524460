# All that a person does with Hubbub starts here; `make` alone lists it.

# The command line that `make run` shows: make run COMMAND=help
COMMAND = run Scenarios/sender-service/100k.yaml
# The tests that `make quick` runs, a regular expression: make quick FILTER=SpanTests
FILTER =
# Which scenarios `make scenarios` plays, by their names, and with how many people at most: all, and as many as they say, without
SCENARIOS =
PEOPLE =
# Which of the mistakes `make mutants` plants: a room, or a room and a name; all of them without
MUTANTS =

# The shipped program carries the Swift library within: it starts on machines without Swift.
SHIPPED = -c release --static-swift-stdlib

# Tests have a folder of their own, because the testing library exists only beside the dynamic
# Swift library: in one folder, each of the two builds would throw the other's away.
# No testable imports: they switch off optimisations that the shipped program has, and rooms
# open their insides to tests with `package`. No XCTest: all tests are Swift Testing's.
TESTED = -c release --disable-testable-imports --disable-xctest --scratch-path .build/tests

# `hubbub --version` names the commit, if that is all that it was built from.
export BUILD_COMMIT := $(shell git status --porcelain 2>/dev/null | grep -q . || git rev-parse --short=12 HEAD 2>/dev/null)

SWIFT_SOURCES = Sources Tests Package.swift

BASELINE = Reports/baselines/single-server.txt
GATE = $(addprefix Scenarios/single-server/,$(addsuffix .yaml,crash evening overload partition)) --baseline $(BASELINE)

.PHONY: help baselines check docs published mutants run scenarios test test-capacity test-gate test-page test-slurm man quick chaos chaos-table \
    soak lint format clean \
    prerequisites prerequisites-tests
.NOTPARALLEL:

help: ## List these targets
	@awk -F ': .*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

run: prerequisites ## Install what is missing, build, and run the main scenario (COMMAND=...)
	swift build $(SHIPPED) --product hubbub
	.build/release/hubbub $(COMMAND)

# Tests compare what kernel-probe prints in debug and in release. Nothing else is built in debug, which is
# 20 times slower. The programs that tests start are built with them: the shipped program, from the same
# sources, would cost all of its build and show nothing more.
test: prerequisites-tests ## Install what is missing, build, and run all tests
	swift build --product kernel-probe
	swift test $(TESTED)

# Leaves pictures of the page in .build/page-test, to be looked at.
test-page: prerequisites-tests ## Test the HTML report in a browser, installing one if there is none
	swift test $(TESTED) --filter 'BrowserTests|PageTests'

# What `.ci/run` asks: whether this program still comes to what Reports/baselines has. Four scenarios with five seeds
# each, of which only the evening is made smaller: half a minute on two cores.
check: prerequisites ## Play the scenarios beside their baseline
	swift build $(SHIPPED) --product hubbub
	.build/release/hubbub check $(GATE) --jobs 2 || { echo "if the change is meant: make baselines, and review the difference" >&2; exit 1; }

# What was set for a scenario before stays set.
baselines: prerequisites ## Write the baseline anew, after a change that is meant to change it
	swift build $(SHIPPED) --product hubbub
	mkdir -p $(dir $(BASELINE))
	.build/release/hubbub check Scenarios/single-server/evening.yaml --baseline $(BASELINE) --update --jobs 2 \
	    --set users.count=20000 --set duration=5m
	.build/release/hubbub check $(GATE) --update --jobs 2

# Each is played twice, as it is and with the change that it says it fails with.
scenarios: prerequisites ## Play the scenarios of sender-service, and write down what they come to (SCENARIOS=, PEOPLE=)
	swift build $(SHIPPED) --product hubbub
	swift build --product scenario-table
	.build/debug/scenario-table .build/release/hubbub Scenarios/sender-service $(SCENARIOS) $(if $(PEOPLE),--at-most $(PEOPLE))

# Pages of docs/ that take longer than `make test` has time for. DOCS=record writes what commands print now into the pages.
DOCS = all
docs: prerequisites-tests ## Run every command of the pages, and compare what it prints (DOCS=record)
	HUBBUB_DOCS=$(DOCS) swift test $(TESTED) --filter Documentation

test-gate: prerequisites ## See how well a check tells planted changes from chance (AGAIN=, CHANCE=, CHANGES=, PLANTED=)
	swift build $(SHIPPED) --product hubbub
	AGAIN=$(AGAIN) CHANCE=$(CHANCE) CHANGES=$(CHANGES) PLANTED=$(PLANTED) Tests/Gate/run

test-capacity: prerequisites ## Set the capacity of M/M/1 and M/M/4 beside their closed forms
	swift build $(SHIPPED) --product hubbub
	Tests/Gate/capacity

test-slurm: prerequisites ## Play a study on a real Slurm of this machine, installing it if it is missing
	swift build $(SHIPPED) --product hubbub
	Tests/Slurm/run

# A test fails when they are stale.
man: prerequisites ## Write the pages of the manual anew
	swift build $(SHIPPED) --product hubbub
	mkdir -p man
	for page in hubbub.1 hubbub-scenario.5 hubbub-metrics.7; do \
		.build/release/hubbub help --man $${page%.*} > man/$$page || exit 1; done

quick: ## Run tests at once, without other builds and checks (FILTER=...)
	swift test $(TESTED) $(if $(FILTER),--filter '$(FILTER)')

# Takes at most 20 minutes on two quiet cores, and leaves the copy for the next time.
mutants: prerequisites-tests ## Plant mistakes in a copy of the tree, and see that tests find them (MUTANTS=Chat)
	swift build --product mutants
	.build/debug/mutants $(MUTANTS)

published: prerequisites ## Play the scenarios whose pages are published, and make the pages anew
	swift build $(SHIPPED) --product hubbub
	rm -rf .build/published
	for name in single-server/partition single-server/crash single-server/overload sender-service/zone-partition \
	    sender-service/100k; do \
	    .build/release/hubbub run Scenarios/$$name.yaml --quiet --out .build/published; \
	    name=$$(basename $$name); \
	    rm .build/published/$$name/latest/machine.json; \
	    .build/release/hubbub report .build/published/$$name/latest && \
	    cp .build/published/$$name/latest/report.html Reports/published/$$name.html || exit 1; done
	-.build/release/hubbub chaos Scenarios/single-server/chaos.yaml --runs 128 --beyond --jobs 2 --quiet \
	    --out .build/published --report=Reports/published/chaos.html

# Ends with 1 or 3 when something gave way; chaos says what, and how to play it.
chaos: prerequisites ## Break the small server for two minutes, and see what gives way
	swift build $(SHIPPED) --product hubbub
	.build/release/hubbub chaos Scenarios/single-server/chaos.yaml --for 2m --jobs 2 --report

# Planted faults of design: how many runs the search takes to find each, against pure random draws.
CHAOS_SEEDS = 10
chaos-table: prerequisites-tests ## Find planted faults, by search and by pure random (CHAOS_SEEDS=..., HUBBUB_CHAOS_ONLY=a part of a name)
	HUBBUB_CHAOS_SEEDS=$(CHAOS_SEEDS) swift test $(TESTED) --filter PlantedTableTests

# Run 1,975 of the town ends with 3: it is the limit in Scenarios/limits/owed-delivery.yaml.
SOAK = 10000
TOWN_SOAK = 2000
SEEDS = 1000
soak: prerequisites-tests ## Play so many runs inside the envelope, in which nothing may give way (SOAK=, TOWN_SOAK=, SEEDS=)
	swift build $(SHIPPED) --product hubbub
	.build/release/hubbub chaos Scenarios/single-server/chaos.yaml --runs $(SOAK) --jobs 2 --canary
	HUBBUB_LOG_SEEDS=$(SEEDS) HUBBUB_CACHE_SEEDS=$(SEEDS) HUBBUB_REGISTRY_SEEDS=$(SEEDS) HUBBUB_WIDE_COLUMN_SEEDS=$(SEEDS) \
	    swift test $(TESTED) --filter 'LogFaultTests|CachePropertyTests|RegistryFaults|WideColumnProperties'
	.build/release/hubbub chaos Scenarios/sender-service/chaos.yaml --runs $(TOWN_SOAK) --jobs 2

lint: prerequisites ## Check the formatting
	swift format lint --strict --recursive $(SWIFT_SOURCES)

format: prerequisites ## Correct the formatting
	swift format --in-place --recursive $(SWIFT_SOURCES)

clean: ## Delete all that was built
	rm -rf .build

prerequisites:
	@sh .ci/prerequisites

prerequisites-tests:
	@sh .ci/prerequisites tests
