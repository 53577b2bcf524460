internal import Results
internal import Vocabulary

/// A promise about a run, as its scenario states it: what, how much at most or at least, when, and for whom.
///
///     delivery p99 < 2s during usual except split where region == eu
///
/// A threshold is checked against the metric, the run's names and the units when it is read, so whoever holds
/// one can rely on it making sense.
public struct Threshold: Hashable, Sendable {
    public var subject: Subject
    /// Nil for a metric that is one number.
    public var statistic: Statistic?
    public var comparison: Comparison
    public var limit: Limit
    public var window: Window
    public var scope: Scope?
    /// Whether the run ends as soon as the threshold cannot be met any more.
    public var abort: Bool

    /// What is measured, `delivery p99`.
    public var measure: String { subject.description + (statistic.map { " \($0)" } ?? "") }

    /// What is demanded, `< 10s`.
    public var demand: String { "\(comparison.rawValue) \(limit.written)" }

    /// The window in which it is measured.
    var measuredWindow: Window {
        var window = window
        window.leavesOutDrain = isOfLevel && (statistic == .mean || statistic == .rate)
        return window
    }

    /// Whether it is about what is read of roles every second.
    private var isOfLevel: Bool {
        switch subject {
        case .role: true
        case .own(let sheet): sheet.metric.kind != .durations && sheet.metric.kind != .share
        case .times, .events, .availability, .availabilityOfService, .recovery: false
        }
    }

    /// The window as tables name it, with those whom it is about.
    public var windowName: String { window.name + (scope.map { " where \($0)" } ?? "") }
}

extension Threshold: CustomStringConvertible {
    /// As files write it; read again, it is the same threshold.
    public var description: String {
        "\(measure) \(demand)\(window.clause)" + (scope.map { " where \($0)" } ?? "")
    }
}

extension Threshold {
    /// Whether a run can find out before its end that the threshold will not be met: a number that only rises,
    /// a count or a maximum, is above its limit, or more letters missed it than a percentile grants all that
    /// there will be.
    var canFailEarly: Bool {
        switch (statistic, comparison) {
        case (.count, .less), (.count, .atMost), (.count, .equal), (.max, .less), (.max, .atMost): true
        case (.percentile, .less), (.percentile, .atMost): isOfCountedLetters
        default: false
        }
    }

    /// Whether it is known before the run how many there will be at most: of catch-ups, and of what a design
    /// declares, nobody knows.
    private var isOfCountedLetters: Bool {
        switch subject {
        case .times(.accept), .times(.delivery), .times(.deliveryToAll), .times(.receipt), .times(.read): true
        case .times, .own, .events, .availability, .availabilityOfService, .recovery, .role: false
        }
    }

    /// The shortest time that misses a limit from above, in nanoseconds.
    var firstMiss: UInt64 { limit.nanoseconds + (comparison == .atMost ? 1 : 0) }

    /// Whether a number that only rises is too high whatever comes.
    func isBeyondHope(_ value: Quotient) -> Bool {
        switch comparison {
        case .less: !(value < limit.value)
        case .atMost, .equal: limit.value < value
        case .more, .atLeast, .different: false
        }
    }
}
