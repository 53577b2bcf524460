extension Span: Bounded {
    public static var form: QuantityForm {
        QuantityForm("a time", example: "10m", pattern: #"^-?([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h|d))+$"#)
    }

    /// No model here looks further than ten years.
    public static var bounds: ClosedRange<Span> { .zero ... .hours(87_600) }

    public static func texts(beside value: Span) -> (below: String?, above: String?) {
        ("\(value.nanoseconds - 1)ns", "\(value.nanoseconds + 1)ns")
    }

    public init(reading text: String) throws(Misreading) {
        self.init(nanoseconds: try Self.units.amount(of: text))
    }

    /// From a minute on in days, hours, minutes and seconds, `7m30s`; what is shorter, or finer than a
    /// second, in one unit.
    public var written: String {
        let second: Int64 = 1_000_000_000
        guard nanoseconds.magnitude >= 60 * UInt64(second), nanoseconds % second == 0 else {
            return description
        }
        var rest = (nanoseconds / second).magnitude
        var text = nanoseconds < 0 ? "-" : ""
        for (name, size) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] as [(String, UInt64)]
        where rest >= size {
            text += "\(rest / size)\(name)"
            rest %= size
        }
        return text
    }

    private static var units: Units {
        Units(
            name: "a time",
            units: [
                ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
                ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
            ],
            aliases: [
                "sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "m", "mins": "m",
                "minute": "m", "minutes": "m", "hour": "h", "hours": "h", "hr": "h", "day": "d",
                "days": "d", "µs": "us", "μs": "us", "msec": "ms", "usec": "us", "S": "s", "M": "m",
                "H": "h",
            ],
            isCompound: true, usual: "s", examples: ["10s", "150us", "1m30s"])
    }
}
