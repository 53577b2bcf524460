internal import Cluster
internal import Vocabulary

/// What a node has carried out, as its replicas have to follow: how many bytes of commands, in which history, and the
/// latest of them.
///
///     ......... | backlog: the latest commands | end
///               start
///
/// A node that becomes a primary begins a history of its own where the former one ended for it. A replica that has
/// no more of the former one than that goes on from there; any other one, and one that lacks more than the backlog
/// holds, is sent everything.
public struct ReplicationLog: Sendable {
    struct Item: Sendable, BitwiseCopyable {
        let request: CacheRequest
        let end: Int64
    }

    /// Drawn anew by every primary; 0 for a node that has followed nobody yet.
    private(set) var history: UInt64 = 0
    /// What it had followed, up to where.
    private var former: (history: UInt64, end: Int64) = (0, 0)
    public private(set) var end: Int64 = 0
    private var start: Int64 = 0
    private var items = Ring<Item>()
    private let limit: Int64

    init(limit: ByteCount) { self.limit = limit.bytes }

    mutating func append(_ request: CacheRequest) {
        end += request.size.bytes
        items.append(Item(request: request, end: end))
        while end - start > limit, items.count > 1 { start = items.removeFirst().end }
    }

    mutating func begin(_ history: UInt64) {
        former = (self.history, end)
        self.history = history
    }

    /// Everything was sent: it is so far now.
    mutating func restart(_ history: UInt64, at end: Int64) {
        (self.history, self.end, start) = (history, end, end)
        former = (0, 0)
        items.removeAll()
    }

    /// The primary goes on from there, in a history that may have another name.
    mutating func goOn(in history: UInt64) {
        if self.history != history { former = (self.history, end) }
        self.history = history
    }

    /// Whether a replica that is so far can go on from there.
    func continues(_ itsHistory: UInt64, from itsEnd: Int64) -> Bool {
        guard itsEnd >= start, itsEnd <= end else { return false }
        if itsHistory == history { return true }
        return former.history != 0 && itsHistory == former.history && itsEnd <= former.end
    }

    /// What it still has, by number.
    var numbers: Range<Int> { 0..<items.count }
    subscript(number: Int) -> Item { items[number] }

    /// The first item that lies behind a place: mostly one of the last.
    func firstItem(behind place: Int64) -> Int {
        var number = items.count
        while number > 0, items[number - 1].end > place { number -= 1 }
        return number
    }
}

/// Everything that a node has, as it goes to a replica.
struct CacheSnapshot: Sendable {
    let store: CacheStore
    let history: UInt64
    let end: Int64
}
