public import Cluster
public import Simulation
public import Vocabulary

/// A part that asks a wide-column store. What it was about to do with an answer it says as a *step*.
public protocol WideColumnUser: Part {
    associatedtype WideStep: Sendable
    static func wideColumn(_ news: WideNews<Self>) -> Inbox
}

/// What a part asks a wide-column store with, as drivers do.
///
///     enum Inbox { case store(WideNews<MessageService>) … }
///     enum WideStep { case stored(LetterID), page(Ticket<History>) }
///     static func wideColumn(_ news: WideNews<MessageService>) -> Inbox { .store(news) }
///
///     init(seat: Seat, ring: WideColumnRing, settings: WideColumnSettings) {
///         store = WideColumnClient(of: ring, settings: settings, on: seat)
///
///     store.write(row, at: .quorum, then: .stored(letter.id), in: shift)
///     store.write(receipts, at: .quorum, then: .receipts, in: shift)  // those that lie on the same nodes together
///     store.write(.deletion(in: user, at: time), at: .quorum, then: .deleted, in: shift)
///     store.read(WideRead(of: user, limit: 50, descends: true), at: .quorum, then: .page(ticket), in: shift)
///
///     case .store(let news):
///         switch store.hear(news, in: shift) {
///         case .written(let step): …
///         case .page(let page, let rest, let step): … page.rows … page.letGo()
///         case .failed(let error, let step): …
///         case nil: break  // it goes on by itself
///         }
///
/// It sends a request to one of the replicas of its partition, those of its own region first, in turn. When that one
/// does not answer in time, or cannot do it, it asks the next one, and avoids a node that is gone for a while. Rows are
/// stamped with the time of the machine's clock, in µs, and later ones of a client with later times; so to write them
/// once more does nothing twice. A write that failed may have been done.
public struct WideColumnClient<User: WideColumnUser> {
    @usableFromInline let ring: WideColumnRing
    @usableFromInline let settings: WideColumnSettings
    @usableFromInline let region: Int?
    @usableFromInline let seat: Seat
    @usableFromInline let pool: Pool<WideRow>
    @usableFromInline let writes: Caller<WideWriteCall<User>>
    @usableFromInline let reads: Caller<WideReadCall<User>>
    @usableFromInline var lastTime = Int64.min
    @usableFromInline var turn: UInt8 = 0
    /// Until when a node is avoided.
    @usableFromInline var avoided: [Instant]
    @usableFromInline var batches = SlotTable<WideBatch<User.WideStep>>()

    @inlinable
    public init(of ring: WideColumnRing, settings: WideColumnSettings, on seat: Seat) {
        self.ring = ring
        self.settings = settings
        self.seat = seat
        region = ring.region(of: seat.zone)
        pool = seat.pool(of: WideRow.self)
        writes = seat.caller(by: CallPlan(deadline: settings.requestTimeout, retry: .overNewConnection))
        reads = seat.caller(by: CallPlan(deadline: settings.requestTimeout, retry: .overNewConnection))
        avoided = ring.nodes.map { _ in .start }
    }

    /// Writes a row, or deletes what it says.
    @inlinable
    public mutating func write(
        _ row: WideRow, at level: Consistency, then step: User.WideStep, in shift: ShiftOf<User>
    ) {
        let rows = pool.write(row.stamped(nextTime(in: shift)))
        write(rows, at: level, then: .step(step), in: shift)
    }

    /// Writes several rows: batches of those that lie on the same nodes, as large as a coordinator takes them. The
    /// outcome is one for all: some may be written, and others not.
    @inlinable
    public mutating func write(
        _ rows: [WideRow], at level: Consistency, then step: User.WideStep, in shift: ShiftOf<User>
    ) {
        precondition(!rows.isEmpty, "a batch of nothing")
        let time = nextTime(in: shift)
        var parts: [[WideRow]] = []
        var sizes: [ByteCount] = []
        var sets: [UInt32] = []  // of nodes, few
        for row in rows {
            let row = row.stamped(time)
            let set = ring.set(of: row.partition)
            // A message carries as many rows as lie behind each other in the pool.
            if let place = sets.lastIndex(of: set), parts[place].count < WideRow.batchLimit,
                sizes[place] + row.size <= settings.batchLimit
            {
                parts[place].append(row)
                sizes[place] += row.size
            } else {
                sets.append(set)
                parts.append([row])
                sizes.append(row.size)
            }
        }
        if parts.count == 1 { return write(pool.write(parts[0]), at: level, then: .step(step), in: shift) }
        let batch = batches.insert(WideBatch(step: step, open: parts.count))
        for part in parts { write(pool.write(part), at: level, then: .batch(batch), in: shift) }
    }

