/// Where the bytes of a file lie, in bytes since the file was new.
///
///     0 ...... start ............... synced ............ written ........... end
///     trimmed  |  survives a power loss  |  in the page cache  |  on its way  |
public struct FileExtent: Hashable, Sendable {
    /// What was trimmed away lies before.
    public internal(set) var start: UInt64 = 0
    public internal(set) var synced: UInt64 = 0
    public internal(set) var written: UInt64 = 0
    public internal(set) var end: UInt64 = 0

    /// What the running sync will have synced.
    private var covered: UInt64 = 0
    /// Appends under way.
    var underWay = 0
    /// Truncations behind which appends were under way: those of lower numbers that reach past `end` will not
    /// count.
    private var cuts: [Truncation] = []

    private struct Truncation: Hashable, Sendable {
        let end: UInt64
        let before: UInt64
    }

    /// Bytes that are on the disk.
    var size: UInt64 { written - start }

    /// An append completes: false when it was cut off or trimmed away meanwhile.
    mutating func completeAppend(_ number: UInt64, at position: UInt64, bytes: UInt64) -> Bool {
        underWay -= 1
        let isCut = cuts.contains { number < $0.before && position + bytes > $0.end }
        if underWay == 0, !cuts.isEmpty { cuts.removeAll() }
        let isTrimmed = position < start && position + bytes <= start
        if isCut || isTrimmed { return false }
        written = max(written, position + bytes)
        return true
    }

    mutating func beginSync() { covered = written }

    mutating func completeSync() { synced = max(synced, covered) }

    // Each returns how many bytes are not on the disk any more.

    mutating func trim(to position: UInt64) -> UInt64 {
        precondition(position >= start, "what was trimmed does not come back")
        precondition(position <= end, "there is nothing behind the end that could be trimmed")
        let before = size
        start = position
        written = max(written, position)
        synced = max(synced, position)
        return before - size
    }

    mutating func truncate(to position: UInt64, before number: UInt64) -> UInt64 {
        precondition(position >= start, "what was trimmed cannot be the end")
        precondition(position <= end, "there is nothing behind the end that could be cut off")
        if underWay > 0 { cuts.append(Truncation(end: position, before: number)) }
        end = position
        guard position < written else { return 0 }
        defer { written = position }
        synced = min(synced, position)
        covered = min(covered, position)
        return written - position
    }

    mutating func erase(before number: UInt64) -> UInt64 {
        let freed = size
        start = 0
        (synced, covered, written) = (0, 0, 0)
        _ = truncate(to: 0, before: number)
        return freed
    }

    mutating func crash(_ kind: CrashKind) -> UInt64 {
        underWay = 0
        cuts.removeAll()
        covered = 0
        let before = size
        switch kind {
        case .process: break
        case .unsynced: written = synced
        case .disk: (start, synced, written) = (0, 0, 0)
        }
        end = written
        return before - size
    }

    func checkInvariants() {
        precondition(start <= synced, "what is trimmed away does not count as synced")
        precondition(synced <= written, "more is synced than was written")
        precondition(written <= end, "more is written than was appended")
        precondition(underWay > 0 || written == end, "something is on its way, and nobody brings it")
        precondition(covered <= written, "a sync covers what is not there")
    }
}
