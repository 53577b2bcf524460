public import Cluster
public import Simulation
public import Vocabulary

/// A node of a wide-column store, in the way of Cassandra: it has some of the partitions (`WideColumnRing`), and is a
/// coordinator for whatever clients ask it for.
///
/// As a coordinator it has replicas write (`WideColumnNode+Writing`) and read (`WideColumnNode+Reading`), as many as the
/// client wants to have answered. As a replica it appends rows to its commit log, keeps them in its memtable, and reads
/// what it has (`WideColumnNode+Storing`).
///
/// A design has a store under a name of its own, with the settings of its machines beside these:
///
///     let nodes = site.reserve(messageStore)  // a role of `WideColumnNode`
///     let ring = WideColumnRing(of: nodes, in: site.cluster, settings: site.settings(of: messageStore).store)
///     site.add(messageStore) { seat, settings in WideColumnNode(seat: seat, ring: ring, settings: settings.store) }
///
/// Its other parts ask it with a `WideColumnClient`.
public actor WideColumnNode: Part {
    public enum Inbox: Marked {
        // From clients.
        case write(Contents<WideRow>, Consistency, Ticket<WideWritten>)
        case read(WideRead, Consistency, Ticket<WideAnswer>)

        // From coordinators, with rows of one partition behind each other, or with any.
        case apply(Contents<WideRow>, Ticket<WideApplied>)
        case applyEach([Contents<WideRow>], Ticket<WideApplied>)
        case look(WideLook, Ticket<WideSlice>)

        // From replicas.
        case applied(write: UInt32, node: UInt16, Result<WideApplied, CallError>)
        case looked(read: UInt32, contact: UInt16, Result<WideSlice, CallError>)
        case repaired(read: UInt32, Result<WideApplied, CallError>)

        public var mark: UInt64 {
            switch self {
            case .write(let rows, let level, let ticket):
                Vocabulary.mark(1, Self.mark(rows), level.mark, ticket.mark)
            case .read(let read, let level, let ticket):
                Vocabulary.mark(2, read.mark, level.mark, ticket.mark)
            case .apply(let rows, let ticket): Vocabulary.mark(3, Self.mark(rows), ticket.mark)
            case .applyEach(let rows, let ticket):
                rows.reduce(Vocabulary.mark(4, ticket.mark)) { Vocabulary.mark($0, $1[0].mark) }
            case .look(let look, let ticket): Vocabulary.mark(5, look.mark, ticket.mark)
            case .applied(let write, let node, let result):
                Vocabulary.mark(6, UInt64(write), UInt64(node), Self.mark(result))
            case .looked(let read, let contact, let result):
                Vocabulary.mark(7, UInt64(read), UInt64(contact), Self.mark(result))
            case .repaired(let read, let result): Vocabulary.mark(8, UInt64(read), Self.mark(result))
            }
        }

        private static func mark(_ rows: Contents<WideRow>) -> UInt64 {
            Vocabulary.mark(UInt64(rows.count), rows[0].mark)
        }

        private static func mark(_ result: Result<some Marked, CallError>) -> UInt64 {
            switch result {
            case .success(let value): Vocabulary.mark(1, value.mark)
            case .failure(let error): Vocabulary.mark(2, UInt64(error.rawValue))
            }
        }

        public static var isCounted: Bool { true }
        public func noteCopied() {
            switch self {
            case .write(let rows, _, _), .apply(let rows, _): _ = rows.held()
            case .applyEach(let rows, _): for row in rows { _ = row.held() }
            case .looked(_, _, .success(let slice)): slice.noteCopied()
            default: break
            }
        }
        public func noteDiscarded() {
            switch self {
            case .write(let rows, _, _), .apply(let rows, _): rows.letGo()
            case .applyEach(let rows, _): for row in rows { row.letGo() }
            case .looked(_, _, .success(let slice)): slice.letGo()
            default: break
            }
        }
    }

    public nonisolated let seat: Seat
    let settings: WideColumnSettings
    let rules: WideColumnRules
    let ring: WideColumnRing
    let me: Int

    // As a coordinator.
    var writes = SlotTable<PendingWrite>()
    var reads = SlotTable<PendingRead>()
    /// Of each node, as far as this one knows.
    var isUp: [Bool]
    let apply: Caller<ApplyCall>
    let look: Caller<LookCall>
    let repair: Caller<RepairCall>

    // As a replica.
    var table: WideTable
    let commitLog: File<WideRow>

    private var costs: RandomStream

    public init(
        seat: Seat, ring: WideColumnRing, settings: WideColumnSettings,
        rules: WideColumnRules = WideColumnRules()
    ) {
        self.seat = seat
        self.rules = rules
        self.settings = settings
        self.ring = ring
        me = seat.number
        isUp = ring.nodes.map { _ in true }
        let once = RetryPolicy(attempts: 1, base: .zero, cap: .zero, retryable: [])
        apply = seat.caller(by: CallPlan(deadline: settings.writeTimeout, retry: once))
        repair = seat.caller(by: CallPlan(deadline: settings.writeTimeout, retry: once))
        look = seat.caller(by: CallPlan(deadline: settings.readTimeout, retry: once))
        table = WideTable(seat.pool(of: WideRow.self))
        commitLog = seat.file(FileName("commit log"))
        costs = seat.stream("wide-column node")
    }

    public func cost(of message: Inbox) -> Span {
        switch message {
        case .write(let rows, _, _): draw(settings.requestTime) + draw(settings.writeTime, times: rows.count)
        case .read(let read, _, _):
            draw(settings.requestTime) + draw(settings.readTime)
                + draw(settings.rowTime, times: table.count(of: read))
        case .apply(let rows, _): draw(settings.writeTime, times: rows.count)
        case .applyEach(let rows, _): draw(settings.writeTime, times: rows.count)
        case .look(let look, _):
            draw(settings.readTime) + draw(settings.rowTime, times: table.count(of: look.read))
        case .applied, .looked, .repaired: .zero
        }
    }

    private func draw(_ time: Varied<Span>) -> Span { Span(roundingNanoseconds: time.spread.sample(&costs)) }

    private func draw(_ time: Varied<Span>, times count: Int) -> Span {
        var sum = Span.zero
        for _ in 0..<count { sum += draw(time) }
        return sum
    }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .write(let rows, let level, let ticket): coordinate(rows, level, ticket, in: shift)
        case .read(let read, let level, let ticket): coordinate(read, level, ticket, in: shift)
        case .apply(let rows, let ticket):
            let isStored = store(rows, in: shift)
            shift.reply(WideApplied(isStored: isStored), to: ticket, size: Self.frame)
        case .applyEach(let rows, let ticket):
            var isStored = true
            for row in rows where !store(row, in: shift) { isStored = false }
            shift.reply(WideApplied(isStored: isStored), to: ticket, size: Self.frame)
        case .look(let look, let ticket): answer(look, to: .coordinator(ticket), in: shift)
        case .applied(let write, let node, let result):
            settle(write, of: Int(node), Self.isStored(result), in: shift)
        case .looked(let read, let contact, let result):
            take(result, of: Int(contact), for: read, in: shift)
        case .repaired(let read, let result): settleRepair(of: read, Self.isStored(result), in: shift)
        }
    }

    private static func isStored(_ result: Result<WideApplied, CallError>) -> Bool {
        if case .success(let applied) = result { applied.isStored } else { false }
    }

    /// What a request or an answer takes on the wire beside what is in it.
    @usableFromInline static let frame = ByteCount.bytes(60)

    @usableFromInline
    static func size(of rows: Contents<WideRow>) -> ByteCount {
        var size = frame
        for place in 0..<rows.count { size += rows[place].size }
        return size
    }

    /// How many replicas must answer.
    func needed(_ level: Consistency) -> Int {
        switch level {
        case .one: 1
        case .localQuorum: WideColumnRing.majority(of: ring.width(ofRegion: ring.regions[me]))
        case .quorum: WideColumnRing.majority(of: ring.width)
        case .all: ring.width
        }
    }

    func counts(_ node: Int, at level: Consistency) -> Bool {
        level != .localQuorum || ring.regions[node] == ring.regions[me]
    }
}
