import Results
import Vocabulary

/// One run of a parameter study as it lies on the disk: what was set, and what came of it.
///
/// A study is as many of these files as it has points. Each is written whole, so whatever is there is right,
/// and a study that was broken off, or played in parts by many machines, goes on where files are missing.
package struct StudyPoint: Record {
    /// From 0, in the order of the study.
    package var number: UInt64 = 0
    /// Of all points.
    package var of: UInt64 = 0
    package var settings: [Setting] = []
    package var seed: UInt64 = 0
    /// Hash of the resolved scenario: another one is another study.
    package var text = Digits(0)
    /// Which program played it.
    package var build = ""
    package var digest = Digits(0)
    package var verdict = Results.Verdict.Conclusion.passed
    package var figures: [NamedAmount] = []

    package init() {}

    package static let fields: [Field<StudyPoint>] = [
        .init("number", \.number, "of the point, from 0"),
        .init("of", \.of, "how many points the study has"),
        .init("settings", \.settings, "what is varied, as it is here"),
        .init("seed", \.seed, "what all random numbers come from"),
        .init("scenario", \.text, "hash of the resolved scenario"),
        .init("build", \.build, "which program played it"),
        .init("digest", \.digest, "of the run"),
        .init("verdict", \.verdict, "how the run came out"),
        .init("figures", \.figures, "what it came to"),
    ]

    package struct Setting: Record {
        package var key = ""
        package var value = ""

        package init() {}
        package init(_ key: String, _ value: String) { (self.key, self.value) = (key, value) }

        package static let fields: [Field<Setting>] = [
            .init("key", \.key, "as behind --set"), .init("value", \.value, "as it was written"),
        ]
    }

    package struct NamedAmount: Record {
        package var name = ""
        package var value: Amount?

        package init() {}
        package init(_ name: String, _ value: Amount?) { (self.name, self.value) = (name, value) }

        package static let fields: [Field<NamedAmount>] = [
            .init("name", \.name, "of the figure"), .init("value", \.value, "null without a sample"),
        ]
    }

    package func value(_ name: String) -> Amount? { figures.first { $0.name == name }?.value }
}

extension StudyPoint {
    package static let format = "hubbub-study-point-1"

    package var document: String { ResultFile.text(of: self, format: Self.format) }

    package init(parsing text: String, file: String) throws(ResultFileError) {
        self = try ResultFile.record(parsing: text, file: file, format: Self.format)
    }
}

/// The table of a study, for programs that read columns.
package enum StudyTable {
    /// A line for each run: what was set, the seed, the verdict, and every figure in its smallest unit.
    package static func csv(of points: [StudyPoint]) -> String {
        let (keys, columns) = (
            points.first?.settings.map(\.key).filter { $0 != "seed" } ?? [], columns(of: points)
        )
        var lines = [
            (keys + ["seed", "digest", "verdict"] + columns.map(\.title)).map(cell).joined(separator: ",")
        ]
        for point in points {
            let words =
                point.settings.filter { $0.key != "seed" }.map(\.value) + [
                    "\(point.seed)", digestText(point.digest.value), point.verdict.rawValue,
                ]
                + columns.map { point.value($0.name).map(number) ?? "" }
            lines.append(words.map(cell).joined(separator: ","))
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// All figures that any point has, in the order of the first that has them.
    package static func columns(of points: [StudyPoint]) -> [(name: String, title: String)] {
        var names: [String] = []
        var units: [String: String] = [:]  // looked up only, never iterated
        for value in points.lazy.flatMap(\.figures) {
            if units[value.name] == nil { names.append(value.name) }
            if let unit = value.value.flatMap(unit), units[value.name, default: ""].isEmpty {
                units[value.name] = unit
            } else if units[value.name] == nil {
                units[value.name] = ""
            }
        }
        return names.map { name in
            let unit = units[name] ?? ""
            return (name, unit.isEmpty ? name : "\(name) (\(unit))")
        }
    }

    private static func unit(_ amount: Amount) -> String? {
        switch amount {
        case .time, .quotient(_, _, .time): "ns"
        case .bytes, .quotient(_, _, .bytes): "bytes"
        case .perSecond, .quotient(_, _, .rate): "per second"
        case .bytesPerSecond, .quotient(_, _, .byteRate): "bytes per second"
        case .count, .share, .quotient(_, _, .count), .quotient(_, _, .share): ""
        case .never: nil
        }
    }

    private static func number(_ amount: Amount) -> String {
        switch amount {
        case .time(let span): "\(span.nanoseconds)"
        case .count(let n), .bytes(let n), .perSecond(let n), .bytesPerSecond(let n): "\(n)"
        case .share(let part, let whole), .quotient(let part, let whole, _):
            whole == 0
                ? "" : FixedDecimal(rounding: UInt128(part), over: UInt128(whole), decimals: 9).description
        case .never: "inf"
        }
    }

    /// As RFC 4180 has it.
    private static func cell(_ text: String) -> String {
        let text = visible(text)
        guard text.contains(where: { ",\"\n".contains($0) }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            + "\""
    }
}

/// Which points of a study one of several machines plays: every N-th, so that each gets some of what is
/// dear.
package struct StudyPart: Hashable, Sendable {
    /// From 1.
    package let number: Int
    package let of: Int

    package static let whole = StudyPart(number: 1, of: 1)

    private init(number: Int, of: Int) { (self.number, self.of) = (number, of) }

    package func contains(_ point: Int) -> Bool { point % of == number - 1 }

    /// `3/8`; `auto/8` takes the number from what a cluster's scheduler says: Slurm counts array tasks as the
    /// script does, from 1 here; Kubernetes and AWS Batch count from 0.
    package init(reading text: String, variable: (String) -> String?) throws(Misreading) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Int(parts[1]), (1...100_000).contains(count) else {
            throw Misreading("\(quoted(text)) is no part", remedy: "write it like 3/8 or auto/8")
        }
        var number = Int(parts[0])
        if parts[0] == "auto" {
            let sources = [
                ("SLURM_ARRAY_TASK_ID", 0), ("JOB_COMPLETION_INDEX", 1), ("AWS_BATCH_JOB_ARRAY_INDEX", 1),
            ]
            let found = sources.compactMap { name, offset in
                variable(name).map { (name: name, text: $0, number: Int($0).map { $0 + offset }) }
            }.first
            guard let found else {
                throw Misreading(
                    "nothing says which part this is",
                    remedy: "\(sources.map(\.0).joined(separator: ", ")) would; or write it like 3/8")
            }
            guard let said = found.number, (1...count).contains(said) else {
                throw Misreading(
                    "\(found.name) is \(quoted(found.text)), which is none of \(count) parts",
                    remedy: found.name == "SLURM_ARRAY_TASK_ID" ? "submit it with --array=1-\(count)" : nil)
            }
            number = said
        }
        guard let number, (1...count).contains(number) else {
            throw Misreading("\(quoted(text)) is no part", remedy: "write it like 3/8 or auto/8")
        }
        (self.number, of) = (number, count)
    }
}
