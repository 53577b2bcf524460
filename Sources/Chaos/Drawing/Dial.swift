internal import Cluster
public import Experiments
internal import Vocabulary

/// A number of a fault that can be turned: a length, a share, a factor, a rate.
///
/// Kinds of faults are known by their keys only, so a dial is found by how its value is written; it is turned
/// as a whole number, and written in the same unit again.
public struct Dial: Hashable, Sendable {
    /// Of the fault, `loss.share`.
    public var path: String
    public var unit: Scale
    /// In the smallest steps of the unit.
    public var value: Int64

    public enum Scale: Hashable, Sendable {
        /// Nanoseconds.
        case time
        /// Millionths of the whole.
        case share
        /// Millionths.
        case factor
        /// Bits a second.
        case rate
        case count
    }

    /// Nil for what is no number.
    public init?(_ parameter: FaultPlan.Parameter) {
        path = parameter.path
        let text = parameter.text
        if let share = try? Share(reading: text) {
            unit = .share
            value = Int64(Int128(share.count) * 1_000_000 / Int128(share.of))
        } else if let span = try? Span(reading: text) {
            (unit, value) = (.time, span.nanoseconds)
        } else if let rate = try? DataRate(reading: text) {
            (unit, value) = (.rate, rate.bitsPerSecond)
        } else if parameter.form == Factor.form, let factor = try? Factor(reading: text) {
            (unit, value) = (.factor, Int64(factor.millionths))
        } else if let count = Int64(text) {
            (unit, value) = (.count, count)
        } else {
            return nil
        }
    }

    /// As a file writes it.
    public func text(of value: Int64) -> String {
        switch unit {
        case .time: Span(nanoseconds: value).written
        case .share: Share(value, of: 1_000_000).written
        case .factor: Factor(millionths: UInt64(value)).written
        case .rate: DataRate(bitsPerSecond: value).written
        case .count: String(value)
        }
    }

    enum Rounding { case up, down }

    /// As fine as it is of interest; what is smaller than that, as it is.
    func text(of value: Int64, rounded: Rounding) -> String {
        guard unit == .time, value >= resolution else { return text(of: value) }
        let down = value / resolution * resolution
        return text(of: rounded == .up && down < value ? down + resolution : down)
    }

    /// A rate that is smaller cuts more.
    public var isStrongerWhenLarger: Bool { unit != .rate }

    /// How fine it is of interest: a millisecond, a hundredth of a percent, or a single step.
    public var resolution: Int64 {
        switch unit {
        case .time: 1_000_000
        case .share: 100
        case .factor: 1_000
        case .rate: 1_000
        case .count: 1
        }
    }

    /// The least that a file may say.
    public var least: Int64 { unit == .share ? 0 : 1 }

    /// The strength at which it does next to nothing.
    public var weakest: Int64 {
        switch unit {
        case .time, .share, .count: least
        case .factor: 1_000_000
        case .rate: max(value, 1_000_000_000)
        }
    }

    /// The most that makes sense of it.
    public var most: Int64 {
        switch unit {
        case .time: Span.hours(24).nanoseconds
        case .share: 1_000_000
        case .factor: 1_000_000_000_000
        case .rate: 1_000_000_000_000
        case .count: 1_000_000
        }
    }

    /// `value` times `ratio`, within what the unit can be.
    func scaled(by ratio: Double) -> Int64 {
        let scaled = (Double(value) * ratio).rounded(.toNearestOrEven)
        return Int64(min(max(scaled, Double(least)), Double(most)))
    }
}

extension FaultPlan {
    /// All that can be turned, but for the moment at which it begins and how often and how long it comes back.
    var dials: [Dial] {
        parameters.filter { !["at", "every", "until", "ratio"].contains($0.path) }.compactMap(Dial.init)
    }

    package func turned(_ dial: Dial, to value: Int64) -> FaultPlan? { with(dial.path, dial.text(of: value)) }

    /// As `crash server[0] at 12s for 3s`.
    public var words: String {
        let time = at.map { " at \($0.written)" } ?? ""
        let length = end.map { $0 == at ? "" : " for \(($0 - (at ?? .zero)).written)" } ?? " for ever"
        return "\(kind) \(targetText)\(time)\(length)"
    }

    /// What tells faults of one kind apart but for time and strength: `crash unsynced of server`.
    var sort: String {
        let words = parameters.filter { $0.path.contains(".") && !$0.form.words.isEmpty }.map(\.text)
        return ([kind] + words).joined(separator: " ") + " of \(role)"
    }

    /// What it befalls, as files write it: `server[0]`.
    public var target: String {
        parameters.first { $0.path.hasSuffix(".target") || $0.path.hasSuffix(".between") }?.text ?? "*"
    }

    /// The same without a number: a role, the clients or a region.
    public var role: String { target.roleName }
}

extension String {
    /// `server` of `server[0]`.
    var roleName: String { String(prefix { $0 != "[" }) }
}
