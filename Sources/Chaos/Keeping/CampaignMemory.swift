internal import Experiments
internal import History
internal import Vocabulary

/// What is remembered from one campaign to the next: the runs of one that was stopped, so that the same
/// command goes on where it was; and how often each fault has met work, over all campaigns.
///
/// A campaign goes on only where the same program plays the same scenario with the same seed: then what is
/// kept is what would be played again.
public final class CampaignMemory {
    /// Why it cannot be used, in a sentence.
    public struct Failure: Error, Equatable {
        public var message: String
        /// Whether the disk is full or broken, and not the file another one.
        public var isOfDisk: Bool
    }

    private let database: Database
    private let key: String
    private let scenario: String

    private static let layout = Database.Layout(
        "campaigns", kind: "HbCh", version: 1,
        statements: [
            "CREATE TABLE outcomes (campaign TEXT, scenario TEXT, run INTEGER, outcome TEXT, "
                + "PRIMARY KEY (campaign, run))",
            "CREATE TABLE coverage (scenario TEXT, kind TEXT, role TEXT, runs INTEGER, met INTEGER, "
                + "PRIMARY KEY (scenario, kind, role))",
        ])

    public init(at path: String, of arena: Arena, build: String) throws(Failure) {
        scenario = "\(arena.scenario.design)/\(arena.scenario.name)"
        let planned = arena.planned.map { "\($0)" }.joined(separator: "; ")
        key = [
            build, arena.isBeyond ? "beyond" : "inside", planned, "\(arena.from) \(arena.healedBy)",
            arena.palette.choices.map { "\($0.kind) \($0.target.written)" }.joined(separator: ";"),
            arena.scenario.resolvedText,
        ].joined(separator: "\n")
        do throws(DatabaseError) { database = try Database(at: path, layout: Self.layout) } catch {
            throw Failure(error)
        }
    }

    /// Brings a campaign to where it was stopped; how many runs that were.
    public func restore(into campaign: inout Campaign) -> Int {
        let rows =
            (try? database.rows(
                "SELECT outcome FROM outcomes WHERE campaign = ? ORDER BY run", .text(key))) ?? []
        var outcomes: [TrialOutcome] = []
        for row in rows {
            guard let text = row[0].text, let json = try? JSON(parsing: text),
                let outcome = try? TrialOutcome(stored: json)
            else { break }
            outcomes.append(outcome)
        }
        while !outcomes.isEmpty {
            let (_, faults) = campaign.next(atMost: outcomes.count)
            campaign.take(Array(outcomes.prefix(faults.count)), of: faults)
            outcomes.removeFirst(faults.count)
        }
        return campaign.runs.count
    }

    /// Keeps a generation. What was kept of other campaigns with this scenario is of no use any more.
    public func keep(_ outcomes: [TrialOutcome], from first: Int) throws(Failure) {
        do throws(DatabaseError) {
            try database.transaction { () throws(DatabaseError) in
                if first == 1 {
                    try database.run(
                        "DELETE FROM outcomes WHERE scenario = ? AND campaign <> ?", .text(scenario),
                        .text(key))
                }
                for (place, outcome) in outcomes.enumerated() {
                    try database.run(
                        "INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?, ?)", .text(key), .text(scenario),
                        .integer(Int64(first + place)), .text(outcome.stored.line))
                }
            }
        } catch { throw Failure(error) }
    }

    /// A campaign is over: what it has met is added to what others have.
    public func finish(_ campaign: Campaign) throws(Failure) {
        do throws(DatabaseError) {
            try database.transaction { () throws(DatabaseError) in
                try database.run("DELETE FROM outcomes WHERE campaign = ?", .text(key))
                for row in campaign.coverage.rows where row.impossible == nil {
                    try database.run(
                        "INSERT INTO coverage VALUES (?, ?, ?, ?, ?) ON CONFLICT (scenario, kind, role) "
                            + "DO UPDATE SET runs = runs + excluded.runs, met = met + excluded.met",
                        .text(scenario), .text(row.kind), .text(row.group),
                        .integer(Int64(campaign.runs.count)), .integer(Int64(row.met)))
                }
            }
        } catch { throw Failure(error) }
    }

    /// How often a kind of fault met work in a role, over all campaigns with this scenario.
    public struct Merged: Hashable, Sendable {
        public var kind: String
        public var role: String
        public var runs: Int
        public var met: Int
    }

    public func merged() throws(Failure) -> [Merged] {
        do throws(DatabaseError) {
            return try database.rows(
                "SELECT kind, role, runs, met FROM coverage WHERE scenario = ? ORDER BY kind, role",
                .text(scenario)
            ).map {
                Merged(
                    kind: $0[0].text ?? "", role: $0[1].text ?? "", runs: Int($0[2].integer ?? 0),
                    met: Int($0[3].integer ?? 0))
            }
        } catch { throw Failure(error) }
    }
}

extension CampaignMemory.Failure {
    init(_ error: DatabaseError) {
        message = error.message
        if case .failed = error.problem { isOfDisk = true } else { isOfDisk = false }
    }
}
