public import Simulation
public import Vocabulary

/// The disk of a machine, as its part uses it: records in a log, which a crash leaves as its kind does.
///
/// A part states what it keeps by appending records; all else it knows is gone after a crash. Its next
/// incarnation finds the
/// records that survived in its seat. What a part appends is kept as the simulator's value, and paid for in
/// bytes.
@usableFromInline
struct DiskJob: BitwiseCopyable, Sendable {
    @usableFromInline let receiver: Place
    /// What the part gets when it is done, and what if it cannot be done.
    @usableFromInline let done: Parcel?
    @usableFromInline let failed: Parcel?
    /// Which record waits to be on the disk; nil for a sync or a read.
    @usableFromInline let record: UInt32?

    @inlinable
    init(receiver: Place, done: Parcel?, failed: Parcel?, record: UInt32?) {
        self.receiver = receiver
        self.done = done
        self.failed = failed
        self.record = record
    }
}

extension MachinePointer {
    @usableFromInline
    func submit(_ operation: Disk<DiskJob>.Operation, _ job: DiskJob) {
        let now = pointee.cluster.world.now
        guard pointee.disk != nil else { preconditionFailure("this machine has no disk") }
        switch pointee.disk!.submit(operation, job, at: now, drawing: &pointee.diskStream) {
        case .starts(let start): arm(start)
        case .queued: break
        case .refused: end(job, well: false)
        }
    }

    func completeDisk(_ slot: Int) {
        let now = pointee.cluster.world.now
        pointee.diskTimers[slot] = nil
        switch pointee.disk!.complete(slot, at: now) {
        case .appended(let job, let end):
            if let record = job.record { pointee.shelf?.commit(record, end: end) }
            self.end(job, well: true)
        case .read(let job): end(job, well: true)
        case .readFailed(let job, _): end(job, well: false)
        case .synced:
            while let job = pointee.disk!.takeSynced() { end(job, well: true) }
        }
        while let start = pointee.disk!.next(at: now) { arm(start) }
    }

    /// The part learns of it when a core has time.
    private func end(_ job: DiskJob, well: Bool) {
        if !well, let record = job.record { pointee.shelf?.forget(record) }
        if let other = well ? job.failed : job.done { pointee.cluster.world.discard(other) }
        if let parcel = well ? job.done : job.failed { ring(Job(parcel: parcel, receiver: job.receiver)) }
    }

    private func arm(_ start: Disk<DiskJob>.Start) {
        let now = pointee.cluster.world.now
        if let timer = pointee.diskTimers[start.slot] { pointee.turn.cancel(timer) }
        pointee.diskTimers[start.slot] = pointee.turn.arm(
            .diskDone(slot: start.slot), after: start.completion - now)
    }

    /// What the disk loses by a crash of that kind, and what was under way.
    func crashDisk(_ kind: CrashKind) {
        guard pointee.disk != nil else { return }
        let world = pointee.cluster.world
        for job in pointee.disk!.crash(kind, at: world.now) {
            for parcel in [job.done, job.failed] { if let parcel { world.discard(parcel) } }
        }
        for slot in pointee.diskTimers.indices {
            if let timer = pointee.diskTimers[slot] { pointee.turn.cancel(timer) }
            pointee.diskTimers[slot] = nil
        }
        pointee.shelf?.cut(to: kind == .disk ? 0 : pointee.disk!.written)
    }

    /// Changes the disk, and arms the completions that it names anew.
    func retimeDisk(_ change: (inout Disk<DiskJob>) -> [Disk<DiskJob>.Start]) {
        guard pointee.disk != nil else { return }
        for start in change(&pointee.disk!) { arm(start) }
    }
}

extension Seat {
    /// The records on the disk, in the order in which they were appended: what an incarnation begins with.
    @inlinable
    public func records<Record: Sendable>(of type: Record.Type) -> [Record] {
        guard let shelf = machine.pointee.shelf as? RecordShelf<Record> else { return [] }
        return shelf.all()
    }
}

extension ShiftOf {
    /// Appends a record to the log on the machine's disk. It survives a crash of the power when a later sync
    /// is done. A part that does not
    /// care hears nothing of it.
    @inlinable
    public func append<Record: Sendable>(
        _ record: Record, size: ByteCount, then done: P.Inbox? = nil, orElse failed: P.Inbox? = nil
    ) {
        let shelf = machine.pointee.shelf ?? RecordShelf<Record>()
        machine.pointee.shelf = shelf
        guard let records = shelf as? RecordShelf<Record> else {
            preconditionFailure("a part keeps one type of records, not \(Record.self) beside another one")
        }
        let job = diskJob(then: done, orElse: failed, record: records.wait(record))
        machine.submit(.append(bytes: UInt64(size.bytes)), job)
    }

    /// Has what has been appended so far survive a crash of the power.
    @inlinable
    public func sync(then done: P.Inbox, orElse failed: P.Inbox) {
        machine.submit(.sync, diskJob(then: done, orElse: failed, record: nil))
    }

    /// Reads so many bytes, wherever they are.
    @inlinable
    public func read(_ size: ByteCount, then done: P.Inbox, orElse failed: P.Inbox) {
        machine.submit(
            .read(bytes: UInt64(size.bytes), at: nil), diskJob(then: done, orElse: failed, record: nil))
    }

    /// Reads a record, by its place among `Seat.records`. It fails too when the record is not there, or its
    /// checksum is wrong.
    @inlinable
    public func read(record: Int, then done: P.Inbox, orElse failed: P.Inbox) {
        let range = machine.pointee.shelf?.range(of: record) ?? .max ..< .max
        machine.submit(
            .read(bytes: range.upperBound - range.lowerBound, at: range.lowerBound),
            diskJob(then: done, orElse: failed, record: nil))
    }

    @inlinable
    func diskJob(then done: P.Inbox?, orElse failed: P.Inbox?, record: UInt32?) -> DiskJob {
        let mailbox = turn.address.place.mailbox
        return DiskJob(
            receiver: turn.address.place, done: done.map { turn.world.pack($0, mailbox: mailbox) },
            failed: failed.map { turn.world.pack($0, mailbox: mailbox) }, record: record)
    }
}
