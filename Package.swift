// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "hubbub",
    products: [
        .library(name: "Vocabulary", targets: ["Vocabulary"]),
        .library(name: "Simulation", targets: ["Simulation"]),
        .library(name: "Cluster", targets: ["Cluster"]),
        .library(name: "HubbubCommand", targets: ["HubbubCommand"]),
        .executable(name: "hubbub", targets: ["hubbub"]),
    ],
    targets: [
        // The rooms, from the foundation upwards; a room imports only rooms above it.
        .systemLibrary(
            name: "CJemalloc", pkgConfig: "jemalloc", providers: [.apt(["libjemalloc-dev"])]),
        .target(name: "CSimulation"),
        // Of libm a run may use `rint` and `sqrt` alone: IEEE 754 fixes their results.
        .target(name: "Vocabulary", linkerSettings: [.linkedLibrary("m")]),
        .target(name: "Simulation", dependencies: ["CSimulation", "Vocabulary"]),
        .target(name: "Cluster", dependencies: ["Simulation", "Vocabulary"]),
        .target(name: "HubbubCommand", dependencies: ["CJemalloc", "Simulation", "Vocabulary"]),
        .executableTarget(
            name: "hubbub", dependencies: ["Cluster", "HubbubCommand", "Simulation", "Vocabulary"]),

        // Started by the kernel's tests as a child process.
        .executableTarget(
            name: "kernel-probe", dependencies: ["Cluster", "Simulation", "Vocabulary"],
            path: "Tests/KernelProbe"),
        .testTarget(name: "VocabularyTests", dependencies: ["Vocabulary"]),
        .testTarget(name: "SimulationTests", dependencies: ["Simulation", "Vocabulary"]),
        .testTarget(name: "ClusterTests", dependencies: ["Cluster", "Simulation", "Vocabulary"]),
        .testTarget(name: "HubbubCommandTests", dependencies: ["HubbubCommand"]),
        .testTarget(
            name: "HubbubTests", dependencies: ["hubbub", "Cluster", "HubbubCommand", "Simulation"]),
    ],
    swiftLanguageModes: [.v6]
)
