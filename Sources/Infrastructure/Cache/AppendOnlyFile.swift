internal import Cluster
internal import Simulation
internal import Vocabulary

/// The file of a node's writes, in parts: a base, which is what was in memory when it was written, and increments,
/// in which the writes since then are. A manifest says which parts count.
///
///     manifest: base 2, increments 2...3        | base 2 | increment 2 | increment 3 |
///
/// To write it anew, the node begins another increment, writes a base beside it, and has the manifest name these two
/// alone when they are on the disk.
final class AppendOnlyFile {
    struct Manifest: FileRecord {
        let base: Int
        let last: Int
        var size: ByteCount { .bytes(100) }
    }

    let manifest: File<Manifest>
    /// By number, four in turn.
    private let bases: [File<CacheRequest>]
    private let increments: [File<CacheRequest>]
    private(set) var now = Manifest(base: 0, last: 0)
    /// Of the parts, when they were written anew.
    var sizeThen = ByteCount.zero
    var isRewriting = false

    /// A sync is under way, and what was written since the latest one began.
    var isSyncing = false
    var isUnsynced = false
    var syncedAt = Instant.start
    /// What is not in the file yet, since a sync is under way or the disk would not take it.
    var postponed: [CacheRequest] = []
    var postponedSince = Instant.start
    var hasFailed = false
    /// How many writes the node waits for; while it does, or waits for a sync, it does nothing else.
    var writes = 0
    var isBlocking = false
    /// Reads under way when it begins.
    var reads = 0

    init(on seat: Seat) {
        manifest = seat.file(FileName("append-only manifest"))
        bases = (0..<4).map { seat.file(FileName("append-only base \($0)")) }
        increments = (0..<4).map { seat.file(FileName("append-only increment \($0)")) }
        if let last = manifest.numbers.last { now = manifest[last] }
    }

    func base(_ number: Int) -> File<CacheRequest> { bases[number % 4] }
    func increment(_ number: Int) -> File<CacheRequest> { increments[number % 4] }
    var current: File<CacheRequest> { increment(now.last) }

    /// In the order in which they were written.
    var parts: [File<CacheRequest>] { [base(now.base)] + (now.base...now.last).map { increment($0) } }
    /// Asked for very often, and so without a list of the parts.
    var size: ByteCount {
        func size(of file: File<CacheRequest>) -> ByteCount { file.size(of: file.numbers) }
        return (now.base...now.last).reduce(size(of: base(now.base))) { $0 + size(of: increment($1)) }
    }
    var isEmpty: Bool { parts.allSatisfy { $0.numbers.isEmpty } }

    func beginIncrement() { now = Manifest(base: now.base, last: now.last + 1) }
    func dropOldParts() { now = Manifest(base: now.last, last: now.last) }
}

/// How far a node is with writing its file anew.
public enum RewriteStep: UInt8, Sendable {
    case begins
    case written
    case synced
    /// The manifest that names the new parts is on the disk.
    case announced
    case failed
}
