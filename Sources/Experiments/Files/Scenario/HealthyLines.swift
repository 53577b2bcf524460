public import Vocabulary

/// When the system counts as healthy: so many good windows in a row.
public struct HealthyLines: Hashable, Sendable {
    public var window = Span.seconds(10)
    public var hold = 3
    /// Thresholds that a good window keeps; their text is parsed by who judges them.
    public var expect: [String] = []
}

extension HealthyLines: Section {
    static let keys: [Key<Self>] = [
        Key(
            "window", \.window, "the length of a window of intended sends",
            in: .milliseconds(1)...Span.bounds.upperBound),
        Key("hold", \.hold, "so many good windows in a row end a recovery", in: 1...1_000),
        Key<Self>(list: "expect", \.expect, "what holds in a good window").required,
    ]
}

/// A line of `thresholds`. Its text is parsed by who judges it, with the place of the text for errors.
public struct ThresholdLine: Hashable, Sendable {
    public var check = ""
    /// Whether a run ends as soon as it is broken.
    public var abort = false
}

extension ThresholdLine: Section {
    static let keys: [Key<Self>] = [
        Key<Self>("check", \.check, "metric, statistic, operator and value").required,
        Key("abort", \.abort, "whether the run ends as soon as it is broken"),
    ]

    /// A list of texts, or of mappings where there is more to say than the text.
    static var key: Key<Scenario> {
        let shape = KeyDescription.Shape.list(.either(.value(String.form), .section(keys.map(\.description))))
        return Key(
            KeyDescription(
                name: "thresholds", sentence: "what has to hold, `delivery p99 < 10s`", shape: shape)
        ) { node, scenario, reading in
            var lines: [ThresholdLine] = []
            reading.elements(node, "thresholds") { element, reading in
                var line = ThresholdLine()
                if element.entries != nil {
                    reading.section(element, into: &line, "a threshold")
                } else if let text = reading.value(
                    element, String.form,
                    { (text) throws(Misreading) in
                        try String(reading: text)
                    })
                {
                    line.check = text
                }
                lines.append(line)
            }
            scenario.thresholds = lines
        } outline: {
            let lines = $0.thresholds
            return lines.isEmpty ? nil : .list(lines.map { $0.abort ? $0.outline : .scalar($0.check) })
        }
    }
}

/// Promises that are not checked in this run.
public struct InvariantSwitches: Hashable, Sendable {
    public var off: [Name] = []
}

extension InvariantSwitches: Section {
    static let keys: [Key<Self>] = [Key(list: "off", \.off, "the names of those that are not checked")]
}
