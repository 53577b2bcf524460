/// One option of a command, described once: parsing, help and the hint after a typing error all read it here.
struct Option: Sendable {
    enum Value: Sendable {
        case flag
        case text(placeholder: String)
        case wholeNumber(placeholder: String, in: ClosedRange<Int>, default: Int)
    }

    /// The name as it is typed, `--repeat`.
    let name: String
    /// The short form of the few options that have one, `-h`.
    var short: String?
    var value = Value.flag
    /// Whether it may be given more than once; each time adds a value.
    var repeats = false
    /// What it does, in one sentence without its full stop.
    let help: String

    var placeholder: String? {
        switch value {
        case .flag: nil
        case .text(let placeholder), .wholeNumber(let placeholder, _, _): placeholder
        }
    }

    func isCalled(_ name: some StringProtocol) -> Bool { name == self.name || name == short ?? self.name }
}

/// The words of a command that are not options: what they stand for, and how many there may be.
struct Operand: Sendable {
    let placeholder: String
    let limit: Int
    let help: String

    /// As a usage line shows it, `[SUITE...]`.
    var usage: String { limit > 1 ? "[\(placeholder)...]" : "[\(placeholder)]" }
}

extension Option {
    static let help = Option(name: "--help", short: "-h", help: "print help and do nothing else")
    static let version = Option(
        name: "--version", help: "print the version and the formats of the documents it writes")

    /// The options that every command takes, and `hubbub` itself.
    static let everywhere = [help, version]
}
