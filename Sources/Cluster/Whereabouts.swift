/// Where to find machines: by the names that scenarios use for them.
public enum Whereabouts: Hashable, Sendable {
    /// All machines of a role: `chat-host`.
    case role(String)
    /// Some of them, by number: `chat-host[0..31]`.
    case parts(of: String, ClosedRange<Int>)
    case zone(String)
    case region(String)
}

/// How many of the machines that were found are meant.
public enum Pick: Hashable, Sendable {
    case all
    case number(Int)
    /// Rounded up, so that a share of a few machines is one at least.
    case share(Double)
}

/// A place that does not exist.
public enum FindingError: Error, Hashable, Sendable {
    case noSuch(what: String, name: String, nearest: String?)
    case pastTheEnd(role: String, asked: ClosedRange<Int>, count: Int)
    case tooFew(asked: Int, count: Int)
}

extension FindingError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noSuch(let what, let name, let nearest):
            "there is no \(what) '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .pastTheEnd(let role, let asked, let count):
            "'\(role)[\(asked.lowerBound)..\(asked.upperBound)]' reaches past the last machine, \(count - 1)"
        case .tooFew(let asked, let count): "\(asked) machines are asked for, and there are \(count)"
        }
    }
}
