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

    /// Where the epochs of some records begin, that of the first one included: as a rule there is one.
    public struct Starts: Hashable, Sendable {
        public let first: Start
        public let later: [Start]

        func forEach(_ body: (Start) -> Void) {
            body(first)
            later.forEach(body)
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

    public func starts(in offsets: Range<Int>) -> Starts {
        if let last = starts.last, last.offset <= offsets.lowerBound {
            return Starts(first: Start(epoch: last.epoch, offset: offsets.lowerBound), later: [])
        }
        let first = epoch(before: offsets.lowerBound + 1)
        return Starts(
            first: Start(epoch: first, offset: offsets.lowerBound),
            later: starts.filter { $0.offset > offsets.lowerBound && $0.offset < offsets.upperBound })
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
