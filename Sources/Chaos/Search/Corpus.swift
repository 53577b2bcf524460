internal import Experiments
public import Simulation

/// The runs that met something new, each by what it met: of all that met the same, the one with the fewest
/// faults, and of these the first.
public struct Corpus: Sendable {
    private var places: [String: Int] = [:]  // looked up only, never iterated
    /// In the order in which each thing was met first.
    private var champions: [Growth.Parent] = []
    /// How many runs met each.
    private var meetings: [Int] = []

    public init() {}

    public var count: Int { champions.count }
    public var isEmpty: Bool { champions.isEmpty }

    /// How much of it is new.
    @discardableResult
    public mutating func take(_ features: [String], of run: Growth.Parent) -> Int {
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
    public func choose(_ stream: inout RandomStream) -> Growth.Parent {
        var best = stream.below(champions.count)
        for _ in 1..<Self.drawn {
            let other = stream.below(champions.count)
            if meetings[other] < meetings[best] { best = other }
        }
        return champions[best]
    }

    private static let drawn = 3
}
