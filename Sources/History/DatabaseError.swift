import Vocabulary

/// What is wrong with a file of Hubbub's memory, and what to do about it.
package struct DatabaseError: Error, Equatable {
    package enum Problem: Equatable, Sendable {
        /// Not SQLite's.
        case noDatabase
        /// SQLite's, of another program or with other contents.
        case foreign(wanted: String)
        case otherVersion(Int64, known: Int64)
        case damaged
        case notAccessible(String)
        case busy
        case failed(String)
    }

    package let path: String
    package let problem: Problem

    init(_ path: String, _ problem: Problem) { (self.path, self.problem) = (path, problem) }

    package var message: String {
        let text =
            switch problem {
            case .noDatabase: "this is no SQLite file; give another path, and one is made there"
            case .foreign(let wanted):
                "this SQLite file is not one in which Hubbub keeps the \(wanted); give another path, and one is "
                    + "made there"
            case .otherVersion(let version, let known):
                "this file has version \(version), and this Hubbub knows \(known); give another path, and one "
                    + "is made there"
            case .damaged: "this SQLite file is damaged; `sqlite3 FILE .recover` may save what is in it"
            case .notAccessible(let why): why
            case .busy: "another process has been writing to this file for ten seconds; try again later"
            case .failed(let why): "cannot be written: \(why)"
            }
        return "\(visible(path)): \(text)"
    }
}
