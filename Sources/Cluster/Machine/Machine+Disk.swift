public import Simulation
public import Vocabulary

/// Who waits for an operation of the disk.
@usableFromInline
struct DiskJob: BitwiseCopyable, Sendable {
    @usableFromInline let receiver: RawAddress
    /// What the part gets when it is done, and what if it cannot be done.
    @usableFromInline let done: Parcel?
    @usableFromInline let failed: Parcel?

    @inlinable
    init(receiver: RawAddress, done: Parcel?, failed: Parcel?) {
        self.receiver = receiver
        self.done = done
        self.failed = failed
    }
}

extension MachinePointer {
    // MARK: Files

    @usableFromInline
    func file<Record: FileRecord>(_ name: FileName<Record>) -> RecordFile<Record> {
        guard pointee.disk != nil else { preconditionFailure("this machine has no disk") }
        if let known = pointee.fileNumbers[name.text] {
            guard let file = pointee.files[known] as? RecordFile<Record> else {
                preconditionFailure("file '\(name.text)' holds other records than \(Record.self)")
            }
            return file
        }
        let file = RecordFile(
            name: name.text, number: pointee.disk!.pointee.addFile(),
            pool: pointee.cluster.world.pool(of: Record.self))
        pointee.fileNumbers[name.text] = file.number
        pointee.files.append(file)
        return file
    }

    @inlinable
    func append<Record>(
        _ record: Contents<Record>, to file: Unmanaged<RecordFile<Record>>, _ job: DiskJob?,
        isSynced: Bool = false
    ) -> Int? {
        file._withUnsafeGuaranteedRef { file in
            let bytes = UInt64(record[0].size.bytes)
            guard let position = append(bytes: bytes, to: file.number, job, isSynced: isSynced) else {
                record.letGo()
                return nil
            }
            return file.append(record, at: position)
        }
    }

    @inlinable
    func append<Record>(
        each records: [Contents<Record>], to file: Unmanaged<RecordFile<Record>>, _ job: DiskJob?
    ) {
        file._withUnsafeGuaranteedRef { file in
            let bytes = records.reduce(0) { $0 + UInt64($1[0].size.bytes) }
            guard var position = append(bytes: bytes, to: file.number, job, isSynced: false) else {
                for record in records { record.letGo() }
                return
            }
            for record in records {
                _ = file.append(record, at: position)
                position += UInt64(record[0].size.bytes)
            }
        }
    }

    /// Where the bytes will lie; nil when the disk refuses them.
    @usableFromInline
    func append(bytes: UInt64, to file: Int, _ job: DiskJob?, isSynced: Bool) -> UInt64? {
        let position = pointee.disk!.pointee[file].end
        let operation: Disk<DiskJob>.Operation =
            isSynced ? .appendAndSync(bytes: bytes, to: file) : .append(bytes: bytes, to: file)
        return submit(operation, job) ? position : nil
    }

    /// Where a file lies by now.
    @usableFromInline
    func extent(of file: Int) -> FileExtent {
        pointee.disk!.pointee.advance(to: pointee.core.now)
        return pointee.disk!.pointee[file]
    }

    @usableFromInline
    func firstCorruption(in file: Int) -> UInt64? { pointee.disk!.pointee.firstCorruption(in: file) }

    @usableFromInline
    func trim(_ file: Int, to position: UInt64) {
        pointee.disk!.pointee.trim(file, to: position, at: pointee.core.now)
        rearmDisk()
    }

    @usableFromInline
    func truncate(_ file: Int, to position: UInt64) {
        pointee.disk!.pointee.truncate(file, to: position, at: pointee.core.now)
        rearmDisk()
    }

    @usableFromInline
    func erase(_ file: Int) {
        pointee.disk!.pointee.erase(file, at: pointee.core.now)
        rearmDisk()
    }

    @inlinable
    func sync<Record>(_ file: Unmanaged<RecordFile<Record>>, _ job: DiskJob?) {
        submit(.sync(file._withUnsafeGuaranteedRef { $0.number }), job)
    }

    @inlinable
    func read<Record>(_ numbers: Range<Int>, of file: Unmanaged<RecordFile<Record>>, _ job: DiskJob?) {
        file._withUnsafeGuaranteedRef { file in
            let there = numbers.clamped(to: file.numbers)
            guard there == numbers else {
                // What was never there is found out as late as what was lost.
                submit(.read(bytes: 0, at: .max, of: file.number), job)
                return
            }
            let start = file.start(of: numbers.lowerBound)
            let bytes = file.start(of: numbers.upperBound) - start
            submit(.read(bytes: bytes, at: start, of: file.number), job)
        }
    }

    // MARK: Operations

    /// False when the disk refuses it.
    @usableFromInline @discardableResult
    func submit(_ operation: Disk<DiskJob>.Operation, _ job: DiskJob?) -> Bool {
        let now = pointee.core.now
        guard pointee.disk != nil else { preconditionFailure("this machine has no disk") }
        let error = pointee.disk!.pointee.submit(operation, job, at: now, drawing: &pointee.diskStream)
        // Who asks hears of it when it is done with what it does, and not in the middle of that.
        if let error, let job { pointee.disk!.pointee.refuse(job, because: error) }
        rearmDisk()
        return error == nil
    }

    /// Something that somebody waits for has happened on the disk, or may go on.
    func lookAtDisk() {
        pointee.diskTimer = nil
        while let outcome = pointee.disk!.pointee.next(until: pointee.core.now) {
            switch outcome {
            case .done(let job): end(job, well: true)
            case .failed(let job, let error):
                if error == .corrupt { noteCorruptionMet() }
                end(job, well: false)
            }
        }
        rearmDisk()
    }

    private func noteCorruptionMet() {
        for corruption in pointee.disk!.pointee.corrupted {
            pointee.cluster.noteMet(self, by: corruption.id)
        }
    }

    /// The part learns of it when a core has time.
    private func end(_ job: DiskJob, well: Bool) {
        if let other = well ? job.failed : job.done { pointee.core.discard(other) }
        if let parcel = well ? job.done : job.failed { ring(Job(parcel: parcel, receiver: job.receiver)) }
    }

    /// One timer, for the next thing of which somebody must hear.
    func rearmDisk() {
        let now = pointee.core.now
        let due = pointee.disk!.pointee.due.map { max($0, now) }
        guard due != pointee.diskTimer?.due else { return }
        if let timer = pointee.diskTimer?.timer { pointee.turn.cancel(timer) }
        pointee.diskTimer = due.map { ($0, pointee.turn.arm(.diskDue, after: $0 - now)) }
    }

    // MARK: Faults

    /// What the disk loses by a crash of that kind, and what was under way.
    func crashDisk(_ kind: CrashKind) {
        guard pointee.disk != nil else { return }
        let world = pointee.cluster.world
        let kind = kind == .unsynced && pointee.cluster.canary == .syncsLie ? .disk : kind
        for job in pointee.disk!.pointee.crash(kind, at: world.now) {
            for parcel in [job.done, job.failed] { if let parcel { world.core.discard(parcel) } }
        }
        for file in pointee.files { file.cut(to: pointee.disk!.pointee[file.number], by: kind) }
        rearmDisk()
    }

    var isDiskInUse: Bool {
        pointee.disk?.pointee.advance(to: pointee.core.now)
        return pointee.disk?.pointee.isInUse ?? false
    }

    func changeDisk(_ change: (inout Disk<DiskJob>) -> Void) {
        guard pointee.disk != nil else { return }
        pointee.disk!.pointee.advance(to: pointee.core.now)
        change(&pointee.disk!.pointee)
        rearmDisk()
    }
}
