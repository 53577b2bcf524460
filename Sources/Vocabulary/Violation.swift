/// A promise of the modelled design that was broken: a finding about the design, never an error of the
/// program.
public struct Violation: Hashable, Sendable {
    /// The name of the promise.
    public var promise: String
    public var time: Instant
    public var evidence: String

    public init(of promise: String, at time: Instant, evidence: String) {
        self.promise = promise
        self.time = time
        self.evidence = evidence
    }
}

/// One invariant at work: its rule, how often it was broken, and the first hundred times with their evidence.
///
/// More than a hundred say nothing that the first hundred do not, and a run that breaks a promise for each
/// letter must not drown in its own evidence.
public struct Watch<Rule: Invariant> {
    @usableFromInline let rule: Rule
    @usableFromInline let isOn: Bool
    public private(set) var count: UInt64 = 0
    public private(set) var violations: [Violation] = []
    /// What broke it first: whoever plays the run again can follow that.
    public private(set) var first: Rule.Observation?

    public init(_ rule: Rule, isOn: Bool) {
        self.rule = rule
        self.isOn = isOn
    }

    @inlinable
    public mutating func observe(_ observation: Rule.Observation, at time: Instant) {
        if isOn, rule.isBroken(by: observation) { collect(observation, at: time) }
    }

    @usableFromInline
    mutating func collect(_ observation: Rule.Observation, at time: Instant) {
        count += 1
        if count == 1 { first = observation }
        guard violations.count < 100 else { return }
        violations.append(
            Violation(of: Rule.promise.name, at: time, evidence: rule.evidence(observation)))
    }

    public var findings: Findings {
        Findings(promise: Rule.promise, isOn: isOn, count: count, violations: violations)
    }
}

/// What came of watching one promise.
public struct Findings: Hashable, Sendable {
    public var promise: Promise
    /// False when it was switched off: then nothing is known.
    public var isOn: Bool
    public var count: UInt64
    /// The first hundred.
    public var violations: [Violation]
}
