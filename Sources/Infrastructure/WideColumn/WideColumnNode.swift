public import Cluster
public import Simulation
public import Vocabulary

/// A node of a wide-column store, in the way of Cassandra: it has some of the partitions (`WideColumnRing`), and is a
/// coordinator for whatever clients ask it for.
///
/// As a coordinator it has replicas write (`WideColumnNode+Writing`) and read (`WideColumnNode+Reading`), as many as the
/// client wants to have answered, and keeps hints for those that could not be told (`WideColumnNode+Hints`). As a replica
/// it appends rows to its commit log and keeps them in its memtable (`WideColumnNode+Storing`), which becomes an SSTable
/// when it is full (`WideColumnNode+Tables`). Who is up it knows by gossip (`WideColumnNode+Gossip`).
///
/// A design has a store under a name of its own, with the settings of its machines beside these:
///
///     let nodes = site.reserve(messageStore)  // a role of `WideColumnNode`
///     let ring = WideColumnRing(of: nodes, in: site.cluster, settings: site.settings(of: messageStore).store)
///     site.add(messageStore) { seat, settings in WideColumnNode(seat: seat, ring: ring, settings: settings.store) }
///
/// Its other parts ask it with a `WideColumnClient`.
public actor WideColumnNode: Part {
    public nonisolated let seat: Seat
    let settings: WideColumnSettings
    let rules: WideColumnRules
    let ring: WideColumnRing
    let me: Int
    /// Not while it reads its commit log.
    @exclusivity(unchecked) var isServing = false

    // As a coordinator.
    @exclusivity(unchecked) var writes = SlotTable<PendingWrite>()
    @exclusivity(unchecked) var reads = SlotTable<PendingRead>()
    /// Reads that others are asked for when they take long.
    @exclusivity(unchecked) var speculation: DeadlineQueue<UInt32>
    @exclusivity(unchecked) var hints: [Hints] = []  // by node
    let apply: Caller<ApplyCall>
    let look: Caller<LookCall>
    let repair: Caller<RepairCall>
    let hand: Caller<HintCall>

    // What it knows of each node.
    @exclusivity(unchecked) var isUp: [Bool]
    @exclusivity(unchecked) var heartbeats: [UInt64]
    @exclusivity(unchecked) var heardAt: [Instant]
    @exclusivity(unchecked) var downSince: [Instant]
    @exclusivity(unchecked) var gossips: RandomStream

    // As a replica.
    let table: WideTable
    let commitLog: File<WideRow>
    /// Who waits for a sync.
    @exclusivity(unchecked) var writers = SlotTable<Writer>()
    /// When the latest sync of the commit log that is done was asked for: what was in it by then is on the disk.
    @exclusivity(unchecked) var syncedUpTo = Instant.start
    @exclusivity(unchecked) var syncing: CommitLogSync?
    /// What waits until the disk has caught up, in the order in which it came.
    @exclusivity(unchecked) var waiting: [WaitingWrite] = []
    /// What waits for the disk.
    @exclusivity(unchecked) var looks = SlotTable<PendingLook>()
    @exclusivity(unchecked) var memtableSize = ByteCount.zero
    /// The earliest time in it, in µs.
    @exclusivity(unchecked) var memtableOldest = Int64.max
    @exclusivity(unchecked) var tables: [SSTable?]  // by slot
    let files: [File<WideRow>]  // likewise
    let manifest: File<ManifestRecord>
    @exclusivity(unchecked) var flushing: Building?
    @exclusivity(unchecked) var compacting: Building?

    @exclusivity(unchecked) private var costs: RandomStream

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
        heartbeats = ring.nodes.map { _ in 0 }
        heardAt = ring.nodes.map { _ in .start }
        downSince = ring.nodes.map { _ in .start }
        apply = seat.caller(by: CallPlan(deadline: settings.writeTimeout, retry: .overNewConnection))
        repair = seat.caller(by: CallPlan(deadline: settings.writeTimeout, retry: .overNewConnection))
        hand = seat.caller(by: CallPlan(deadline: settings.writeTimeout, retry: .overNewConnection))
        look = seat.caller(by: CallPlan(deadline: settings.readTimeout, retry: .overNewConnection))
        speculation = DeadlineQueue(length: settings.speculateAfter)
        table = WideTable(seat.pool(of: WideRow.self), grace: settings.grace)
        commitLog = seat.file(FileName("commit log"))
        files = (0..<Self.tableLimit).map { seat.file(FileName("sstable \($0)")) }
        tables = files.map { _ in nil }
        manifest = seat.file(FileName("manifest"))
        hints = ring.nodes.map { Hints(rows: seat.file(FileName("hints for \($0.number)"))) }
        costs = seat.stream("wide-column node")
        gossips = seat.stream("wide-column gossip")
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
        case .wasRead: draw(settings.rowTime, times: commitLog.numbers.count)
        case .compactionRead: draw(settings.rowTime, times: rowsOfPiece)
        default: .zero
        }
    }

    private func draw(_ time: Varied<Span>, times count: Int = 1) -> Span {
        time.drawn(count, from: &costs)
    }

    public static let looksAhead = true

    public func expect(_ message: Inbox) {
        guard case .apply(let rows, _) = message else { return }
        for place in 0..<min(rows.count, 8) { table.prefetch(rows[place].partition) }
    }

    public var memory: ByteCount { memtableSize }

    /// After a crash it reads its commit log before it serves.
    public func begin(in shift: Shift) {
        if commitLog.numbers.isEmpty {
            serve(in: shift)
        } else {
            shift.read(commitLog.numbers, of: commitLog, then: .wasRead, orElse: .diskFailed)
        }
    }

    private func serve(in shift: Shift) {
        isServing = true
        syncedUpTo = shift.now
        openTables(in: shift)
        beginGossip(in: shift)
        syncLater(in: shift)
        _ = shift.arm(.hintsAreDue, after: settings.hintsEvery)
        flushIfFull(in: shift)
        compactIfMany(in: shift)
    }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .write(let rows, let level, let ticket): coordinate(rows, level, ticket, in: shift)
        case .read(let read, let level, let ticket): coordinate(read, level, ticket, in: shift)
        case .apply(let rows, let ticket):
            // Who does not hear keeps a hint.
            if isServing { store(rows, for: .coordinator(ticket), in: shift) } else { rows.letGo() }
        case .applyEach(let rows, let ticket):
            guard isServing else { return message.noteDiscarded() }
            store(rows, for: .coordinator(ticket), in: shift)
        case .look(let look, let ticket): if isServing { answer(look, to: .coordinator(ticket), in: shift) }
        case .applied(let write, let node, let result):
            settle(write, of: Int(node), isStored: Self.isStored(result), in: shift)
        case .looked(let read, let contact, let result):
            take(result, of: Int(contact), for: read, in: shift)
        case .repaired(let read, let result):
            settleRepair(of: read, isStored: Self.isStored(result), in: shift)
        case .hintsApplied(let node, let result):
            hintsApplied(to: Int(node), Self.isStored(result), in: shift)
        case .gossip(let heartbeats, let node, let isAnswer):
            if isServing { hear(heartbeats, from: Int(node), isAnswer: isAnswer, in: shift) }
        case .gossipIsDue: gossip(in: shift)
        case .hintsAreDue: dispatchHints(in: shift)
        case .nextHints(let node):
            hints[Int(node)].sent = nil
            if isUp[Int(node)] { dispatchHints(to: Int(node), in: shift) }
        case .speculationIsDue: speculate(in: shift)
        case .syncIsDue: syncFiles(in: shift)
        case .synced: break
        case .commitLogSynced: commitLogSynced(in: shift)
        case .commitLogNotSynced: syncing = nil
        case .rowsWritten(let waiter):
            shift.sync(commitLog, then: .rowsSynced(waiter), orElse: .rowsNotStored(waiter))
        case .rowsSynced(let waiter): tell(writers.remove(waiter), isStored: true, in: shift)
        case .rowsNotStored(let waiter): tell(writers.remove(waiter), isStored: false, in: shift)
        case .lookRead(let slot): goOnReading(slot, in: shift)
        case .flushPieceWritten: flushPiece(in: shift)
        case .flushSynced: flushSynced(in: shift)
        case .flushNoted: shift.sync(manifest, then: .flushDone, orElse: .diskFailed)
        case .flushDone: endFlush(in: shift)
        case .compactionIsDue: compactPiece(in: shift)
        case .compactionRead: compactionRead(in: shift)
        case .compactionWritten: compactLater(in: shift)
        case .compactionSynced: compactionSynced(in: shift)
        case .compactionNoted: shift.sync(manifest, then: .compactionDone, orElse: .diskFailed)
        case .compactionDone: endCompaction(in: shift)
        case .wasRead: serve(in: shift)
        // As by `disk_failure_policy: stop`.
        case .diskFailed: shift.end()
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

    /// What it has of a partition, in the order of clustering keys, and how much is in its files, for looking on.
    public func rows(of partition: UInt64) -> [WideRow] { table.rows(of: partition) }
    public var tableSizes: [ByteCount] { tables.compactMap { $0?.size } }
    public var hintCount: Int { hints.reduce(0) { $0 + $1.rows.numbers.count } }
}
