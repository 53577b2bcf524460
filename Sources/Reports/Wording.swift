import Results
import Vocabulary

/// The words that all reports use for the same thing.
enum Wording {
    static func verdict(_ word: Verdict.Conclusion) -> String {
        switch word {
        case .passed: "PASS"
        case .failed: "FAIL"
        case .inconclusive: "INCONCLUSIVE"
        case .violated: "VIOLATED"
        case .interrupted: "INTERRUPTED"
        }
    }

    /// `INCONCLUSIVE, nothing delivered`
    static func headline(_ verdict: Verdict) -> String {
        self.verdict(verdict.word) + (verdict.headline.isEmpty ? "" : ", \(visible(verdict.headline))")
    }

    static func mark(_ word: Verdict.Conclusion) -> String {
        switch word {
        case .passed: mark(Outcome.held)
        case .failed, .violated: mark(Outcome.failed)
        case .inconclusive, .interrupted: mark(Outcome.inconclusive)
        }
    }

    static func mark(_ outcome: Outcome) -> String {
        switch outcome {
        case .held: "✓"
        case .failed: "✗"
        case .inconclusive: "?"
        }
    }

    /// For terminals that show letters only.
    static func asciiMark(_ outcome: Outcome) -> String {
        switch outcome {
        case .held: "ok"
        case .failed: "FAIL"
        case .inconclusive: "??"
        }
    }

    static func spoken(_ outcome: Outcome) -> String {
        switch outcome {
        case .held: "held"
        case .failed: "failed"
        case .inconclusive: "cannot be told"
        }
    }

    static func measured(_ judgement: Judgement) -> String {
        guard let value = judgement.value else { return "—" }
        let text = value.text(apartFrom: judgement.limit)
        return judgement.metric == Metric.recovery.name ? recovery(value, text) : text
    }

    /// How long after the end of a fault it was healthy again, as exact as windows of health are.
    static func recovery(_ fault: FaultEffect) -> String? {
        fault.recovery.map { recovery($0, $0.description) }
    }

    private static func recovery(_ value: Amount, _ text: String) -> String {
        value.magnitude.map { $0 > 0 } == true ? "≤ \(text)" : text
    }

    /// As the file has it, `< 3m`: what a person wrote is known again, and is exact.
    static func limit(_ judgement: Judgement) -> String {
        let words = judgement.text.split(separator: " ").map(String.init)
        let place = words.firstIndex(of: judgement.comparison).map { $0 + 1 }
        let written = place.flatMap { $0 < words.count ? words[$0] : nil }
        return "\(judgement.comparison) \(written ?? judgement.limit.limitText)"
    }

    /// `better by 59 %`, `missed by 10 points`: above a limit is good for one threshold and bad for another. Where it cannot
    /// be told, why not.
    static func margin(_ judgement: Judgement) -> String {
        let words = judgement.margin.split(separator: " ")
        guard let last = words.last, ["over", "under"].contains(last), judgement.outcome != .inconclusive
        else {
            return judgement.reason.isEmpty ? judgement.margin : judgement.reason
        }
        let distance = words.dropLast().joined(separator: " ")
        return (judgement.outcome == .held ? "better by " : "missed by ") + distance
    }

    /// What stays on one line.
    static func unbroken(_ text: String) -> String { text.replacing(" ", with: "\u{A0}") }

    /// What became of a threshold: `4.12s in split`, `cannot be told: no samples`.
    static func outcome(_ judgement: Judgement) -> String {
        guard judgement.outcome == .inconclusive else {
            return "\(measured(judgement)) in \(judgement.window)"
        }
        let value = judgement.value == nil ? "" : "\(measured(judgement)), which decides nothing; "
        guard !judgement.reason.isEmpty else { return "\(value)cannot be told: \(judgement.window)" }
        return "\(value)cannot be told in \(judgement.window): \(judgement.reason)"
    }

    /// `A device never shows the same letter twice: broken 212 times`.
    static func broken(_ invariant: InvariantOutcome) -> String {
        "\(invariant.promise): broken \(invariant.broken == 1 ? "once" : "\(grouped(invariant.broken)) times")"
    }

    static func state(_ invariant: InvariantOutcome) -> String {
        invariant.broken == 0
            ? invariant.state.rawValue
            : "broken " + (invariant.broken == 1 ? "once" : "\(grouped(invariant.broken)) times")
    }

    static func subject(_ judgement: Judgement) -> String {
        judgement.statistic.isEmpty ? judgement.metric : "\(judgement.metric) \(judgement.statistic)"
    }

    /// A percentile of a summary: ∞ where it falls on what never came, a dash where there was nothing.
    static func percentile(_ value: Span?, of summary: Summary) -> String {
        guard summary.count > 0 else { return "—" }
        return value.map(shortText) ?? "∞"
    }

