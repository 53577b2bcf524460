extension DataRate: Bounded {
    public static var form: QuantityForm {
        QuantityForm(
            "a data rate", example: "10Mbit/s", pattern: #"^[0-9]+(\.[0-9]+)?(bit|kbit|Mbit|Gbit)/s$"#)
    }

    /// A line that carries nothing is a fault of its own; and one that is slower than any modem was keeps a
    /// body for years.
    public static var bounds: ClosedRange<DataRate> {
        DataRate(bitsPerSecond: 1_000)...gigabitsPerSecond(1_000_000)
    }

    public static func texts(beside value: DataRate) -> (below: String?, above: String?) {
        ("\(value.bitsPerSecond - 1)bit/s", "\(value.bitsPerSecond + 1)bit/s")
    }

    public init(reading text: String) throws(Misreading) {
        self.init(bitsPerSecond: try Self.spellings.amount(of: text))
    }

    public var written: String { description }

    private static var spellings: Units {
        Units(
            name: "a data rate",
            units: [
                ("bit/s", 1), ("kbit/s", 1_000), ("Mbit/s", 1_000_000), ("Gbit/s", 1_000_000_000),
            ],
            aliases: [
                "Mbps": "Mbit/s", "Gbps": "Gbit/s", "kbps": "kbit/s", "Kbit/s": "kbit/s", "mbit/s": "Mbit/s",
                "gbit/s": "Gbit/s", "Mb/s": "Mbit/s", "Gb/s": "Gbit/s", "bps": "bit/s", "Mbit": "Mbit/s",
                "Gbit": "Gbit/s", "kbit": "kbit/s",
            ],
            examples: ["10Mbit/s", "1Gbit/s"])
    }
}
