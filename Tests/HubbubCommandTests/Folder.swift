import Foundation
import Testing

/// A folder of a test's own, gone with it.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "hubbub-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file, and says where.
    func file(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: self(name), atomically: true, encoding: .utf8)
        return self(name)
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: self(name), encoding: .utf8) }

    func names(in folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: self(folder)).sorted()
    }
}

/// A scenario of a few people on one server.
let fewPeople = """
    hubbub: 1
    name: few-people
    title: Ten people on one server
    design: single-server
    seed: 42
    duration: 1m
    warmup: 10s
    drain: 10s
    users: { count: 10 }
    load:
      - { name: usual, send: 6/m per user, size: 1KB }
      - { name: rush, from: 40s, ramp: 10s, send: 12/m per user }
    healthy: { expect: [delivery p99 < 1s] }
    faults:
      - { name: restart, at: 30s, crash: { target: server, restart-after: 2s } }
      - { name: hiccup, at: 12s, for: 1s, every: 20s, slow: { target: server, factor: 3 } }
    thresholds:
      - delivery p99 < 10s
      - delivery p99 < 2s during usual except restart
      - availability >= 99.9%
    invariants: { off: [order-kept] }

    """

/// The same without anything that breaks, over in some milliseconds.
let quietPeople = """
    hubbub: 1
    name: quiet-people
    title: Ten people on one server
    design: single-server
    seed: 42
    duration: 1m
    warmup: 10s
    drain: 10s
    users: { count: 10 }
    load:
      - { name: usual, send: 6/m per user, size: 1KB }
    thresholds:
      - delivery p50 < 10s
      - availability >= 99.9%

    """
