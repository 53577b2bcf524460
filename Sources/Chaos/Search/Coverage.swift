internal import Experiments

/// What a campaign has tested: faults × roles × oracles. A fault that met no work has tested nothing, and an
/// oracle that could not have given way has judged nothing; so a cell counts the runs in which the fault met
/// work in that role and the oracle judged.
public struct Coverage: Hashable, Sendable {
    /// A kind of fault on a role, on the people, or on a region.
    public struct Cell: Hashable, Sendable {
        public var kind: String
        public var group: String
        /// Runs in which it hit, and those of them in which it met work.
        public var hit = 0
        public var met = 0
        /// The number of the first run in which it met work.
        public var first: Int?
        /// For each oracle, in their order.
        public var judged: [Int]
        /// Why it cannot be met, if so.
        public var impossible: String?
        /// Why it meets nothing unless something else breaks, if so.
        public var idle: String?

        /// Why it is no hole in the test that it was never met.
        public var excuse: String? { impossible ?? (met == 0 ? idle : nil) }

        /// Ten runs in which it met work are enough; and what never met any in two hundred may never do.
        var isGap: Bool { excuse == nil && met < 10 && (met > 0 || hit < 200) }
    }

    public let oracles: [Oracle]
    public private(set) var rows: [Cell]
    public private(set) var runs = 0

    public init(_ arena: Arena) {
        let oracles = Oracle.all(in: arena)
        self.oracles = oracles
        let palette = arena.palette
        rows = palette.kinds.flatMap { kind in
            palette.groups.map { group in
                var row = Cell(kind: kind, group: group, judged: oracles.map { _ in 0 })
                row.impossible = palette.impossible.first { $0.kind == kind && $0.group == group }?.reason
                row.idle = palette.idle.first { $0.kind == kind && $0.group == group }?.reason
                return row
            }
        }
    }

    public mutating func take(_ outcome: TrialOutcome, ofRun number: Int) {
        runs += 1
        for met in outcome.met {
            // A fault of people may hit the machines that they talk to, which is not what it is for.
            guard
                let place = rows.firstIndex(where: {
                    $0.kind == met.kind && $0.group == met.group && $0.impossible == nil
                })
            else { continue }
            if met.hits > 0 { rows[place].hit += 1 }
            guard met.met > 0 else { continue }
            rows[place].met += 1
            if rows[place].first == nil { rows[place].first = number }
            for (column, oracle) in oracles.enumerated() where outcome.tested.contains(oracle) {
                rows[place].judged[column] += 1
            }
        }
    }

    /// What can be met and never was: holes in the test.
    public var holes: [Cell] { rows.filter { $0.excuse == nil && $0.met == 0 } }

    /// Cells that can be met, and those of them that were.
    public var cells: (met: Int, of: Int) {
        let possible = rows.filter { $0.excuse == nil }
        return (
            possible.reduce(0) { $0 + $1.judged.count { $0 > 0 } }, possible.count * oracles.count
        )
    }
}
