public import Results
import Vocabulary

/// How many events a run took, by role and kind, for a terminal: the counts, and what that is for each letter.
///
///       role and kind         events   per letter
///       server                 1,204         4.30
///         core completion        560         2.00
public struct EventReport {
    /// Words in place of marks, for a terminal that has no other letters.
    public var isASCII = false

    private let counts: EventCounts
    private let run: Identity

    public init(of counts: EventCounts, in run: Identity) { (self.counts, self.run) = (counts, run) }

    public var text: String {
        let text =
            "hubbub replay \(clipped(visible(run.name), 30)) · \(clipped(visible(run.design), 24)) · seed "
            + "\(run.seed) · \(counts.letters == 1 ? "1 letter" : "\(grouped(counts.letters)) letters")\n\n"
            + Self.table(of: counts)
        return isASCII ? asciiOnly(text) : text
    }

    /// The counts alone.
    public static func table(of counts: EventCounts) -> String {
        func perLetter(_ events: UInt64) -> String {
            counts.letters > 0 ? decimal(Double(events) / Double(counts.letters), places: 2) : "—"
        }
        let rows =
            [Row(name: "all", events: counts.events)]
            + counts.roles.flatMap { role in
                [Row(name: role.name, events: role.events)]
                    + role.kinds.map { Row(name: "  \($0.name)", events: $0.events) }
            }
        let names = max(13, rows.map(\.name.count).max() ?? 0)
        let events = max(6, grouped(counts.events).count)
        let head = leftAligned("role and kind", names) + "   " + rightAligned("events", events)
        return "  \(head)   per letter\n"
            + rows.map { row in
                "  \(leftAligned(visible(row.name), names))   \(rightAligned(grouped(row.events), events))   "
                    + rightAligned(perLetter(row.events), 10) + "\n"
            }.joined()
    }

    private struct Row {
        var name: String
        var events: UInt64
    }
}
