public import Vocabulary

/// What a scenario calls healthy: expectations that hold in each window of so much time of intended sends.
public struct Healthy: Hashable, Sendable {
    public var window: Span
    /// How many good windows in a row end a recovery.
    public var hold: Int
    public var expectations: [Threshold]

    /// Of fewer letters nobody says whether they were well.
    static let leastSamples: UInt64 = 100
    /// What to do about a window of which nobody can tell.
    public static let remedy =
        "a window needs \(leastSamples); make 'healthy.window' longer, or the load higher"

    public init(window: Span, hold: Int, expectations: [Threshold]) {
        precondition(window > .zero)
        precondition(hold > 0)
        self.window = window
        self.hold = hold
        self.expectations = expectations
    }
}

/// What became of one window.
public enum WindowState: Hashable, Sendable {
    case good, bad
    /// Nothing that was expected is known to fail, but there were too few letters to tell.
    case unknown
}

/// The windows of a run, judged.
///
///     warm-up   window  1    2    3    4    5    6    7    8    9
///     |.........|       |good|good|good|bad |bad |good|bad |good|good|      hold: 2
///                            [   fault   )
///                                        '- recovery ---------------'
///
/// Windows begin at the end of the warm-up. Only whole ones count: one that the end of the sends cuts is not
/// judged, and one in which a fault begins or ends is neither before nor after it. So a recovery takes a
/// window at least, and is as exact as windows are long; none where what was bad ended with the fault.
public struct Health: Hashable, Sendable {
    public var start: Instant
    public var window: Span
    public var hold: Int
    public var states: [WindowState]

    public init(start: Instant, window: Span, hold: Int, states: [WindowState]) {
        self.start = start
        self.window = window
        self.hold = hold
        self.states = states
    }

    public func start(of index: Int) -> Instant { start + window * Int64(index) }

    /// Not one window was good, and of those before `fault` one is known to have been bad.
    func wasNeverGood(before fault: Instant) -> Bool {
        !states.contains(.good) && before(fault).outcome == .failed
    }

    /// How long after `end` the first of the windows is over that begin `hold` good ones in a row; no time at all where
    /// none that goes on after `end` was bad.
    public func recovery(from end: Instant) -> Recovery {
        let first = states.indices.first { start(of: $0) >= end } ?? states.count
        guard states.count - first >= hold else {
            let left = hold == 1 ? "no window of \(window) is" : "fewer than \(hold) windows of \(window) are"
            return .unknown(
                "\(left) left before sends end; end faults sooner (with 'until' what comes again), or make 'duration' longer"
            )
        }
        func recovered(_ isGood: (WindowState) -> Bool) -> Int? {
            (first...states.count - hold).first { states[$0..<$0 + hold].allSatisfy(isGood) }
        }
        if let index = recovered({ $0 == .good }) {
            let wasBad = states[..<index].indices.contains { states[$0] != .good && start(of: $0 + 1) > end }
            return .after(wasBad ? start(of: index + 1) - end : .zero)
        }
        // Had the windows without enough letters been good, there might be a recovery.
        if recovered({ $0 != .bad }) != nil {
            return .unknown("too few letters in some windows after it")
        }
        return .never
    }

    public enum Recovery: Hashable, Sendable {
        case after(Span)
        case never
        case unknown(String)
    }

    /// Whether every window up to `fault` was good, and if not, why not.
    public func before(_ fault: Instant) -> (outcome: Outcome, reason: String?) {
        let windows = states.indices.filter { start(of: $0 + 1) <= fault }
        if let bad = windows.first(where: { states[$0] == .bad }) {
            return (.failed, "not healthy before the faults, at \(start(of: bad))")
        }
        if let unknown = windows.first(where: { states[$0] == .unknown }) {
            return (
                .inconclusive,
                "too few letters to say that it was healthy before the faults, at \(start(of: unknown)): "
                    + Healthy.remedy
            )
        }
        guard !windows.isEmpty else {
            return (.inconclusive, "no window of \(window) lies between the warm-up and the first fault")
        }
        return (.held, nil)
    }
}

/// What became of a promise.
public enum Outcome: Hashable, Sendable {
    case held, failed
    /// Nobody can tell, which is never a pass.
    case inconclusive
}
