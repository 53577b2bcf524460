/// How much a disk moves in a second, `2GB/s`: in bytes, as disks are sold.
public struct ByteRate: Hashable, Comparable, Sendable {
    /// In one second.
    public var size: ByteCount

    public init(_ size: ByteCount) { self.size = size }

    public static func < (a: ByteRate, b: ByteRate) -> Bool { a.size < b.size }
}

extension ByteRate: Bounded {
    public static var form: QuantityForm {
        QuantityForm(
            "a rate of bytes", example: "2GB/s",
            pattern: #"^[0-9]+(\.[0-9]+)?(B|KB|KiB|MB|MiB|GB|GiB|TB)(/s)?$"#)
    }

    public static var bounds: ClosedRange<ByteRate> {
        ByteRate(ByteCount.bounds.lowerBound)...ByteRate(ByteCount.bounds.upperBound)
    }

    public static func texts(beside value: ByteRate) -> (below: String?, above: String?) {
        let (below, above) = ByteCount.texts(beside: value.size)
        return (below.map { "\($0)/s" }, above.map { "\($0)/s" })
    }

    /// Without its time too, as files once wrote it.
    public init(reading text: String) throws(Misreading) {
        do throws(Misreading) {
            size = try ByteCount(reading: text.hasSuffix("/s") ? String(text.dropLast(2)) : text)
        } catch {
            throw Misreading(
                "\(quoted(text)) is not a rate of bytes", remedy: "write it like 2GB/s or 500MB/s")
        }
    }

    public var written: String { "\(size.written)/s" }
}
