import Results
import Vocabulary

/// One number of a run, under the name by which thresholds and tolerances speak of it.
package struct RunFigure: Hashable, Sendable {
    /// In the order of baselines and tables.
    package enum Kind: Int, Sendable, Comparable {
        /// What the scenario asks for.
        case asked
        case latency, count, cost
        /// What tells why: roles, and the stages of a delivery.
        case role, stage

        package static func < (a: Kind, b: Kind) -> Bool { a.rawValue < b.rawValue }
    }

    /// Which way is worse.
    package enum Worse: Sendable { case up, down, neither }

    package let name: String
    package let kind: Kind
    package let value: Amount?
    package let worse: Worse
    /// Whether it is judged without a tolerance of its own. What is not judged explains.
    package let isJudged: Bool
    /// A count that must not rise at all: letters lost, promises broken.
    package let isPromise: Bool
    /// A count of what never came, of which no share is allowed: more is worse as soon as the seeds can tell.
    package let isOwed: Bool

    init(
        _ name: String, _ kind: Kind, _ value: Amount?, worse: Worse = .up, isJudged: Bool = true,
        isPromise: Bool = false, isOwed: Bool = false
    ) {
        (self.name, self.kind, self.value, self.worse) = (name, kind, value, worse)
        (self.isJudged, self.isPromise, self.isOwed) = (isJudged, isPromise, isOwed)
    }
}

extension RunFigure {
    /// The figures of a result, by kind and then by name.
    package static func all(of result: RunResult) -> [RunFigure] {
        var figures = Figures(result)
        figures.addAsked()
        figures.addLatencies()
        figures.addCounts()
        figures.addCosts()
        figures.addRoles()
        figures.addStages()
        return figures.all.enumerated().sorted {
            ($0.element.kind, $0.element.name, $0.offset) < ($1.element.kind, $1.element.name, $1.offset)
        }.map(\.element)
    }
}

/// Gathers them; of two with one name the first is kept.
private struct Figures {
    let result: RunResult
    private(set) var all: [RunFigure] = []
    private var names: Set<String> = []  // looked up only, never iterated

    init(_ result: RunResult) { self.result = result }

    private mutating func add(_ figure: RunFigure) {
        if names.insert(figure.name).inserted { all.append(figure) }
    }

    private func worse(_ metric: String) -> RunFigure.Worse {
        let own = metric.split(separator: ".").last.map(String.init) ?? metric
        let definition =
            result.metrics.first { $0.name == metric } ?? result.metrics.first { $0.name == own }
        return switch definition?.direction {
        case "smaller is better": .up
        case "larger is better": .down
        default: .neither
        }
    }

    mutating func addAsked() {
        for judgement in result.thresholds {
            let isShare = ["ratio", "rate"].contains(judgement.statistic)
            add(
                RunFigure(
                    RunFigure.name(of: judgement), .asked, judgement.value,
                    worse: isShare ? wanted(judgement) : worse(judgement.metric),
                    isPromise: isPromise(judgement)))
        }
    }

    /// The limit says which side is good.
    private func wanted(_ judgement: Judgement) -> RunFigure.Worse {
        switch judgement.comparison {
        case "<", "<=": .up
        case ">", ">=": .down
        default: .neither
        }
    }

    /// What must never begin to happen. Letters in another order happen by chance in designs that promise none.
    private static let promises = ["lost", "duplicate", "leaked"]

    private func isPromise(_ judgement: Judgement) -> Bool {
        judgement.comparison == "==" && judgement.limit == .count(0)
    }

