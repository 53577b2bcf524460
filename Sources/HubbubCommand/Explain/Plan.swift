internal import Chat
internal import Experiments
import Reports
import Results
import Vocabulary

/// What would be played: a scenario in other words.
struct Plan {
    let scenario: Scenario
    private let loaded: LoadedScenario
    private let load: PlannedLoad
    private let links: LinkList
    private let faults: FaultBars
    /// Nil when nobody can tell.
    private let forecast: Forecast?

    /// Nil for a file with errors.
    init?(_ loaded: LoadedScenario) {
        guard let scenario = loaded.scenario else { return nil }
        (self.scenario, self.loaded) = (scenario, loaded)
        let load = PlannedLoad(of: scenario)
        self.load = load
        links = LinkList(of: loaded, scenario)
        faults = FaultBars(of: scenario)
        forecast = loaded.sheet?.effort.map { Forecast(of: scenario, load: load, effort: $0) }
    }

    var text: String {
        var text = "\(scenario.name)"
        text +=
            scenario.title.isEmpty
            ? "\n" : "   " + wrapped(visible(scenario.title), indent: scenario.name.count + 3) + "\n"
        text += "  " + wrapped(setting, indent: 2) + "\n"
        func section(_ title: String, _ body: String) {
            if !body.isEmpty { text += "\n\(title)\n\(body)" }
        }
        section("resolved scenario, each value with who says so", resolved + idsOfRules)
        section("links, each way, before any fault", links.text)
        section("planned load", load.text)
        section("script", script)
        section(
            "what it will take", forecast?.text ?? "  nobody has measured it for \(scenario.design)\n")
        section("faults", faults.text)
        section("thresholds", table(loaded.thresholds.map { [$0.description, $0.words] }))
        section("healthy", healthy)
        section(
            "invariants",
            table(invariants.map { [$0.promise.name, $0.isOn ? $0.promise.sentence : "switched off"] }))
        return text
    }

    private var setting: String {
        "design \(scenario.design) · seed \(scenario.seed) · \(scenario.duration.written) of sends, the first "
            + "\(scenario.warmup.written) not counted · \(scenario.drain.written) of drain"
    }

    /// The file that the result will hold.
    private var resolved: String {
        var values = loaded.values[...]
        let lines = scenario.resolvedText.split(separator: "\n")
        let width = min(60, lines.map(\.count).max() ?? 0)
        return lines.enumerated().map { index, line in
            guard values.first?.line == index + 1, let value = values.popFirst() else { return "  \(line)\n" }
            return "  \(leftAligned(String(line), width))  # \(value.origin)\n"
        }.joined()
    }

    private var idsOfRules: String {
        RuleIDs.occur(in: loaded.values.map(\.origin.description)) ? "  \(RuleIDs.words)\n" : ""
    }

    /// Each act with what its design says of it.
    private var script: String {
        let sheets = ScriptAct.acts(of: loaded.sheet)
        return table(
            scenario.script.map { act in
                [
                    clockText(act.at), "user \(act.user)",
                    act.argument.isEmpty ? act.act : "\(act.act) \(act.argument)",
                    sheets.first { $0.name == act.act }?.sentence ?? "",
                ]
            })
    }

    private var healthy: String {
        guard let healthy = loaded.healthy else { return "" }
        let windows =
            "in each \(healthy.window.description) of intended sends; \(healthy.hold) good ones end a recovery"
        return "  \(wrapped(windows, indent: 2))\n"
            + table(healthy.expectations.map { [$0.description, $0.words] })
    }

    private var invariants: [(promise: Promise, isOn: Bool)] {
        let off = scenario.invariants.off.map(\.text)
        return (loaded.sheet?.allPromises ?? []).map { ($0, !off.contains($0.name)) }
    }

