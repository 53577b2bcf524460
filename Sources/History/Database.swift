import CSQLite

/// A file of SQLite's in which Hubbub remembers something from one call to the next.
///
/// A run never reads one: what a scenario comes to must not depend on what was played before it. What is
/// written in a `transaction` is in the file whole or not at all, also when the process is killed. Several
/// processes may share a file; each waits for the others for up to ten seconds.
///
///     let memory = try Database(at: path, layout: .benchmarks)
///     try memory.transaction { try memory.run("INSERT INTO points VALUES (?, ?)", .text("phold"), .real(48.5)) }
///     for row in try memory.rows("SELECT name, each FROM points ORDER BY name") { … row[0].text … }
///
/// Rows come in the order that a statement names; one without `ORDER BY` has none.
package final class Database {
    package let path: String
    private let handle: OpaquePointer

    /// Opens the file, or makes it with the tables of its layout. The folder it lies in has to be there.
    package init(at path: String, layout: Layout) throws(DatabaseError) {
        self.path = path
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
        guard let opened else { throw DatabaseError(path, .failed("no memory to open it")) }
        handle = opened
        // From here on the handle is closed by `deinit`, also when this initializer throws.
        guard code == SQLITE_OK else { throw problem(code) }
        sqlite3_busy_timeout(handle, 10_000)
        try transaction { () throws(DatabaseError) in try settle(layout) }
    }

    deinit { sqlite3_close_v2(handle) }

    /// Carries out one statement that has no rows to give; a value for each `?`.
    package func run(_ statement: String, _ values: SQLValue...) throws(DatabaseError) {
        let rows = try rows(statement, values)
        precondition(rows.isEmpty, "'\(statement)' has rows")
    }

    /// The rows of one statement.
    package func rows(_ statement: String, _ values: SQLValue...) throws(DatabaseError) -> [[SQLValue]] {
        try rows(statement, values)
    }

    package func rows(_ statement: String, _ values: [SQLValue]) throws(DatabaseError) -> [[SQLValue]] {
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v2(handle, statement, -1, &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw problem(code) }
        defer { sqlite3_finalize(prepared) }
        precondition(sqlite3_bind_parameter_count(prepared) == values.count, "values for '\(statement)'")
        for (index, value) in values.enumerated() {
            let code = value.bind(to: prepared, at: Int32(index + 1))
            guard code == SQLITE_OK else { throw problem(code) }
        }
        var rows: [[SQLValue]] = []
        while true {
            switch sqlite3_step(prepared) {
            case SQLITE_DONE: return rows
            case SQLITE_ROW:
                rows.append((0..<sqlite3_column_count(prepared)).map { SQLValue(of: prepared, column: $0) })
            case let code: throw problem(code)
            }
        }
    }

    /// All that `body` writes, or nothing of it if it throws.
    package func transaction<Result>(_ body: () throws(DatabaseError) -> Result) throws(DatabaseError)
        -> Result
    {
        // Immediate: a reader that finds out late that it also writes could not wait for the others.
        try run("BEGIN IMMEDIATE")
        do throws(DatabaseError) {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            // SQLite has taken the transaction back by itself after some errors.
            if sqlite3_get_autocommit(handle) == 0 { try? run("ROLLBACK") }
            throw error
        }
    }

    /// Makes the tables in an empty file; in another one, looks whether it is of this layout.
    private func settle(_ layout: Layout) throws(DatabaseError) {
        let (kind, version) = (try number("PRAGMA application_id"), try number("PRAGMA user_version"))
        if kind == 0, try number("SELECT count(*) FROM sqlite_schema") == 0 {
            for statement in layout.statements { try run(statement) }
            try run("PRAGMA application_id = \(layout.kind)")
            try run("PRAGMA user_version = \(layout.version)")
            return
        }
        guard kind == layout.kind else { throw DatabaseError(path, .foreign(wanted: layout.name)) }
        guard version == layout.version else {
            throw DatabaseError(path, .otherVersion(version, known: Int64(layout.version)))
        }
    }

    private func number(_ statement: String) throws(DatabaseError) -> Int64 {
        guard case .integer(let number)? = try rows(statement, []).first?.first else {
            preconditionFailure("'\(statement)' answers with a number")
        }
        return number
    }

    private func problem(_ code: Int32) -> DatabaseError {
        switch code & 0xff {
        case SQLITE_NOTADB: DatabaseError(path, .noDatabase)
        case SQLITE_CORRUPT: DatabaseError(path, .damaged)
        case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM:
            DatabaseError(path, .notAccessible(String(cString: sqlite3_errmsg(handle))))
        case SQLITE_BUSY, SQLITE_LOCKED: DatabaseError(path, .busy)
        case SQLITE_FULL, SQLITE_IOERR: DatabaseError(path, .failed(String(cString: sqlite3_errmsg(handle))))
        default: preconditionFailure("\(path): \(String(cString: sqlite3_errmsg(handle)))")
        }
    }
}

extension Database {
    /// What one kind of file holds: SQLite keeps the kind and the version in the file's first page.
    package struct Layout: Sendable {
        /// `speed of benchmarks`, for people who give the wrong file.
        package let name: String
        /// Four letters, `HbSp`, as `file` shows them. Each layout has its own.
        package let kind: Int32
        package let version: Int32
        /// What makes the tables.
        package let statements: [String]

        package init(_ name: String, kind: String, version: Int32, statements: [String]) {
            precondition(kind.utf8.count == 4, "\(kind): a kind has four letters")
            precondition(version > 0, "an empty file has version 0")
            self.name = name
            self.kind = kind.utf8.reduce(0) { $0 << 8 | Int32($1) }
            self.version = version
            self.statements = statements
        }
    }

    /// A field of a row.
    package enum SQLValue: Sendable, Equatable {
        case null
        case integer(Int64)
        case real(Double)
        case text(String)
        case bytes([UInt8])
    }
}

extension Database.SQLValue {
    package var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

    /// An integer is one too: SQLite keeps 5.0 as 5 where a column has no type.
    package var real: Double? {
        switch self {
        case .real(let value): value
        case .integer(let value): Double(value)
        case .null, .text, .bytes: nil
        }
    }

    package var text: String? { if case .text(let value) = self { value } else { nil } }

    fileprivate func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        // SQLite copies what it is given before this returns.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        return switch self {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let value): sqlite3_bind_int64(statement, index, value)
        case .real(let value): sqlite3_bind_double(statement, index, value)
        case .text(let value):
            sqlite3_bind_text64(
                statement, index, value, UInt64(value.utf8.count), copied, UInt8(SQLITE_UTF8))
        case .bytes(let value): sqlite3_bind_blob64(statement, index, value, UInt64(value.count), copied)
        }
    }

    fileprivate init(of statement: OpaquePointer, column: Int32) {
        func bytes() -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(
                start: sqlite3_column_blob(statement, column),
                count: Int(sqlite3_column_bytes(statement, column)))
        }
        self =
            switch sqlite3_column_type(statement, column) {
            case SQLITE_INTEGER: .integer(sqlite3_column_int64(statement, column))
            case SQLITE_FLOAT: .real(sqlite3_column_double(statement, column))
            case SQLITE_TEXT: .text(String(decoding: bytes(), as: UTF8.self))
            case SQLITE_BLOB: .bytes(Array(bytes()))
            default: .null
            }
    }
}
