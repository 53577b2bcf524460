// swift-tools-version: 6.2
import PackageDescription

// What `make` says of the checkout. SwiftPM's own word on git is as old as the manifest.
let commit = Context.environment["BUILD_COMMIT"] ?? ""

let package = Package(
    name: "hubbub",
    products: [
        .library(name: "Vocabulary", targets: ["Vocabulary"]),
        .library(name: "Simulation", targets: ["Simulation"]),
        .library(name: "Cluster", targets: ["Cluster"]),
        .library(name: "Infrastructure", targets: ["Infrastructure"]),
        .library(name: "Chat", targets: ["Chat"]),
        .library(name: "Rented", targets: ["Rented"]),
        .library(name: "Designs", targets: ["Designs"]),
        .library(name: "Results", targets: ["Results"]),
        .library(name: "Benchmarks", targets: ["Benchmarks"]),
        .library(name: "Experiments", targets: ["Experiments"]),
        .library(name: "Comparisons", targets: ["Comparisons"]),
        .library(name: "Chaos", targets: ["Chaos"]),
        .library(name: "Reports", targets: ["Reports"]),
        .library(name: "History", targets: ["History"]),
        .library(name: "HubbubCommand", targets: ["HubbubCommand"]),
        .executable(name: "hubbub", targets: ["hubbub"]),
    ],
    targets: [
        // The rooms, from the foundation upwards; a room imports only rooms above it.
        .systemLibrary(
            name: "CJemalloc", pkgConfig: "jemalloc", providers: [.apt(["libjemalloc-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CSimulation"),
        .target(name: "CBuild", cSettings: [.define("BUILD_COMMIT", to: "\"\(commit)\"")]),
        // Of libm a run may use `rint` and `sqrt` alone: IEEE 754 fixes their results.
        .target(name: "Vocabulary", linkerSettings: [.linkedLibrary("m")]),
        .target(name: "Simulation", dependencies: ["CSimulation", "Vocabulary"]),
        .target(name: "Cluster", dependencies: ["Simulation", "Vocabulary"]),
        .target(name: "Infrastructure", dependencies: ["Cluster", "Simulation", "Vocabulary"]),
        .target(name: "Chat", dependencies: ["Cluster", "Simulation", "Vocabulary"]),
        .target(
            name: "Rented", dependencies: ["Chat", "Cluster", "Infrastructure", "Simulation", "Vocabulary"]),
        .target(
            name: "Designs",
            dependencies: ["Chat", "Cluster", "Infrastructure", "Rented", "Simulation", "Vocabulary"]),
        .target(name: "Results", dependencies: ["Simulation", "Vocabulary"]),
        .target(
            name: "Benchmarks",
            dependencies: [
                "CJemalloc", "Chat", "Cluster", "Infrastructure", "Results", "Simulation", "Vocabulary",
            ]),
        .target(
            name: "Experiments",
            dependencies: ["CYAML", "Chat", "Cluster", "Results", "Simulation", "Vocabulary"]),
        .target(name: "Comparisons", dependencies: ["Results", "Simulation", "Vocabulary"]),
        .target(
            name: "Reports", dependencies: ["CZlib", "Comparisons", "Results", "Simulation", "Vocabulary"]),
        .target(name: "History", dependencies: ["CSQLite", "Vocabulary"]),
        .target(
            name: "Chaos",
            dependencies: [
                "Chat", "Cluster", "Experiments", "History", "Results", "Simulation", "Vocabulary",
            ]),
        .target(
            name: "HubbubCommand",
            dependencies: [
                "Benchmarks", "CBuild", "Chaos", "Chat", "Cluster", "Comparisons", "Experiments", "History",
                "Reports", "Results", "Simulation", "Vocabulary",
            ]),
        .executableTarget(name: "hubbub", dependencies: ["Benchmarks", "Designs", "HubbubCommand"]),

        // Started by the kernel's tests as a child process.
        .executableTarget(
            name: "kernel-probe",
            dependencies: ["Chat", "Cluster", "Designs", "Simulation", "Vocabulary"],
            path: "Tests/KernelProbe"),
        .testTarget(name: "VocabularyTests", dependencies: ["Vocabulary"]),
        .testTarget(name: "SimulationTests", dependencies: ["Simulation", "Vocabulary"]),
        .testTarget(name: "ClusterTests", dependencies: ["Cluster", "Simulation", "Vocabulary"]),
        .testTarget(
            name: "InfrastructureTests",
            dependencies: ["Cluster", "Infrastructure", "Simulation", "Vocabulary"]),
        .testTarget(name: "ChatTests", dependencies: ["Chat", "Cluster", "Simulation", "Vocabulary"]),
        .testTarget(
            name: "DesignsTests",
            dependencies: [
                "Chat", "Cluster", "Designs", "Experiments", "Infrastructure", "Results", "Simulation",
                "Vocabulary",
            ]),
        .testTarget(
            name: "ExperimentsTests",
            dependencies: [
                "Chat", "Cluster", "Designs", "Experiments", "Reports", "Results", "Simulation",
                "Vocabulary",
            ],
            exclude: ["Broken"]),
        .testTarget(
            name: "ReportsTests",
            dependencies: ["CZlib", "Experiments", "Reports", "Simulation", "Vocabulary"],
            exclude: ["Snapshots", "JUnit.xsd"]),
        .testTarget(
            name: "ComparisonsTests",
            dependencies: ["Comparisons", "Reports", "Results", "Simulation", "Vocabulary"],
            exclude: ["Broken"]),
        .testTarget(name: "HistoryTests", dependencies: ["History"]),
        // What a letter's way should take, from the calibration alone: `swift run delivery-convolution`.
        .executableTarget(name: "delivery-convolution", path: "Tests/DeliveryConvolution"),
        // Plays the scenarios of a design and writes the table of what they come to: `make scenarios`.
        .executableTarget(name: "scenario-table", path: "Tests/ScenarioTable"),
        // Plausible mistakes that tests must see, and what plants them: `make mutants`.
        .target(name: "MutantCatalogue", path: "Tests/MutantCatalogue"),
        .executableTarget(name: "mutants", dependencies: ["MutantCatalogue"], path: "Tests/MutantRunner"),
        .testTarget(name: "MutantTests", dependencies: ["MutantCatalogue"]),
        .testTarget(
            name: "ChaosTests",
            dependencies: [
                "Chaos", "Chat", "Cluster", "Designs", "Experiments", "Results", "Simulation", "Vocabulary",
            ]),
        // Builds what pages show, as packages of their own, and runs their commands.
        .testTarget(name: "DocumentationTests", dependencies: ["hubbub"]),
        .testTarget(
            name: "HubbubCommandTests",
            dependencies: [
                "Benchmarks", "CYAML", "Chat", "Designs", "Experiments", "HubbubCommand", "Results",
                "Simulation", "Vocabulary",
            ],
            exclude: ["Samples", "Snapshots"]),
        .testTarget(
            name: "BenchmarksTests",
            dependencies: ["Benchmarks", "Chat", "Cluster", "Results", "Simulation", "Vocabulary"]),
    ],
    swiftLanguageModes: [.v6]
)
