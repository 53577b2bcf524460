public import Results
import Vocabulary

/// A search for faults on a terminal: what gave way and why, what was tested, and where it lies.
///
///     hubbub chaos crash · single-server · seed 11 · 256 runs · digest 7c1e-09aa-53d2-e410  VIOLATED
///
///       ✗ never-lost   7 runs, first 12; made small in 61
///           crash-1    crash of server[0], 4m3s–4m5s
///           …
public struct CampaignReport {
    public var isQuiet = false
    public var isColored = false
    /// Words in place of marks, for a terminal that has no other letters.
    public var isASCII = false
    /// Where it was written, and the page when there is one.
    public var folder: String?
    public var page: String?

    private let record: CampaignRecord

    public init(of record: CampaignRecord) { self.record = record }

    public var text: String {
        var lines = [verdictLine]
        if !isQuiet {
            lines.append("")
            lines += control
            for (number, finding) in record.findings.enumerated() {
                lines += [""] + self.finding(finding, number + 1)
            }
            for other in record.others {
                lines += item(
                    "  and ", "\(visible(other.oracle)) gave way in \(runs(other.runs)); not looked into")
            }
            if record.runs > 0 { lines += [""] + coverage }
            lines += reasons + record.remarks.flatMap { item("  note  ", visible($0)) }
        }
        let text = lines.map { trimmed(clipped($0, pageWidth)) + "\n" }.joined() + paths
        return isASCII ? asciiOnly(text) : text
    }

    /// What tells the campaign apart is never cut: where there is too little room, its names are.
    private var verdictLine: String {
        let run = record.run
        let word = Wording.verdict(record.verdict.word) + (run.isComplete ? "" : ", incomplete")
        let rest =
            " · seed \(run.seed) · \(grouped(record.runs)) runs\(record.beyond ? " beyond" : "") · "
            + "digest \(digestText(run.digest.value))  "
        let start = "hubbub chaos "
        let room = pageWidth - start.count - 3 - rest.count - word.count
        let design = clipped(visible(run.design), max(room / 2, room - visible(run.name).count))
        return start + "\(clipped(visible(run.name), room - design.count)) · \(design)\(rest)\(colored(word))"
    }

    private var control: [String] {
        let control = record.control
        let health = control.isHealthy ? "held" : "did not hold"
        return [
            "  without faults   \(health), \(grouped(control.deliveries)) deliveries, p99 "
                + (control.p99.map { shortText($0) } ?? "∞")
        ]
    }

    /// What the others do not say.
    private var reasons: [String] {
        guard record.findings.isEmpty else { return [] }
        return record.verdict.reasons.flatMap { item("  why   ", visible($0)) }
    }

    // MARK: A finding

    private func finding(_ finding: FindingRecord, _ number: Int) -> [String] {
        let mark = isASCII ? Wording.asciiMark(.failed) : Wording.mark(Outcome.failed)
        let kind = finding.isWrong ? "" : record.beyond ? "  (beyond the envelope)" : ""
        var lines = [
            "  \(mark) \(visible(finding.oracle))\(kind)   \(runs(finding.runs)); made small in "
                + "\(grouped(finding.tests)) more"
        ]
        for evidence in finding.evidence.prefix(1) { lines += item("      what     ", visible(evidence)) }
        for (fault, cause) in zip(finding.faults, finding.blame.causes) {
            lines += item(
                "      fault    ",
                "\(visible(fault.name)): \(visible(fault.kind)) of \(visible(fault.target)), "
                    + "\(Wording.window(fault)); \(Wording.cause(cause, of: finding.blame))")
        }
        if finding.blame.excess > .zero || finding.blame.never > 0 {
            lines += item("      excess   ", Wording.excess(finding.blame))
        }
        for interaction in finding.blame.interactions.prefix(3) {
            lines += item("      together ", visible(interaction))
        }
        for edge in finding.edges.prefix(6) { lines += item("      edge     ", visible(edge)) }
        for word in finding.indifferent.prefix(8) { lines += item("      varied   ", visible(word)) }
        if let parting = finding.parting {
            let first = parting.split(separator: "\n").first.map(String.init) ?? parting
            lines += item("      parts at ", visible(clipped(first, 160)))
        }
        if let waits = Wording.waits(finding.waits) { lines += item("      slowest  ", visible(waits)) }
        if let folder {
            lines.append(
                "      play     \(programName) run \(visible(shellWord("\(folder)/finding-\(number).yaml")))")
        }
        return lines
    }

    private func runs(_ runs: [UInt64]) -> String {
        let count = runs.count == 1 ? "1 run" : "\(grouped(runs.count)) runs"
        return runs.first.map { "\(count), first \(grouped($0))" } ?? count
    }

    // MARK: What was tested

