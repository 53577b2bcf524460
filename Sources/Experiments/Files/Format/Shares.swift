public import Vocabulary

/// How a whole is divided: `{ eu: 50%, us: 30%, asia: 20% }`, in the order of the file.
public struct Shares<Part: Quantity>: Hashable, Sendable {
    public struct Portion: Hashable, Sendable {
        public var part: Part
        public var share: Share
    }

    public var entries: [Portion]

    public init(_ entries: [(part: Part, share: Share)]) {
        self.entries = entries.map { Portion(part: $0.part, share: $0.share) }
    }

    /// Reports what is no part or no share, and a sum that is not the whole; nil then, for such a table divides nothing.
    init?(
        reading node: Node, _ name: String, _ form: QuantityForm,
        _ read: (String) throws(Misreading) -> Part, _ reading: inout Reading
    ) {
        var entries: [Portion] = []
        var isSound = true
        let example = Part.self == Int.self ? "{ 1: 60%, 2: 40% }" : "{ eu: 60%, us: 40% }"
        reading.entries(node, name, "write each with its share, as in \(example)") { entry, reading in
            let part = reading.value(entry.key, form, read)
            let share = reading.value(entry.value, Share.form) { (text) throws(Misreading) in
                try Share(reading: text)
            }
            guard let part, let share else { return isSound = false }
            guard !entries.contains(where: { $0.part == part }) else {
                isSound = false
                return reading.fail(entry.key.place, "\(quoted(entry.name)) is here twice")
            }
            entries.append(Portion(part: part, share: share))
        }
        guard isSound, node.entries != nil else {
            reading.spoil()
            return nil
        }
        let shares = entries.map(\.share)
        guard Share.fill(shares) else {
            reading.fail(node.place, "the shares of \(name) add up to \(Share.sumText(shares)), not to 100%")
            return nil
        }
        self.entries = entries
    }

    var outline: Outline { .mapping(entries.map { ($0.part.written, .scalar($0.share.written)) }) }
}
