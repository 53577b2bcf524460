public import Experiments
public import Simulation

/// The runs that met something new, each by what it met: of all that met the same, the one with the fewest
/// faults, and of these the first.
public struct Corpus: Sendable {
    private var places: [String: Int] = [:]  // looked up only, never iterated
    /// In the order in which each thing was met first.
    private var champions: [[FaultPlan]] = []

    public init() {}

    public var count: Int { champions.count }
    public var isEmpty: Bool { champions.isEmpty }

    /// How much of it is new.
    @discardableResult
    public mutating func take(_ features: [String], of faults: [FaultPlan]) -> Int {
        var new = 0
        for feature in features {
            if let place = places[feature] {
                if faults.count < champions[place].count { champions[place] = faults }
            } else {
                places[feature] = champions.count
                champions.append(faults)
                new += 1
            }
        }
        return new
    }

    /// One of them; every second time of those that were new last.
    public func choose(_ stream: inout RandomStream) -> [FaultPlan] {
        let latest = stream.below(2) == 0 ? min(16, champions.count) : champions.count
        return champions[champions.count - latest + stream.below(latest)]
    }
}
