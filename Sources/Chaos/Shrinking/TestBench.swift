public import Experiments

/// Tries scenarios one after the other, each of them once, and counts.
///
/// Whoever asks gets the question answered by a whole run, so what holds at the end holds of a file that
/// anybody can play.
public final class TestBench {
    public enum Ruling: Hashable, Sendable {
        /// It gives way in the way that is looked into.
        case fails
        case passes
        /// Too little came of it to say, or it is not sound.
        case unknown
    }

    private let play: (Scenario) -> Ruling
    private var known: [Scenario: Ruling] = [:]  // looked up only, never iterated
    public private(set) var tests = 0
    /// So many tests at most; from then on nothing is known of any other scenario, so that whoever shrinks keeps
    /// what it has.
    public var limit: Int

    public init(limit: Int, play: @escaping (Scenario) -> Ruling) {
        self.limit = limit
        self.play = play
    }

    public var isExhausted: Bool { tests >= limit }

    public func answer(_ scenario: Scenario) -> Ruling {
        if let answer = known[scenario] { return answer }
        guard !isExhausted else { return .unknown }
        tests += 1
        let answer = play(scenario)
        known[scenario] = answer
        return answer
    }

    public func fails(_ scenario: Scenario) -> Bool { answer(scenario) == .fails }
}