    /// Reads a page.
    @inlinable
    public mutating func read(
        _ read: WideRead, at level: Consistency, then step: User.WideStep, in shift: ShiftOf<User>
    ) {
        turn &+= 1
        var call = WideReadCall<User>(read: read, step: step, tries: WideTries(level, turn: turn))
        ask(&call, in: shift)
    }

    /// What a request has come to; nil when it is not over.
    @inlinable
    public mutating func hear(_ news: WideNews<User>, in shift: ShiftOf<User>) -> WideOutcome<User.WideStep>?
    {
        switch news {
        case .wrote(var call, let result):
            let error: WideColumnError
            switch result {
            case .success(let written):
                guard let reason = written.error else { return end(call, nil) }
                error = reason
            case .failure: error = gaveNoAnswer(call.tries, at: shift.now)
            }
            guard call.tries.again(upTo: settings.tries) else { return end(call, error) }
            ask(&call, in: shift)
            return nil
        case .read(var call, let result):
            let error: WideColumnError
            switch result {
            case .success(.page(let page)): return .page(page, rest: page.rest(of: call.read), call.step)
            case .success(.error(let reason)): error = reason
            case .failure: error = gaveNoAnswer(call.tries, at: shift.now)
            }
            guard call.tries.again(upTo: settings.tries) else { return .failed(error, call.step) }
            ask(&call, in: shift)
            return nil
        }
    }

    // MARK: Asking

    /// In µs, later than the one before.
    @inlinable
    mutating func nextTime(in shift: ShiftOf<User>) -> Int64 {
        lastTime = max(lastTime + 1, shift.localTime.nanoseconds / 1_000)
        return lastTime
    }

    @inlinable
    mutating func write(
        _ rows: Contents<WideRow>, at level: Consistency, then next: WideWriteCall<User>.Next,
        in shift: ShiftOf<User>
    ) {
        seat.remember(rows)
        turn &+= 1
        var call = WideWriteCall<User>(rows: rows, next: next, tries: WideTries(level, turn: turn))
        ask(&call, in: shift)
    }

    @inlinable
    func ask(_ call: inout WideWriteCall<User>, in shift: ShiftOf<User>) {
        call.tries.node = node(for: call.tries, of: call.rows[0].partition, at: shift.now)
        shift.call(call, at: ring.nodes[Int(call.tries.node)], by: writes)
    }

    @inlinable
    func ask(_ call: inout WideReadCall<User>, in shift: ShiftOf<User>) {
        call.tries.node = node(for: call.tries, of: call.read.partition, at: shift.now)
        shift.call(call, at: ring.nodes[Int(call.tries.node)], by: reads)
    }

    @inlinable
    func node(for tries: WideTries, of partition: UInt64, at now: Instant) -> UInt16 {
        ring.coordinator(tries, of: partition, from: region, at: now, avoiding: avoided)
    }

    @inlinable
    mutating func gaveNoAnswer(_ tries: WideTries, at now: Instant) -> WideColumnError {
        avoided[Int(tries.node)] = now + settings.avoid
        return .noAnswer
    }

    @inlinable
    mutating func end(
        _ call: WideWriteCall<User>, _ error: WideColumnError?
    ) -> WideOutcome<User.WideStep>? {
        seat.forget(call.rows)
        switch call.next {
        case .step(let step): return error.map { .failed($0, step) } ?? .written(step)
        case .batch(let number):
            batches[number].open -= 1
            if let error { batches[number].error = error }
            guard batches[number].open == 0 else { return nil }
            let batch = batches.remove(number)
            return batch.error.map { .failed($0, batch.step) } ?? .written(batch.step)
        }
    }
}
