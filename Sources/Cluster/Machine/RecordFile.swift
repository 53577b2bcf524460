public import Simulation
public import Vocabulary

/// Which records are in a file, without their type.
@usableFromInline
class AnyRecordFile {
    @usableFromInline let name: String
    /// Among the files of its disk.
    @usableFromInline let number: Int

    @usableFromInline
    init(name: String, number: Int) {
        self.name = name
        self.number = number
    }

    /// A crash has left the file so.
    @usableFromInline
    func cut(to extent: FileExtent, by kind: CrashKind) { preconditionFailure("a file of nothing") }
}

/// The records of a file, also those that are still on their way to the disk: a handle for each, while the
/// contents lie once in the pool of the run, whoever else keeps them.
///
/// Where a record lies is known when it is appended: behind all others. What of it is on the disk by now, the disk
/// knows.
@usableFromInline
final class RecordFile<Record: FileRecord>: AnyRecordFile {
    @usableFromInline let pool: Pool<Record>
    @usableFromInline let row = HandleRow()

    @inlinable
    init(name: String, number: Int, pool: Pool<Record>) {
        self.pool = pool
        super.init(name: name, number: number)
    }

    @inlinable var numbers: Range<Int> { row.numbers }

    @inlinable
    subscript(number: Int) -> Record { pool.element(of: row[number]).pointee }

    @inlinable
    func contents(of number: Int) -> Contents<Record> { pool.contents(of: row[number]) }

    @inlinable
    func write(_ record: Record) -> Contents<Record> { pool.write(record) }

    /// Takes over the reference to a record, which begins at `position`; returns its number.
    @inlinable
    func append(_ record: Contents<Record>, at position: UInt64) -> Int {
        row.append(pool.shortHandle(of: record), at: position)
        return row.numbers.upperBound - 1
    }

    /// Where a record begins; of the one behind the last, where that one ends.
    @inlinable
    func start(of number: Int) -> UInt64 {
        precondition(
            number >= row.numbers.lowerBound && number <= row.numbers.upperBound,
            "there is no record \(number) in file '\(name)': there are \(row.numbers)")
        var (before, position) = row.mark(before: number)
        while before < number {
            position += size(of: before)
            before += 1
        }
        return position
    }

    @inlinable
    func size(of number: Int) -> UInt64 { UInt64(self[number].size.bytes) }

    /// - Parameter position: where the record of that number begins.
    @inlinable
    func trim(to number: Int, at position: UInt64) {
        release(row.numbers.lowerBound..<number)
        row.removeAll(before: number, at: position)
    }

    @inlinable
    func truncate(to number: Int) {
        release(number..<row.numbers.upperBound)
        row.removeAll(from: number)
    }

    @inlinable
    func erase(goingOnAt number: Int) {
        release(row.numbers)
        row.reset(to: number)
    }

    @inlinable
    override func cut(to extent: FileExtent, by kind: CrashKind) {
        if kind == .disk { return erase(goingOnAt: 0) }
        truncate(to: number(at: extent.written, endingAt: start(of: row.numbers.upperBound)))
    }

    /// Behind the last record that lies before `position` as a whole, where the last of all ends at `end`.
    @inlinable
    func number(at position: UInt64, endingAt end: UInt64) -> Int {
        var end = end
        var last = row.numbers.upperBound
        while end > position, last > row.numbers.lowerBound {
            last -= 1
            end -= size(of: last)
        }
        return last
    }

    @inlinable
    func release(_ numbers: Range<Int>) {
        for number in numbers { pool.contents(of: row[number]).letGo() }
    }
}