    var document: String {
        let values = loaded.values.map { value in
            JSON.object([
                ("path", .string(value.path)), ("value", .string(value.text)),
                ("origin", .string(value.origin.description)),
            ])
        }
        func promises(_ thresholds: [Threshold]) -> JSON {
            .array(
                thresholds.map { .object([("text", .string($0.description)), ("words", .string($0.words))]) })
        }
        return JSON.object([
            ("format", .string(Version.planFormat)), ("name", .string(scenario.name)),
            ("design", .string(scenario.design)), ("seed", .integer(UInt64(scenario.seed))),
            ("values", .array(values)), ("links", links.json), ("load", load.json),
            ("estimate", forecast?.json ?? .null), ("faults", faults.json),
            ("thresholds", promises(loaded.thresholds)),
            ("healthy", promises(loaded.healthy?.expectations ?? [])),
            ("invariants", .array(invariants.filter(\.isOn).map { .string($0.promise.name) })),
            ("scenario", .string(scenario.resolvedText)),
        ]).document
    }
}

/// How much people will send, on average: what comes of it depends on the seed.
struct PlannedLoad {
    struct PlannedPhase {
        let name: String
        let from: Span
        let to: Span
        let lettersPerSecond: Double
        let bytesPerSecond: Double
        let letters: Double
    }

    let stretches: [PlannedPhase]
    /// Recipients of a letter.
    let recipients: Double

    init(of scenario: Scenario) {
        let users = scenario.users
        // Who has no app open taps nothing.
        let writing = users.writingShare
        var (stretches, before) = ([PlannedPhase](), 0.0)
        for (index, phase) in scenario.load.enumerated() {
            let to = index + 1 < scenario.load.count ? scenario.load[index + 1].from : scenario.duration
            let rate =
                Double(phase.send.count) / phase.send.interval.seconds * writing
                * (phase.send.isPerUser ? Double(users.count) : 1)
            let length = (to - phase.from).seconds
            // On the ramp the rate is between that of the phase before and its own.
            let ramp = min(phase.ramp.seconds, length)
            let start = index > 0 ? before : rate
            stretches.append(
                PlannedPhase(
                    name: phase.name, from: phase.from, to: to, lettersPerSecond: rate,
                    bytesPerSecond: rate * phase.size.spread.mean,
                    letters: rate * length - (rate - start) * ramp / 2))
            before = rate
        }
        self.stretches = stretches
        let sizes = users.rooms.sizes.entries.reduce(0) {
            $0 + RoomPartition(of: users.count, size: $1.part).meanOthers * $1.share.fraction
        }
        let inRoom = users.rooms.oneOfAll ? Double(users.count - 1) : sizes
        let direct = scenario.load.first?.direct.fraction ?? 0
        recipients = direct + (1 - direct) * inRoom
    }

    var letters: Double { stretches.reduce(0) { $0 + $1.letters } }

    var text: String {
        guard !stretches.isEmpty else { return "  nobody sends but the script\n" }
        let rows = stretches.map { stretch in
            [
                stretch.name, "\(clockText(stretch.from)) to \(clockText(stretch.to))",
                "\(significantRate(stretch.lettersPerSecond)) letters/s",
                "\(bytesText(wholeNumber(stretch.bytesPerSecond)))/s",
                "\(shortText(wholeNumber(stretch.letters))) letters",
            ]
        }
        let sum =
            "\(shortText(wholeNumber(letters))) letters, each to \(decimal(recipients, places: 1)) others: "
            + "\(shortText(wholeNumber(letters * recipients))) deliveries"
        return table(rows) + "  \(sum)\n"
    }

    private func significantRate(_ rate: Double) -> String { decimal(rate, places: rate < 10 ? 2 : 0) }

    var json: JSON {
        .object([
            (
                "phases",
                .array(
                    stretches.map { stretch in
                        .object([
                            ("name", .string(stretch.name)),
                            ("from_ns", .integer(UInt64(stretch.from.nanoseconds))),
                            ("to_ns", .integer(UInt64(stretch.to.nanoseconds))),
                            ("letters_per_second", .number(stretch.lettersPerSecond)),
                            ("bytes_per_second", .number(stretch.bytesPerSecond)),
                            ("letters", .number(stretch.letters)),
                        ])
                    })
            ), ("recipients_of_a_letter", .number(recipients)),
        ])
    }
}