    static func gauge(_ value: UInt64, _ unit: Gauge.Unit) -> String {
        switch unit {
        case .count: shortText(value)
        case .bytes: bytesText(value)
        case .ns: shortText(Span(nanoseconds: Int64(clamping: value)))
        case .perSecond: shortText(value) + "/s"
        case .bytesPerSecond: bytesText(value) + "/s"
        case .partsPerMillion: shareText(value, of: 1_000_000)
        }
    }

    /// `split · partition of message-consumer · 4m–5m`
    static func fault(_ fault: FaultEffect) -> String { "\(fault.name) \(window(fault))" }

    /// `client@us and server` as people say it: `phones in us and server`.
    static func target(_ target: String) -> String {
        target.split(separator: " ", omittingEmptySubsequences: false).map { word -> String in
            let comma = word.hasSuffix(",") ? "," : ""
            let parts = word.dropLast(comma.count).split(
                separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
            let role = parts.first.map { $0 == "client" ? "phones" : String($0) } ?? ""
            guard parts.count == 2 else { return role + comma }
            let zone = parts[1].contains("/") ? "zone \(parts[1])" : "region \(parts[1])"
            return (role.isEmpty ? zone : "\(role) in \(zone)") + comma
        }.joined(separator: " ")
    }

    /// Whether it befell people's devices and nothing else, `50% of client@eu`: a machine at the other end of
    /// their lines is not hit.
    private static func isOfPhones(_ fault: FaultEffect) -> Bool {
        let words = fault.target.split(separator: " ")
        return words.last.map { $0 == "client" || $0.hasPrefix("client@") } == true
            && !words.contains("and") && !words.contains("to")
    }

    /// `22, 17 at work`: on how many machines it came, and where it had something to disturb. `50% of phones`
    /// where it came on no machine.
    static func hits(of fault: FaultEffect) -> String {
        if isOfPhones(fault) { return target(fault.target) }
        guard let hit = fault.machinesHit else {
            return fault.metWork == 0 ? "none at work" : "at work \(grouped(fault.metWork)) times"
        }
        guard hit > 0 else { return "none" }
        return "\(grouped(hit)), \(fault.metWork == 0 ? "idle" : "\(grouped(fault.metWork)) at work")"
    }

    /// What a fault met: machines, work and letters. One that met neither work nor letters has tested nothing; one that
    /// came at an idle moment may have lasted until there was something to do.
    ///
    /// - Parameter share: behind the number of letters, ` of 100 (12%)`.
    static func met(_ fault: FaultEffect, share: String = "") -> String {
        let letters = fault.lettersTouched
        let under =
            switch letters {
            case 0: "no delivery was under way while it was on"
            case 1: "1\(share) delivery was under way while it was on"
            default: "\(grouped(letters))\(share) deliveries were under way while it was on"
            }
        let isEmpty = letters == 0 && fault.metWork == 0
        let nothing = isEmpty ? ": it has tested nothing" : ""
        if isOfPhones(fault) { return "hit \(target(fault.target)); \(under)\(nothing)" }
        guard let hit = fault.machinesHit else { return under + nothing }
        guard hit > 0 else { return "hit no machine; \(under)\(nothing)" }
        let machines = hit == 1 ? "1 machine" : "\(grouped(hit)) machines"
        guard fault.metWork == 0 else {
            let work = hit == 1 ? "which was at work" : "\(grouped(fault.metWork)) of them at work"
            return "hit \(machines), \(work); \(under)"
        }
        let rest = isEmpty ? "\(nothing); a moment with more to do would" : ""
        return "hit \(machines), and met no work there; \(under)\(rest)"
    }

    /// What a fault cost letters that were tapped when it was over: `495 over 1s later, by 20.00s in the mean, the last
    /// sent 46.00s after`.
    static func after(_ excess: ControlRecord.Excess) -> String {
        var said: [String] = []
        if let mean = excess.meanAfter {
            said.append("\(grouped(excess.laterAfter)) over 1s later, by \(shortText(mean)) in the mean")
        }
        if excess.neverCameAfter > 0 { said.append("\(grouped(excess.neverCameAfter)) never came") }
        if let last = excess.lastAfter { said.append("the last sent \(shortText(last)) after") }
        return said.joined(separator: ", ")
    }

    static func window(_ fault: FaultEffect) -> String {
        guard let to = fault.to else { return "from \(clockText(fault.from))" }
        return to - fault.from < .seconds(1)
            ? clockText(fault.from) : "\(clockText(fault.from))–\(clockText(to))"
    }
}

extension InvariantOutcome {
    /// It held or was broken.
    var isJudged: Bool { state == .held || state == .broken }
}
