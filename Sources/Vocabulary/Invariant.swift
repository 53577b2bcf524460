/// A promise that a design keeps in every run, whatever breaks. It is checked while the run goes on, and is
/// switched off by name only.
///
/// An invariant sees *observations*: a fact that a part or an app told by doing it, together with what is
/// known about it (when the letter was tapped, whether that device has shown it before). Those of every design
/// see what the ledger knows, and need no memory; one of a design's own may keep what it has seen. Evidence is
/// a text that a person can follow without a debugger.
public protocol Invariant: Sendable {
    associatedtype Observation

    static var promise: Promise { get }

    mutating func isBroken(by observation: Observation) -> Bool

    func evidence(_ observation: Observation) -> String

    /// Whether the promise might have been broken by what happened: where that is never so in a run, the run
    /// says nothing about it.
    func isTested(by observation: Observation) -> Bool
}

extension Invariant {
    @inlinable public func isTested(by observation: Observation) -> Bool { true }
}

/// What an invariant promises, for those who list it, cite it, or switch it off.
public struct Promise: Hashable, Sendable {
    /// As files and commands call it: `shown-once`.
    public var name: String
    /// `A device never shows the same letter twice.`
    public var sentence: String
    public var requirements: [String]
    /// Whether it asks that something happens, so that it is known to be kept when the run has come to its end.
    public var isKeptAtEnd: Bool

    public init(_ name: String, _ sentence: String, requirements: [String], isKeptAtEnd: Bool = false) {
        self.name = name
        self.sentence = sentence
        self.requirements = requirements
        self.isKeptAtEnd = isKeptAtEnd
    }
}
