public import Vocabulary

/// The clock of one machine: off by something, and running a little too fast or too slow.
///
/// What it shows is a broken line over true time: from the last change on, elapsed time times its rate. A
/// line's slope is a whole number of 10⁻⁹, and the part of a nanosecond that is over at a change is carried
/// into the next piece, so changes lose nothing. As with real ones, a step may show a time again or leave one
/// out; a correction by slewing never does.
public struct LocalClock: Hashable, Sendable {
    // What was shown at the last change: `shown` ns and `rest` · 10⁻⁹ ns, at `anchor`.
    @usableFromInline var anchor: UInt64 = 0  // ns since the start of the run
    @usableFromInline var shown: Int64  // ns since the start of the run
    @usableFromInline var rest: Int64 = 0  // 0 ..< 10⁹
    // What was left to slew at the last change.
    @usableFromInline var slew: Int64 = 0  // ns

    /// How much too fast it runs, without the correction under way.
    public private(set) var drift: Drift
    /// What it drifts by itself and what faults have put on, in ppb; together this may be more than a clock
    /// does.
    private var driftSum: Int64

    public init(offset: Span = .zero, drift: Drift = .none) {
        shown = offset.nanoseconds
        self.drift = drift
        driftSum = drift.partsPerBillion
    }

    @inlinable
    public func reading(at now: Instant) -> LocalTime {
        let elapsed = elapsed(at: now)
        if drift.partsPerBillion == 0, slew == 0 { return LocalTime(nanoseconds: shown + elapsed) }
        return LocalTime(nanoseconds: shown + elapsed + drifted(in: elapsed).whole + slewed(in: elapsed))
    }

    /// How far it is ahead of true time.
    public func offset(at now: Instant) -> Span {
        reading(at: now) - LocalTime(nanoseconds: Int64(now.nanoseconds))
    }

    /// Jumps by so much, back if it is negative.
    public mutating func step(by span: Span, at now: Instant) {
        settle(at: now)
        shown += span.nanoseconds
    }

    /// Runs faster by so much from now on. Added, not set: what two faults have put on is taken off by each
    /// alone.
    public mutating func changeDrift(by change: Drift, at now: Instant) {
        settle(at: now)
        driftSum += change.partsPerBillion
        drift = Drift(partsPerBillion: max(Drift.standstill.partsPerBillion, min(driftSum, Drift.fastest)))
    }

    /// How a correction is carried out.
    @frozen
    public enum Correction: Hashable, Sendable {
        case slews(until: Instant)
        case stepped
    }

    /// Takes off `error`, by which a time server says that the clock is ahead, and replaces what is left of
    /// an earlier correction.
    ///
    /// As NTP does: an error below 128 ms goes away at 500 ppm, so that the clock never runs backwards; a
    /// greater one at once (RFC 5905: STEPT and MAXFREQ).
    @discardableResult
    public mutating func correct(_ error: Span, at now: Instant) -> Correction {
        settle(at: now)
        guard error.nanoseconds.magnitude < Self.stepThreshold else {
            slew = 0
            shown -= error.nanoseconds
            return .stepped
        }
        slew = -error.nanoseconds
        let duration = error.nanoseconds.magnitude * UInt64(Self.slewDivisor)
        return .slews(until: Instant(nanoseconds: now.nanoseconds + duration))
    }

    private static let stepThreshold: UInt64 = 128_000_000  // ns
    /// 500 ppm: one nanosecond in 2,000.
    @usableFromInline static let slewDivisor: Int64 = 2_000

    private mutating func settle(at now: Instant) {
        let elapsed = elapsed(at: now)
        let drifted = drifted(in: elapsed)
        let slewed = slewed(in: elapsed)
        shown += elapsed + drifted.whole + slewed
        rest = drifted.rest
        slew -= slewed
        anchor = now.nanoseconds
    }

    @inlinable
    func elapsed(at now: Instant) -> Int64 {
        precondition(now.nanoseconds >= anchor, "a clock is read at \(now), and was changed after that")
        return Int64(now.nanoseconds - anchor)
    }

    /// What drift adds, rounded down to whole nanoseconds, and the 10⁻⁹ ns that are over.
    @inlinable
    func drifted(in elapsed: Int64) -> (whole: Int64, rest: Int64) {
        let (product, overflow) = elapsed.multipliedReportingOverflow(by: drift.partsPerBillion)
        if overflow || product > .max - rest {
            return Self.billionths(Int128(elapsed) * Int128(drift.partsPerBillion) + Int128(rest))
        }
        return Self.billionths(product + rest)
    }

    @inlinable
    static func billionths<N: FixedWidthInteger & SignedInteger>(_ sum: N) -> (whole: Int64, rest: Int64) {
        let (whole, rest) = sum.quotientAndRemainder(dividingBy: 1_000_000_000)
        return rest < 0 ? (Int64(whole) - 1, Int64(rest) + 1_000_000_000) : (Int64(whole), Int64(rest))
    }

    /// What the correction has moved, whole nanoseconds toward zero: all of it in the end.
    @inlinable
    func slewed(in elapsed: Int64) -> Int64 {
        let most = elapsed / Self.slewDivisor
        return max(-most, min(most, slew))
    }
}

/// How much too fast a clock runs; too slow when it is negative.
@frozen
public struct Drift: Hashable, Sendable {
    public let partsPerBillion: Int64

    /// A clock may stand still, but not run backwards.
    @inlinable
    public init(partsPerBillion: Int64) {
        precondition(partsPerBillion >= -1_000_000_000, "a clock that drifts by \(partsPerBillion) ppb")
        precondition(partsPerBillion <= Self.fastest, "a clock that drifts by \(partsPerBillion) ppb")
        self.partsPerBillion = partsPerBillion
    }

    public static let none = Drift(partsPerBillion: 0)
    public static func partsPerMillion(_ n: Int64) -> Drift { Drift(partsPerBillion: n * 1_000) }

    public static let standstill = Drift(partsPerBillion: -1_000_000_000)
    @usableFromInline static let fastest: Int64 = 1_000_000_000_000

    public static prefix func - (a: Drift) -> Drift { Drift(partsPerBillion: -a.partsPerBillion) }
}
