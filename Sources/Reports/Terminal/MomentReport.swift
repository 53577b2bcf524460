public import Results
import Vocabulary

/// A run that stands still, for a terminal: thresholds so far, what is on its way, faults and machines. At most
/// 100 columns wide.
public struct MomentReport {
    /// Words in place of marks, for a terminal that has no other letters.
    public var isASCII = false
    public var isColored = false

    private let moment: RunMoment
    private let run: Identity

    public init(of moment: RunMoment, in run: Identity) { (self.moment, self.run) = (moment, run) }

    public var text: String {
        let end = clockText(run.duration + run.drain)
        var text =
            "hubbub replay \(clipped(visible(run.name), 30)) · \(clipped(visible(run.design), 24)) · seed "
            + "\(run.seed) · at \(clockText(moment.time)) of \(end)\n"
        let sections = [thresholds, letters, faults, machines]
        for section in sections where !section.isEmpty { text += "\n" + section }
        return isASCII ? asciiOnly(text) : text
    }

    private var thresholds: String {
        var result = RunResult()
        result.thresholds = moment.thresholds
        var report = TerminalReport(of: result)
        (report.isASCII, report.isColored) = (isASCII, isColored)
        let table = report.thresholdTable.map { trimmed(clipped($0, pageWidth)) + "\n" }.joined()
        return table.isEmpty ? "" : table + "  by what has come so far; what is on its way is not in it\n"
    }

    private var letters: String {
        var text =
            "  letters   \(grouped(moment.tapped)) tapped · \(grouped(moment.accepted)) accepted · shown "
            + "\(grouped(moment.shown)) times\n"
        text += "  waiting   \(grouped(moment.waiting)) deliveries"
        if moment.waitingForAbsent > 0 {
            text +=
                ", \(grouped(moment.waitingForAbsent)) of them to people whose app was closed at the tap or since"
        }
        text += "\n"
        guard !moment.oldest.isEmpty else { return text }
        let rows = moment.oldest.map { letter in
            [
                "\(letter.letter) to \(letter.recipient)", shortText(moment.time - letter.sent),
                "\(letter.stage) for \(shortText(moment.time - letter.since)), at \(letter.place)"
                    + (letter.isAccepted ? "" : ", not accepted"),
            ].map(visible)
        }
        let listed = UInt64(rows.count) + moment.waitingForAbsent < moment.waiting ? ", the oldest" : ""
        return text + "  on their way\(listed)\n" + table(rows, indent: 4)
    }

    private var faults: String {
        guard !moment.faults.isEmpty else { return "  faults    none in force\n" }
        return "  faults in force\n"
            + table(
                moment.faults.map { fault in
                    let end = fault.to.map { " until \(clockText($0))" } ?? ", never healed"
                    return [
                        fault.name, "\(fault.kind) of \(fault.target)",
                        "since \(clockText(fault.from))\(end)",
                    ].map(visible)
                }, indent: 4)
    }

    private var machines: String {
        guard !moment.machines.isEmpty else { return "" }
        let title = ["machine", "zone", "state", "cores at work", "queue", "disk", "connections", "stored"]
        let rows = moment.machines.map { machine in
            [
                visible(machine.name), visible(machine.zone), machine.condition,
                "\(machine.coresInUse) of \(machine.cores)", shortText(machine.queue),
                shortText(machine.diskQueue), shortText(machine.connections), bytesText(machine.stored),
            ]
        }
        return table([title] + rows)
    }
}