    mutating func addLatencies() {
        for summary in result.summaries where summary.window != "control" {
            let window = summary.window == "all" ? "" : " during \(summary.window)"
            func amount(_ span: Span?) -> Amount? {
                guard summary.count > 0 else { return nil }
                return span.map(Amount.time) ?? .never(undelivered: summary.undelivered, of: summary.count)
            }
            let percentiles: [(String, Span?, Bool)] = [
                ("p50", summary.p50, true), ("p90", summary.p90, true), ("p99", summary.p99, true),
                ("p99.9", summary.p99_9, false), ("max", summary.max, false),
            ]
            // Of a part of the run the two that people ask for first.
            for (name, span, isJudged) in percentiles where window.isEmpty || ["p50", "p99"].contains(name) {
                add(
                    RunFigure(
                        "\(summary.metric) \(name)\(window)", .latency, amount(span),
                        isJudged: isJudged && window.isEmpty))
            }
        }
    }

    mutating func addCounts() {
        for summary in result.summaries where summary.window == "all" {
            add(
                RunFigure(
                    "\(summary.metric) count", .count, .count(summary.count), worse: .neither,
                    isJudged: false))
            add(
                RunFigure(
                    "\(summary.metric) undelivered", .count, .count(summary.undelivered), isOwed: true))
        }
        for figure in result.figures {
            let worse = worse(figure.metric)
            let isOfPromise = Self.promises.contains(figure.metric)
            // Of a part of a run it is not known, and a count all the same.
            let isCount = if case .count = figure.value { true } else { isOfPromise }
            add(
                RunFigure(
                    isCount ? "\(figure.metric) count" : figure.metric, .count, figure.value, worse: worse,
                    isPromise: isOfPromise))
        }
        add(
            RunFigure(
                "promises broken", .count, .count(result.invariants.reduce(0) { $0 + $1.broken }),
                isPromise: true))
    }

    mutating func addCosts() {
        let cost = result.cost
        let values: [(String, Amount)] = [
            ("cost messages", .count(cost.messages)), ("cost bytes", .bytes(cost.bytes)),
            ("cost stored bytes", .bytes(cost.storedBytes)), ("cost machines", .count(cost.machines)),
            ("cost core time", .time(cost.coreTime)),
        ]
        for (name, value) in values { add(RunFigure(name, .cost, value)) }
    }

    mutating func addRoles() {
        for role in result.topology.roles where !role.machines.isEmpty {
            let sum = role.machines.reduce(0) { $0 + $1.utilisation }
            add(
                RunFigure(
                    "\(role.name) utilisation", .role,
                    .share(part: sum, whole: 1_000_000 * UInt64(role.machines.count)), isJudged: false))
        }
        for gauge in result.gauges where !gauge.role.isEmpty && gauge.metric == "queue" {
            let most = gauge.values.compactMap(\.self).max() ?? 0
            add(
                RunFigure("\(gauge.role) queue, most", .role, .count(most), isJudged: false))
        }
    }

    /// Each stage twice: on average over all deliveries, and over the slowest.
    mutating func addStages() {
        guard let all = result.judgedDeliveries else { return }
        let deliveries = max(1, all.count - all.undelivered)
        // A run keeps a thousand of them, what never came included.
        let slowest = min(1_000, max(1, all.count))
        for stage in result.stages {
            let mean = stage.sum.nanoseconds / Int64(clamping: deliveries)
            let among = stage.sumAmongSlowest.nanoseconds / Int64(clamping: slowest)
            let values = [(RunFigure.onAverage, mean), (RunFigure.amongSlowest, among)]
            for (suffix, value) in values {
                add(
                    RunFigure(
                        stage.name + suffix, .stage, .time(.nanoseconds(value)), isJudged: false))
            }
        }
    }
}

extension RunFigure {
    /// `delivery p99 during split`, without the limit: who changes that has not changed the run.
    static func name(of judgement: Judgement) -> String {
        var words = judgement.text.split(separator: " ").map(String.init)
        if let place = words.firstIndex(of: judgement.comparison) {
            words.removeSubrange(place..<min(place + 2, words.count))
        }
        return words.joined(separator: " ")
    }

    static let onAverage = ", on average"
    static let amongSlowest = ", among the slowest"
}
