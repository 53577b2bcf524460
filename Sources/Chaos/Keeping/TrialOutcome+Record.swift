package import Results
package import Vocabulary

/// As it is kept on the disk, until its campaign is over.
extension TrialOutcome {
    package init(stored: JSON) throws(Misfit) {
        self.init()
        let record = try Kept(stored: stored)
        func oracles(_ indices: [String]) throws(Misfit) -> [Oracle] {
            var oracles: [Oracle] = []
            for text in indices {
                guard let kind = text.first.flatMap({ $0.wholeNumberValue }).flatMap(Oracle.Kind.init) else {
                    throw Misfit("\(quoted(text)) is no oracle")
                }
                oracles.append(Oracle(kind: kind, name: String(text.dropFirst())))
            }
            return oracles
        }
        (broken, tested) = (try oracles(record.broken), try oracles(record.tested))
        (unknown, features) = (record.unknown, record.features)
        promises = record.promises.map { Instant(nanoseconds: $0) }
        (events, digest) = (record.events, record.digest.value)
        met = record.met.map {
            Met(kind: $0.kind, group: $0.group, hits: Int(clamping: $0.hits), met: Int(clamping: $0.met))
        }
    }

    package var stored: JSON {
        var record = Kept()
        func texts(_ oracles: [Oracle]) -> [String] { oracles.map { "\($0.kind.rawValue)\($0.name)" } }
        (record.broken, record.tested) = (texts(broken), texts(tested))
        (record.unknown, record.features) = (unknown, features)
        record.promises = promises.map(\.nanoseconds)
        (record.events, record.digest) = (events, Digits(digest))
        record.met = met.map {
            var met = Kept.Met()
            (met.kind, met.group) = ($0.kind, $0.group)
            (met.hits, met.met) = (UInt64($0.hits), UInt64($0.met))
            return met
        }
        return record.stored
    }
}

private struct Kept: Record {
    var broken: [String] = []
    var tested: [String] = []
    var unknown: String?
    var features: [String] = []
    var promises: [UInt64] = []
    var events: UInt64 = 0
    var digest = Digits(0)
    var met: [Met] = []

    static let fields: [Field<Kept>] = [
        .init("broken", \.broken, "who gave way"),
        .init("tested", \.tested, "who could have"),
        .init("unknown", \.unknown, "why nobody can tell"),
        .init("features", \.features, "what it met"),
        .init("promises", \.promises, "when some were given that were open for long"),
        .init("events", \.events, "of the simulation"),
        .init("digest", \.digest, "of the run"),
        .init("met", \.met, "which faults met whom"),
    ]

    struct Met: Record {
        var kind = ""
        var group = ""
        var hits: UInt64 = 0
        var met: UInt64 = 0

        static let fields: [Field<Met>] = [
            .init("kind", \.kind, "of fault"),
            .init("group", \.group, "whom it befell"),
            .init("hits", \.hits, "how often"),
            .init("met", \.met, "how often at work"),
        ]
    }
}
