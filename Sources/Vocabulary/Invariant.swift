/// A promise that a design keeps in every run, whatever breaks. It is checked while the run goes on, and is
/// switched off by name only.
///
/// An invariant is a rule without memory. It sees *observations*: a fact together with what the ledger
/// knows about it (when the letter was tapped, whether that device has shown it before). So the truth is
/// kept once, and a rule can be read in one glance. Evidence is a text that a person can follow without a
/// debugger.
public protocol Invariant: Sendable {
    associatedtype Observation

    static var promise: Promise { get }

    func isBroken(by observation: Observation) -> Bool

    func evidence(_ observation: Observation) -> String
}

/// What an invariant promises, for those who list it, cite it, or switch it off.
public struct Promise: Hashable, Sendable {
    /// As files and commands call it: `shown-once`.
    public var name: String
    /// `A device never shows the same letter twice.`
    public var sentence: String
    public var requirements: [String]

    public init(_ name: String, _ sentence: String, requirements: [String]) {
        self.name = name
        self.sentence = sentence
        self.requirements = requirements
    }
}
