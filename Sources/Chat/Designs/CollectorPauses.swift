internal import Cluster
public import Simulation
public import Vocabulary

/// How a collector of garbage stops the process of a role: not at all, or how long and how often.
///
///     none
///     lognormal 20ms p99 250ms each exp 10s
public enum CollectorPauses: Quantity {
    case none
    case pauses(Varied<Span>, each: Varied<Span>)

    private static let longest = Span.zero ... .hours(1)
    private static let intervals = Span.milliseconds(1) ... .hours(24)

    public static var form: QuantityForm {
        let pattern = Varied<Span>.form.pattern!.dropFirst().dropLast()
        return QuantityForm(
            "'none', or how long it stops and how often", example: "lognormal 20ms p99 250ms each exp 10s",
            pattern: "^(none|\(pattern) each \(pattern))$")
    }

    public init(reading text: String) throws(Misreading) {
        if text == "none" {
            self = .none
            return
        }
        guard let end = text.firstRange(of: " each ") else {
            throw Misreading(
                "\(quoted(text)) does not say how often it stops",
                remedy: "write it like \(Self.form.example), or none")
        }
        self = .pauses(
            try Varied(reading: String(text[..<end.lowerBound]), in: Self.longest),
            each: try Varied(reading: String(text[end.upperBound...]), in: Self.intervals))
    }

    public var written: String {
        switch self {
        case .none: "none"
        case .pauses(let pause, let interval): "\(pause.written) each \(interval.written)"
        }
    }

    var collector: Collector? {
        switch self {
        case .none: nil
        case .pauses(let pause, let interval): Collector(pause: pause.spread, interval: interval.spread)
        }
    }
}