    /// A row for each kind of fault and a column for each role: runs in which it met work, of those in which it came.
    /// Where there are more roles than a terminal is wide, a line for each role.
    private var coverage: [String] {
        let cells = record.coverage.filter { $0.impossible == nil }
        var roles: [String] = []
        var kinds: [String] = []
        for row in cells {
            if !roles.contains(row.role) { roles.append(row.role) }
            if !kinds.contains(row.kind) { kinds.append(row.kind) }
        }
        guard roles.count <= Self.widestTable else { return roles.flatMap { line(of: $0, cells) } + holes }
        let head = ["met work in"] + roles.map(visible) + [""]
        let rows = kinds.map { kind in
            [kind]
                + roles.map { role in
                    cells.first { $0.kind == kind && $0.role == role }
                        .map { "\(grouped($0.met)) of \(grouped($0.hit))" } ?? "—"
                } + [""]
        }
        return table([head] + rows).split(separator: "\n").map(String.init) + holes
    }

    private static let widestTable = 5

    private func line(of role: String, _ cells: [CoverageRecord]) -> [String] {
        let its = cells.filter { $0.role == role }
        let idle = its.filter { $0.met == 0 }.map(\.kind)
        let met = its.count - idle.count
        var words =
            met == its.count ? "met work in all \(met) kinds" : "met work in \(met) of \(its.count) kinds"
        if met > 0, !idle.isEmpty { words += ", not in \(idle.joined(separator: ", "))" }
        let width = record.coverage.map { visible($0.role).count }.max() ?? 0
        let name = visible(role)
        return item("  \(name)\(String(repeating: " ", count: width - name.count))  ", visible(words))
    }

    private var holes: [String] {
        var lines: [String] = []
        let never = record.coverage.filter { $0.impossible == nil && $0.met == 0 }
        if !never.isEmpty, Set(record.coverage.map(\.role)).count <= Self.widestTable {
            let words = never.map { "\($0.kind) of \($0.role)" }.joined(separator: ", ")
            lines += item("  never met  ", visible(words))
        }
        let idle = record.oracles.indices.filter { column in
            !record.coverage.contains { column < $0.judged.count && $0.judged[column] > 0 }
        }
        if !idle.isEmpty {
            let words = idle.map { record.oracles[$0] }.joined(separator: ", ")
            lines += item("  not tested ", "\(visible(words)): nothing in the scenario could break it")
        }
        for hole in CampaignHoles(record.coverage).list {
            lines += item("  —          ", visible("\(hole.reason): \(hole.words)"))
        }
        return lines
    }

    private var paths: String {
        guard let folder, !isQuiet else { return "" }
        let result = "result  \(visible(folder))"
        guard let page else { return result + "\n" }
        let report = "report  \(visible(page))"
        return result + (result.count + report.count + 3 > pageWidth ? "\n" : "   ") + report + "\n"
    }

    /// Text behind a start, its further lines below its own beginning.
    private func item(_ start: String, _ text: String) -> [String] {
        (start + wrapped(text, indent: start.count)).split(separator: "\n").map(String.init)
    }

    private func colored(_ text: String) -> String {
        let tone =
            switch record.verdict.word {
            case .passed: 32
            case .failed: 31
            case .inconclusive, .interrupted: 33
            case .violated: 35
            }
        return isColored ? "\u{1B}[1;\(tone)m\(text)\u{1B}[0m" : text
    }
}

extension Wording {
    /// `necessary; alone 0, 61 % of the excess`
    static func cause(_ cause: BlameRecord.Cause, of blame: BlameRecord) -> String {
        var words = [cause.isNecessary ? "necessary" : "not necessary"]
        if cause.isSufficient { words.append("enough alone") }
        if blame.excess > .zero {
            let share = (cause.share - cause.relief).seconds / blame.excess.seconds * 100
            words.append("\(decimal(share, places: 0)) % of the excess")
        }
        return words.joined(separator: ", ")
    }

    static func excess(_ blame: BlameRecord) -> String {
        let never = blame.never == 0 ? "" : ", \(grouped(blame.never)) never came"
        return "\(shortText(blame.excess)) over all letters: \(grouped(blame.later)) came later than "
            + "without faults\(never)" + (blame.isSampled ? "; shares are a mean over some orders" : "")
    }

    /// Of those stages that took a hundredth and more.
    static func waits(_ waits: [FindingRecord.Wait]) -> String? {
        let all = waits.reduce(Span.zero) { $0 + $1.sum }
        guard all > .zero else { return nil }
        let parts = waits.prefix(3).compactMap { wait -> String? in
            let percent = decimal(wait.sum.seconds / all.seconds * 100, places: 0)
            return percent == "0" ? nil : "\(wait.stage) \(percent) %"
        }
        return "letters spent their time in: " + parts.joined(separator: " · ")
    }
}
