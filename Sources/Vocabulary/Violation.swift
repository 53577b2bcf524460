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

/// Whether a run can break a promise.
public enum PromiseStanding: Hashable, Sendable {
    case watched
    /// The design does not make it, as its knobs stand.
    case notPromised
    /// By name, in the scenario.
    case switchedOff
}

/// One invariant at work: its rule, how often it was broken, and the first hundred times with their evidence.
///
/// More than a hundred say nothing that the first hundred do not, and a run that breaks a promise for each
/// letter must not drown in its own evidence.
public final class Watch<Rule: Invariant> {
    @usableFromInline @exclusivity(unchecked) package var rule: Rule
    @usableFromInline package let isWatched: Bool
    private let standing: PromiseStanding
    @usableFromInline @exclusivity(unchecked) var tests: UInt64 = 0
    package private(set) var count: UInt64 = 0
    package private(set) var violations: [Violation] = []
    /// What broke it first: whoever plays the run again can follow that.
    package private(set) var first: Rule.Observation?

    package init(_ rule: Rule, _ standing: PromiseStanding) {
        self.rule = rule
        self.standing = standing
        isWatched = standing == .watched
    }

    /// To be told by what does it, as it happens.
    @inlinable
    public func observe(_ observation: Rule.Observation, at time: Instant) {
        guard isWatched else { return }
        if rule.isTested(by: observation) { tests += 1 }
        if rule.isBroken(by: observation) { collect(observation, at: time) }
    }

    /// Something happened that might have led to its being broken, and is no observation of it.
    @inlinable
    public func test() { tests += 1 }

    @usableFromInline
    func collect(_ observation: Rule.Observation, at time: Instant) {
        count += 1
        if count == 1 { first = observation }
        guard violations.count < 100 else { return }
        violations.append(
            Violation(of: Rule.promise.name, at: time, evidence: rule.evidence(observation)))
    }
}

/// An invariant at work, whichever it is.
package protocol PromiseWatch: AnyObject {
    var findings: PromiseFindings { get }
    /// How often it was broken.
    var count: UInt64 { get }
}

extension Watch: PromiseWatch {
    package var findings: PromiseFindings {
        let state: PromiseFindings.PromiseState =
            switch standing {
            case .switchedOff: .switchedOff
            case .notPromised: .notPromised
            case .watched: count > 0 ? .broken : tests > 0 ? .held : .notTested
            }
        return PromiseFindings(promise: Rule.promise, state: state, count: count, violations: violations)
    }
}

/// What came of watching one promise.
public struct PromiseFindings: Hashable, Sendable {
    public enum PromiseState: Hashable, Sendable {
        case held, broken
        /// Nothing happened that could have broken it.
        case notTested
        case notPromised
        /// Nothing is known.
        case switchedOff
    }

    public var promise: Promise
    public var state: PromiseState
    public var count: UInt64
    /// The first hundred.
    public var violations: [Violation]
}
