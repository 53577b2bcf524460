/// What is going on, in one line that is written over and erased at the end; silent unless a person watches.
struct Progress {
    private let errors: Outlet

    init(_ errors: Outlet) { self.errors = errors }

    func show(_ text: String) { write("\r\u{1b}[2K\(text)") }

    func erase() { write("\r\u{1b}[2K") }

    private func write(_ text: String) {
        if errors.isTerminal { try? errors.write(text) }
    }
}
