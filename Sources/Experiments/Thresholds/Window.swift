/// Which part of a run counts, by name: a letter belongs to the window in which its sender meant to send it.
///
/// Every window leaves the warm-up out. What the names mean in time is for a `Timeline` to say.
public struct Window: Hashable, Sendable {
    /// A phase of the load or a fault.
    public struct Period: Hashable, Sendable {
        public var name: String
        public var isFault: Bool

        public init(fault name: String) { (self.name, isFault) = (name, true) }
        public init(phase name: String) { (self.name, isFault) = (name, false) }
    }

    public enum Timeframe: Hashable, Sendable {
        case all
        case during(Period)
        /// Until it begins for the first time.
        case before(Period)
        /// From its last end on.
        case after(Period)
    }

    public var part: Timeframe
    /// What is left out.
    public var exception: Period?
    /// Whether the time after the last send is left out, unless there is no other: a mean would depend on how long that is.
    var leavesOutDrain = false

    public init(_ part: Timeframe, except exception: Period? = nil) {
        self.part = part
        self.exception = exception
    }

    public static let all = Window(.all)
}

extension Window {
    /// As a threshold ends with it: nothing, or ` during usual except split`.
    var clause: String {
        let clause =
            switch part {
            case .all: ""
            case .during(let period): " during \(period.name)"
            case .before(let period): " before \(period.name)"
            case .after(let period): " after \(period.name)"
            }
        return clause + (exception.map { " except \($0.name)" } ?? "")
    }

    /// As tables name it: `all`, `usual except split`, `after split`.
    public var name: String {
        let name =
            switch part {
            case .all: "all"
            case .during(let period): period.name
            case .before(let period): "before \(period.name)"
            case .after(let period): "after \(period.name)"
            }
        return name + (exception.map { " except \($0.name)" } ?? "")
    }

    /// For a sentence: `in the usual phase, the split left out`; empty for the whole run.
    var words: String {
        let words =
            switch part {
            case .all: ""
            case .during(let period) where period.isFault: "during the fault \(period.name)"
            case .during(let period): "in the \(period.name) phase"
            case .before(let period): "before the \(period.words)"
            case .after(let period): "after the \(period.words)"
            }
        guard let exception else { return words }
        return words + (words.isEmpty ? "" : ", ") + "the \(exception.words) left out"
    }
}

extension Window.Period {
    fileprivate var words: String { isFault ? "fault \(name)" : "\(name) phase" }
}
