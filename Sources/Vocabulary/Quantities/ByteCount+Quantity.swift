/// `4KB` is 4,000 bytes, as everywhere in Hubbub and in the documents (100,000 messages of 4 KB are 400 MB);
/// what is meant in powers of two says so: `4KiB` is 4,096.
extension ByteCount: Bounded {
    public static var form: QuantityForm {
        QuantityForm("a size", example: "4KB", pattern: #"^[0-9]+(\.[0-9]+)?(B|KB|KiB|MB|MiB|GB|GiB|TB)$"#)
    }

    public static var bounds: ClosedRange<ByteCount> { .zero ... .megabytes(1_000_000_000) }

    public static func texts(beside value: ByteCount) -> (below: String?, above: String?) {
        ("\(value.bytes - 1)B", "\(value.bytes + 1)B")
    }

    public init(reading text: String) throws(Misreading) {
        self.init(bytes: try Self.spellings.amount(of: text))
    }

    public var written: String { bytes == 0 ? "0B" : description }

    private static var spellings: Units {
        Units(
            name: "a size",
            units: [
                ("B", 1), ("KB", 1_000), ("KiB", 1 << 10), ("MB", 1_000_000), ("MiB", 1 << 20),
                ("GB", 1_000_000_000), ("GiB", 1 << 30), ("TB", 1_000_000_000_000),
            ],
            aliases: [
                "b": "B", "k": "KB", "K": "KB", "kb": "KB", "kB": "KB", "m": "MB", "M": "MB", "mb": "MB",
                "g": "GB", "G": "GB", "gb": "GB", "bytes": "B", "kib": "KiB", "mib": "MiB",
            ],
            examples: ["4KB", "500B", "1.5MB"])
    }
}
