public import Simulation
public import Vocabulary

/// A file on the disk of a machine, as its part uses it: records one behind the other, each with a number, counted
/// since the file was new.
///
/// A part states what it keeps by appending records; all else it knows is gone after a crash. Its next incarnation
/// opens its files again, and finds in them what the crash has left. Looking at records is free: what reading them
/// takes is paid for by `Shift.read`.
@frozen
public struct File<Record: FileRecord>: @unchecked Sendable {
    /// Belongs to the machine, which outlives all of its parts.
    @usableFromInline let reference: Unmanaged<RecordFile<Record>>

    @usableFromInline
    init(_ file: RecordFile<Record>) { reference = .passUnretained(file) }

    /// Which records are there, those that are still on their way to the disk included.
    @inlinable public var numbers: Range<Int> { reference._withUnsafeGuaranteedRef { $0.numbers } }

    @inlinable
    public subscript(number: Int) -> Record { reference._withUnsafeGuaranteedRef { $0[number] } }

    /// What a record is, to be passed on without another copy. It counts for nothing by itself.
    @inlinable
    public func contents(of number: Int) -> Contents<Record> {
        reference._withUnsafeGuaranteedRef { $0.contents(of: number) }
    }

    /// What some of the records take on the disk.
    @inlinable
    public func size(of numbers: Range<Int>) -> ByteCount {
        reference._withUnsafeGuaranteedRef {
            .bytes(Int64($0.start(of: numbers.upperBound) - $0.start(of: numbers.lowerBound)))
        }
    }
}

extension Seat {
    /// The file of that name on the machine's disk: empty, if there was none.
    @inlinable
    public func file<Record: FileRecord>(_ name: FileName<Record>) -> File<Record> {
        File(machine.file(name))
    }

    /// Where records of that type lie, for the whole run.
    public func pool<Element: Sendable>(of type: Element.Type) -> Pool<Element> {
        machine.pointee.cluster.world.pool(of: type)
    }
}

extension ShiftOf {
    /// Appends a record to a file, and returns its number. It survives a loss of power when a later sync of the
    /// file is done. A part that does not care hears nothing of it.
    @inlinable @discardableResult
    public func append<Record: FileRecord>(
        _ record: Record, to file: File<Record>, then done: P.Inbox? = nil, orElse failed: P.Inbox? = nil
    ) -> Int? {
        let contents = file.reference._withUnsafeGuaranteedRef { $0.write(record) }
        return append(contents, to: file, then: done, orElse: failed)
    }

    /// Appends a record that lies in the pool, and takes over the reference to it. Nil when the disk refuses it.
    @inlinable @discardableResult
    public func append<Record: FileRecord>(
        _ record: Contents<Record>, to file: File<Record>, then done: P.Inbox? = nil,
        orElse failed: P.Inbox? = nil
    ) -> Int? {
        machine.append(record, to: file.reference, diskJob(then: done, orElse: failed))
    }

    /// Appends a record and has the file synced as soon as it is written: when the part hears of that, it survives a loss
    /// of power. Nil when the disk refuses it.
    @inlinable @discardableResult
    public func append<Record: FileRecord>(
        _ record: Record, to file: File<Record>, syncedThen done: P.Inbox, orElse failed: P.Inbox
    ) -> Int? {
        let contents = file.reference._withUnsafeGuaranteedRef { $0.write(record) }
        return append(contents, to: file, syncedThen: done, orElse: failed)
    }

    /// The same for a record that lies in the pool, and takes over the reference to it.
    @inlinable @discardableResult
    public func append<Record: FileRecord>(
        _ record: Contents<Record>, to file: File<Record>, syncedThen done: P.Inbox, orElse failed: P.Inbox
    ) -> Int? {
        machine.append(record, to: file.reference, diskJob(then: done, orElse: failed), isSynced: true)
    }

    /// Appends records that lie in the pool by one operation of the disk, as a writer with a buffer does, and takes over the
    /// references to them: all of them are there when it is done, and none before.
    @inlinable
    public func append<Record: FileRecord>(
        each records: [Contents<Record>], to file: File<Record>, then done: P.Inbox, orElse failed: P.Inbox
    ) {
        machine.append(each: records, to: file.reference, diskJob(then: done, orElse: failed))
    }

    /// Has what is written in a file by now survive a loss of power. What is still on its way is not covered: who
    /// needs that waits for it first.
    @inlinable
    public func sync<Record>(_ file: File<Record>, then done: P.Inbox, orElse failed: P.Inbox) {
        machine.sync(file.reference, diskJob(then: done, orElse: failed))
    }

    /// Where the records of a file end that a sync which is asked for now would cover: those behind are still on their way.
    @inlinable
    public func writtenEnd<Record>(of file: File<Record>) -> Int {
        file.reference._withUnsafeGuaranteedRef {
            let extent = machine.extent(of: $0.number)
            return $0.number(at: extent.written, endingAt: extent.end)
        }
    }

    /// Where the records of a file end that a read from its first one on would get through: behind them a checksum is wrong,
    /// or nothing is. What it takes to find that out is paid for by the read that has failed.
    @inlinable
    public func soundEnd<Record>(of file: File<Record>) -> Int {
        file.reference._withUnsafeGuaranteedRef {
            let end = $0.numbers.upperBound
            guard let position = machine.firstCorruption(in: $0.number) else { return end }
            return $0.number(at: position, endingAt: $0.start(of: end))
        }
    }

    /// Reads records. It fails when one of them is not on the disk, or its checksum is wrong.
    @inlinable
    public func read<Record>(
        _ numbers: Range<Int>, of file: File<Record>, then done: P.Inbox, orElse failed: P.Inbox
    ) {
        machine.read(numbers, of: file.reference, diskJob(then: done, orElse: failed))
    }

    /// Reads so many bytes, wherever they are.
    @inlinable
    public func read(_ size: ByteCount, then done: P.Inbox, orElse failed: P.Inbox) {
        machine.submit(
            .readAnywhere(bytes: UInt64(size.bytes)), diskJob(then: done, orElse: failed))
    }

    /// Gives back the space of the records before that number. Who waits for one of them to be written hears that it failed.
    @inlinable
    public func trim<Record>(_ file: File<Record>, to number: Int) {
        file.reference._withUnsafeGuaranteedRef { records in
            let position = records.start(of: number)
            machine.trim(records.number, to: position)
            records.trim(to: number, at: position)
        }
    }

    /// Takes off the records from that number on, also those that are still on their way: who waits for one of
    /// them hears that it failed.
    @inlinable
    public func truncate<Record>(_ file: File<Record>, to number: Int) {
        file.reference._withUnsafeGuaranteedRef { records in
            machine.truncate(records.number, to: records.start(of: number))
            records.truncate(to: number)
        }
    }

    /// Empties a file: the next record that is appended to it has that number.
    @inlinable
    public func delete<Record>(_ file: File<Record>, goingOnAt number: Int = 0) {
        file.reference._withUnsafeGuaranteedRef { records in
            machine.erase(records.number)
            records.erase(goingOnAt: number)
        }
    }

    @inlinable
    func diskJob(then done: P.Inbox?, orElse failed: P.Inbox?) -> DiskJob? {
        if done == nil, failed == nil { return nil }
        let mailbox = turn.address.place.mailbox
        return DiskJob(
            receiver: turn.address.place, done: done.map { turn.core.pack($0, mailbox: mailbox) },
            failed: failed.map { turn.core.pack($0, mailbox: mailbox) })
    }
}
