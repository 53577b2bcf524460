import Vocabulary

/// What a parameter study varies.
///
///     sweep: { topology.server.cores: [2, 4, 8], seed: 1..5 }     # each with each: 15 points
///     sweep:                                                      # or just these
///       - { topology.server.cores: 2, users.count: 10000 }
///       - { topology.server.cores: 4, users.count: 20000 }
public struct Sweep: Hashable, Sendable {
    public struct Setting: Hashable, Sendable {
        /// As behind `--set`, `topology.server.cores`.
        public var key: String
        public var value: String

        public init(_ key: String, _ value: String) { (self.key, self.value) = (key, value) }

        /// What sets it; errors say that the sweep did.
        public var override: Override { Override(key, value, label: Override.sweepLabel) }
    }

    /// What is varied, in the order of the file.
    public var keys: [String]
    /// Each point sets all of its keys; of a grid the last key changes fastest.
    public var points: [[Setting]]

    /// A day of runs of a second each, several times over.
    public static let mostPoints = 100_000
}

extension Sweep {
    /// Reports what is no study.
    init(reading node: Node, _ reading: inout Reading) {
        self.init(keys: [], points: [])
        if node.elements != nil { readList(node, &reading) } else { readGrid(node, &reading) }
    }

    private mutating func readGrid(_ node: Node, _ reading: inout Reading) {
        var count = 1
        points = [[]]
        reading.entries(node, "sweep", "write it like { users.count: [100, 200] }") { entry, reading in
            guard let values = Self.values(of: entry, &reading) else { return }
            count = count.multipliedReportingOverflow(by: values.count).partialValue
            guard count > 0, count <= Self.mostPoints else {
                points = []
                return reading.fail(
                    entry.value.place, "these are more than \(grouped(Self.mostPoints)) points in all",
                    "leave values out, or make a list of points")
            }
            keys.append(entry.name)
            points = points.flatMap { point in values.map { point + [Setting(entry.name, $0)] } }
        }
        if keys.isEmpty, node.entries != nil { refuseEmpty(node, &reading) }
    }

    private mutating func readList(_ node: Node, _ reading: inout Reading) {
        reading.elements(node, "sweep") { element, reading in
            var point: [Setting] = []
            reading.entries(element, "a point of sweep", "write it like { users.count: 100 }") {
                entry, reading in
                guard Self.isKey(entry, &reading) else { return }
                guard let text = entry.value.text, !text.isEmpty else {
                    return reading.fail(
                        entry.value.place, "a point sets single values, not \(entry.value.kind)")
                }
                point.append(Setting(entry.name, text))
            }
            let names = point.map(\.key)
            if keys.isEmpty { keys = names }
            guard names == keys, !names.isEmpty else {
                return reading.fail(
                    element.place, "all points set the same keys in the same order",
                    keys.isEmpty ? nil : "the first sets \(keys.joined(separator: ", "))")
            }
            guard !points.contains(point) else {
                return reading.fail(element.place, "this point is here twice")
            }
            points.append(point)
        }
        if points.isEmpty, node.elements?.isEmpty == true { refuseEmpty(node, &reading) }
    }

    private func refuseEmpty(_ node: Node, _ reading: inout Reading) {
        reading.fail(
            node.place, "nothing is varied here", "write it like { topology.server.cores: [2, 4, 8] }")
    }

    private static func isKey(_ entry: Node.Pair, _ reading: inout Reading) -> Bool {
        guard !["extends", "sweep", "hubbub", "name", ""].contains(entry.name) else {
            reading.fail(entry.key.place, "\(quoted(entry.name)) cannot be varied")
            return false
        }
        return true
    }

    /// `[2, 4, 8]`, `1..5`, or a single value.
    private static func values(of entry: Node.Pair, _ reading: inout Reading) -> [String]? {
        guard isKey(entry, &reading) else { return nil }
        guard let elements = entry.value.elements else {
            guard let text = entry.value.text, !text.isEmpty else {
                reading.fail(
                    entry.value.place,
                    "what is varied is a list of values or a range, not \(entry.value.kind)",
                    "write it like [2, 4, 8] or 1..5")
                return nil
            }
            return range(text, entry.value.place, &reading)
        }
        let texts = elements.compactMap { element -> String? in
            guard let text = element.text, !text.isEmpty else {
                reading.fail(element.place, "this is a single value, not \(element.kind)")
                return nil
            }
            return text
        }
        guard texts.count == elements.count else { return nil }
        guard !texts.isEmpty else {
            reading.fail(entry.value.place, "there is no value here", "write it like [2, 4, 8] or 1..5")
            return nil
        }
        if let twice = texts.indices.first(where: { texts[..<$0].contains(texts[$0]) }) {
            reading.fail(elements[twice].place, "\(quoted(texts[twice])) is here twice")
            return nil
        }
        return texts
    }

    private static func range(_ text: String, _ place: SourceRange, _ reading: inout Reading) -> [String]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].isEmpty else { return [text] }
        guard let first = Int(parts[0]), let last = Int(parts[2]), first >= 0, last >= first,
            last - first < mostPoints
        else {
            reading.fail(
                place, "\(quoted(text)) is no range of whole numbers that rises",
                "write it like 1..5, or a list of values")
            return nil
        }
        return (first...last).map(String.init)
    }
}

extension Sweep {
    static let keyForm = QuantityForm("a key", example: "topology.server.cores")
    static let valueForm = QuantityForm("a value", example: "4", scalar: .number)
}

extension Override {
    static let sweepLabel = "sweep"
}
