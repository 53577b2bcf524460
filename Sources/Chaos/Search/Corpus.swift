public import Experiments
public import Simulation
public import Vocabulary

/// The runs that met something new, each by what it met: of all that met the same, the one with the fewest
/// faults, and of these the first.
public struct Corpus: Sendable {
    /// What others can grow out of.
    public struct Parent: Hashable, Sendable {
        public var faults: [FaultPlan]
        /// When promises were given in it that were open for long.
        public var promises: [Instant]

        public init(_ faults: [FaultPlan], promises: [Instant] = []) {
            (self.faults, self.promises) = (faults, promises)
        }
    }

    private var places: [String: Int] = [:]  // looked up only, never iterated
    /// In the order in which each thing was met first.
    private var champions: [Parent] = []
    /// How many runs met each.
    private var meetings: [Int] = []

    public init() {}

    public var count: Int { champions.count }
    public var isEmpty: Bool { champions.isEmpty }

    /// How much of it is new.
    @discardableResult
    public mutating func take(_ features: [String], of run: Parent) -> Int {
        var new = 0
        for feature in features {
            if let place = places[feature] {
                meetings[place] += 1
                if run.faults.count < champions[place].faults.count { champions[place] = run }
            } else {
                places[feature] = champions.count
                champions.append(run)
                meetings.append(1)
                new += 1
            }
        }
        return new
    }

    /// One of them: of a few that are drawn, the one that stands for what the fewest runs met.
    public func choose(_ stream: inout RandomStream) -> Parent {
        var best = stream.below(champions.count)
        for _ in 1..<Self.drawn {
            let other = stream.below(champions.count)
            if meetings[other] < meetings[best] { best = other }
        }
        return champions[best]
    }

    private static let drawn = 3
}
