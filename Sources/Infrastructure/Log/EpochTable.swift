/// Where each leader of a partition began to write: what tells two logs apart that were written under different
/// leaders.
///
///     offsets  0 . . . . . 17 . . . . . 30 . . .
///     epochs   |    1     |      4     |  5
public struct EpochTable: Hashable, Sendable {
    public struct Start: Hashable, Sendable {
        public let epoch: Int
        public let offset: Int

        public init(epoch: Int, offset: Int) {
            self.epoch = epoch
            self.offset = offset
        }
    }

    /// In ascending order of both.
    public private(set) var starts: [Start] = []

    public init() {}

    /// Of the last record; 0 when there is none.
    public var last: Int { starts.last?.epoch ?? 0 }

    /// Records from `offset` on are of that epoch.
    public mutating func begin(_ epoch: Int, at offset: Int) {
        guard epoch > last else { return }
        // A leader that wrote nothing leaves nothing.
        if starts.last?.offset == offset { starts.removeLast() }
        starts.append(Start(epoch: epoch, offset: offset))
    }

    /// The epoch of the record before an offset; 0 before the first.
    public func epoch(before offset: Int) -> Int { starts.last { $0.offset < offset }?.epoch ?? 0 }

    /// Where the epochs of these records begin, that of the first one included.
    public func starts(in offsets: Range<Int>) -> [Start] {
        let first = epoch(before: offsets.lowerBound + 1)
        let later = starts.filter { $0.offset > offsets.lowerBound && $0.offset < offsets.upperBound }
        let start = Start(epoch: first, offset: offsets.lowerBound)
        return later.isEmpty ? [start] : [start] + later
    }

    public mutating func truncate(to offset: Int) {
        while let last = starts.last, last.offset >= offset { starts.removeLast() }
    }

    /// Forgets epochs whose records lie before an offset.
    public mutating func trim(to offset: Int) {
        let kept = starts.lastIndex { $0.offset <= offset } ?? 0
        starts.removeFirst(kept)
    }

    /// The latest epoch up to `epoch`, and where its records end in a log that ends at `end`.
    public func end(of epoch: Int, logEnd end: Int) -> (epoch: Int, offset: Int) {
        guard let place = starts.lastIndex(where: { $0.epoch <= epoch }) else {
            return (0, starts.first?.offset ?? end)
        }
        return (starts[place].epoch, place + 1 < starts.count ? starts[place + 1].offset : end)
    }
}
