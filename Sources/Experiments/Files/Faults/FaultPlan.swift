public import Vocabulary

/// A fault as a scenario plans it: what, to whom, when and for how long.
public struct FaultPlan: Hashable, Sendable {
    public var name = ""
    public var at: Span?
    /// Nil for as long as its kind says.
    public var duration: Span?
    /// From one beginning to the next; nil for once.
    public var every: Span?
    /// From then on no turn of what comes again begins; nil for as long as people send.
    public var until: Span?
    /// In what share of its turns it acts, drawn from the seed.
    public var ratio = Share.all
    public var effect: Effect?
}

extension FaultPlan: Section {
    static let keys: [Key<FaultPlan>] =
        [
            Key<FaultPlan>.name(\.name, "what reports and thresholds call it").required,
            Key("at", \.at, "when it begins, from the start of the run"),
            Key(
                "for", \.duration,
                "how long it lasts; left out, until it is over by itself, which most kinds never are",
                in: .nanoseconds(1)...Span.bounds.upperBound),
            Key(
                "every", \.every, "from one beginning to the next, for what comes again",
                in: .nanoseconds(1)...Span.bounds.upperBound),
            Key(
                "until", \.until,
                "from when on what comes again begins no more; left out, from the last send on",
                in: .nanoseconds(1)...Span.bounds.upperBound),
            Key("ratio", \.ratio, "in what share of its turns it acts"),
        ] + kinds

    func check(_ reading: inout Reading) {
        let path = reading.path
        guard effect != nil else {
            // One that could not be read has been reported.
            if reading.isSound(path),
                FaultKinds.names.allSatisfy({
                    reading.place(of: "\(path).\($0)") == reading.place(of: path)
                })
            {
                reading.fail(
                    at: path, "this fault does not say what happens",
                    "add one of \(FaultKinds.names.joined(separator: ", "))")
            }
            return
        }
        if at == nil, every == nil, reading.isSound("\(path).at", "\(path).every") {
            reading.fail(at: path, "this fault does not say when", "add 'at: 4m' or 'every: 1m'")
        }
        if let every, let duration, duration >= every, reading.isSound("\(path).for", "\(path).every") {
            reading.fail(
                at: "\(path).for", "it lasts \(duration.written) and begins again every \(every.written)",
                "make 'for' shorter than 'every'")
        }
        if let until, reading.isSound("\(path).until", "\(path).every", "\(path).at") {
            if let every {
                let first = at ?? every
                if until <= first {
                    reading.fail(
                        at: "\(path).until",
                        "it comes first at \(first.written), and no more from \(until.written) on",
                        "make 'until' later")
                }
            } else {
                reading.fail(
                    at: "\(path).until", "this fault comes once", "add 'every: 1m', or leave 'until' out")
            }
        }
    }
}

extension Scenario {
    /// From then on no turn of a fault begins that comes again.
    func endOfTurns(of fault: FaultPlan) -> Span { min(fault.until ?? duration, duration) }
}
