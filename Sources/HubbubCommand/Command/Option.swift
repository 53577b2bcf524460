/// One option of a command, described once: parsing, help, completion and the hint after a typing error all
/// read it here.
struct Option: Sendable {
    enum Argument: Sendable {
        case flag
        case text(placeholder: String)
        /// With a value only behind `=`: `--report`, `--report=FILE`.
        case optionalText(placeholder: String)
        case wholeNumber(placeholder: String, in: ClosedRange<Int>, default: Int)
        /// One word out of these; the first holds when nothing is said.
        case choice([String])
    }

    /// The name as it is typed, `--repeat`.
    let name: String
    /// The short form of the few options that have one, `-h`.
    var short: String?
    var value = Argument.flag
    /// Whether it may be given more than once; each time adds a value.
    var repeats = false
    /// The variable of the environment that says the same for those who do not give the option.
    var variable: String?
    /// What its values are, for completion.
    var stands = ArgumentKind.anything
    /// What it does, in one sentence without its full stop.
    let help: String

    var placeholder: String? {
        switch value {
        case .flag: nil
        case .text(let placeholder), .optionalText(let placeholder), .wholeNumber(let placeholder, _, _):
            placeholder
        case .choice(let words): words.joined(separator: "|")
        }
    }

    /// Whether the next word is its value.
    var takesNextWord: Bool {
        switch value {
        case .flag, .optionalText: false
        case .text, .wholeNumber, .choice: true
        }
    }

    func isCalled(_ name: some StringProtocol) -> Bool { name == self.name || name == short ?? self.name }
}

/// What a word of a command line stands for, so that a shell can complete it.
enum ArgumentKind: Sendable {
    case anything
    case scenarioFile
    case folder
    case file
    case design
    case command
    /// A key behind `--set`.
    case key
    case page
}

/// The words of a command that are not options: what they stand for, and how many there may be.
struct Operand: Sendable {
    let placeholder: String
    let limit: Int
    var stands = ArgumentKind.anything
    let help: String

    /// As a usage line shows it, `[SUITE...]`.
    var usage: String { limit > 1 ? "[\(placeholder)...]" : "[\(placeholder)]" }
}

extension Option {
    static let help = Option(name: "--help", short: "-h", help: "print help and do nothing else")
    static let version = Option(
        name: "--version", help: "print the version, the build and the formats of the documents it writes")

    /// The options that every command takes, and `hubbub` itself.
    static let everywhere = [help, version]

    static let json = Option(name: "--json", help: "print one JSON document instead of text")
    static let set = Option(
        name: "--set", value: .text(placeholder: "KEY=VALUE"), repeats: true, stands: .key,
        help: "set a value of the scenario, as in faults.split.for=2m")
    static let seed = Option(
        name: "--seed", value: .text(placeholder: "N"), variable: "HUBBUB_SEED",
        help: "play with this seed in place of the file's")
    static let color = Option(
        name: "--color", value: .choice(["auto", "always", "never"]), variable: "HUBBUB_COLOR",
        help: "whether marks are coloured")
    static let ascii = Option(name: "--ascii", help: "write words in place of marks")
}
