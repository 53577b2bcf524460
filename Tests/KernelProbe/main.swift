// A program that the tests start as a child process: for what must be the same in two processes and in two
// builds, and for what ends a process or would disturb the tests' own tasks.

import Cluster
import Foundation
import Simulation
import Vocabulary

/// Runs all four worlds and says what came of them.
func digests(seed: UInt64) -> String {
    let relays = relayWorld(seed: seed)
    let relayEnding = relays.run(until: .at(.seconds(1)))
    let scripts = scriptWorld(seed: seed)
    let scriptEnding = scripts.run(until: .at(.seconds(1)))
    let cluster = officeWorld(seed: seed)
    let officeEnding = cluster.run(until: .at(.seconds(10)))
    let offices = cluster.world
    return """
        relays \(seed): \(relayEnding), \(relays.eventNumber) events, \(relays.traceDigest) \(relays.behaviourDigest)
        scripts \(seed): \(scriptEnding), \(scripts.eventNumber) events, \(scripts.traceDigest) \
        \(scripts.behaviourDigest)
        offices \(seed): \(officeEnding), \(offices.eventNumber) events, \(offices.traceDigest) \
        \(offices.behaviourDigest)
        \(SingleServerUnderFaults(seed: seed).told)
        """
}

switch CommandLine.arguments.dropFirst().first {
case "digests":
    for seed in 1...8 as ClosedRange<UInt64> { print(digests(seed: seed)) }

case "digests-side-by-side":
    // Eight worlds on two threads, which take the next one when they have ended one.
    final class Board: @unchecked Sendable {
        let lock = NSLock()
        var next: UInt64 = 1
        var results: [UInt64: String] = [:]
    }
    let board = Board()
    let ended = DispatchSemaphore(value: 0)
    for _ in 0..<2 {
        let thread = Thread {
            while true {
                let seed = board.lock.withLock { () -> UInt64 in
                    board.next += 1
                    return board.next - 1
                }
                guard seed <= 8 else { break }
                let result = digests(seed: seed)
                board.lock.withLock { board.results[seed] = result }
            }
            ended.signal()
        }
        thread.start()
    }
    for _ in 0..<2 { ended.wait() }
    for seed in 1...8 as ClosedRange<UInt64> { print(board.results[seed] ?? "no result") }

case "escape":
    print(escape(by: CommandLine.arguments[2]))

case "fault":
    FaultReport.install(
        headline: "internal fault", repeatCommand: "kernel-probe fault \(CommandLine.arguments[2])",
        exitCode: 70, designModules: ["kernel_probe"])
    fault(CommandLine.arguments[2])

default:
    print("usage: kernel-probe digests | digests-side-by-side | escape WAY | fault KIND")
}
