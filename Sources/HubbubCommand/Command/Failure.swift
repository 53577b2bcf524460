/// Why a command could not do what was asked: one line for the reader, and the exit code for the caller.
package struct Failure: Error {
    package let code: ExitCode
    package let message: String

    package init(_ code: ExitCode, _ message: String) {
        self.code = code
        self.message = message
    }

    /// A wrong command line: the `problem`, the `nearest` right word if the wrong one was near, and the
    /// command that lists them all.
    static func usage(_ problem: String, nearest: String?, see: String) -> Failure {
        let hint = nearest.map { " did you mean '\($0)'?" } ?? ""
        return Failure(.usage, "\(problem);\(hint) `\(see)` lists all")
    }
}

extension [String] {
    /// What is wrong with a design, a line each, ends the command.
    func fail() throws(Failure) {
        if !isEmpty { throw Failure(.badDesign, joined(separator: "\nhubbub: ")) }
    }
}
