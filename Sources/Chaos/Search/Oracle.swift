internal import Chat
internal import Results
internal import Vocabulary

/// Who says that something gave way: a promise, a threshold, health after the faults, or that nothing happens
/// any more while somebody waits.
public struct Oracle: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Int, Hashable, Sendable {
        case promise
        case hang
        case threshold
        case health
    }

    public var kind: Kind
    /// Of a promise, its name; of a threshold, its text.
    public var name: String

    public static let hang = Oracle(kind: .hang, name: "hang")
    public static let health = Oracle(kind: .health, name: "health after the faults")

    public static func promise(_ name: String) -> Oracle { Oracle(kind: .promise, name: name) }
    public static func threshold(_ text: String) -> Oracle { Oracle(kind: .threshold, name: text) }

    public var description: String { name }

    /// Whether it is a bug inside the envelope, and not too slow only.
    public var isWrong: Bool { kind == .promise || kind == .hang }

    /// All that are asked in an arena.
    static func all(in arena: Arena) -> [Oracle] {
        let off = arena.scenario.invariants.off.map(\.text)
        let promises = arena.design.sheet.allPromises.map(\.name).filter { !off.contains($0) }
        return promises.map(Oracle.promise) + [.hang]
            + arena.thresholds.map { .threshold($0.description) }
            + (arena.healthy == nil ? [] : [.health])
    }
}
