/// What is going on, in one line that is written over and erased at the end; silent unless a person watches, on
/// a terminal that knows how to write a line over.
struct Progress {
    private let errors: Outlet
    private let isShown: Bool

    init(_ call: Call) {
        errors = call.errors
        isShown = call.errors.isTerminal && call.around.variable("TERM") != "dumb"
    }

    func show(_ text: String) { write("\r\u{1b}[2K\(text)") }

    func erase() { write("\r\u{1b}[2K") }

    private func write(_ text: String) {
        if isShown { try? errors.write(text) }
    }
}
