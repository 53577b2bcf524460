public import Experiments

/// Tries scenarios one after the other, each of them once, and counts.
///
/// Whoever asks gets the question answered by a whole run, so what holds at the end holds of a file that
/// anybody can play.
public final class TestBench {
    private let fails: (Scenario) -> Bool
    private var known: [Scenario: Bool] = [:]  // looked up only, never iterated
    public private(set) var tests = 0
    /// So many tests at most; from then on nothing fails any more, so that whoever shrinks keeps what it has.
    public var limit: Int

    /// - Parameter fails: whether this scenario gives way in the way that is looked into. One that is not
    ///   sound does not.
    public init(limit: Int, fails: @escaping (Scenario) -> Bool) {
        self.limit = limit
        self.fails = fails
    }

    public var isExhausted: Bool { tests >= limit }

    public func fails(_ scenario: Scenario) -> Bool {
        if let answer = known[scenario] { return answer }
        guard !isExhausted else { return false }
        tests += 1
        let answer = fails(scenario)
        known[scenario] = answer
        return answer
    }
}
