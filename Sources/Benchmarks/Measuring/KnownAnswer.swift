import Simulation
import Vocabulary

/// A quantity whose true value is known, and what the simulation made of it.
///
/// Where chance is at work, the truth is a closed form. It must lie within three standard errors of the mean
/// over many independent runs, and that error must be small: a wide band would let a wrong answer pass. Where
/// chance is not at work, the truth was worked out by hand and must come out to the last digit. What is
/// compared with a measurement of the real world has a band.
public struct KnownAnswer: Sendable, Equatable {
    /// `M/M/1 at 0.8: mean time in system`
    public let what: String
    /// Empty for a pure number.
    public let unit: String
    public let closedForm: Double
    public let measured: Double
    /// Nil where the answer is exact.
    public let standardError: Double?
    /// The largest standard error that says enough, as a share of the closed form.
    public let errorLimit: Double
    /// Within which a value from the real world has to lie; nil for closed forms and what was worked out by
    /// hand.
    public let band: ClosedRange<Double>?

    /// What independent runs gave. Fewer than 20 tell too little of their own error, and trap.
    public init(
        _ what: String, unit: String, closedForm: Double, estimate: Estimate, errorLimit: Double = 0.02
    ) {
        precondition(estimate.degreesOfFreedom >= 19, "\(what): fewer than 20 independent runs")
        self.init(
            what, unit: unit, closedForm: closedForm, measured: estimate.mean,
            standardError: estimate.standardError, errorLimit: errorLimit)
    }

    /// What was worked out by hand, and what came out; infinite for what should not happen, or did not.
    public init(_ what: String, unit: String, handWorked: Double, measured: Double) {
        self.init(
            what, unit: unit, closedForm: handWorked, measured: measured, standardError: nil, errorLimit: 0)
    }

    /// What somebody measured in the real world, and what must lie around it: the simulation's own values a
    /// little below and a little above, say, of a quantile that is steep there.
    public init(
        _ what: String, unit: String, real: Double, measured: Double, band: ClosedRange<Double>
    ) {
        self.init(
            what, unit: unit, closedForm: real, measured: measured, standardError: nil, errorLimit: 0,
            band: band)
    }

    /// Traps on a text for which the table has no room: it has 1 to 40 characters.
    package init(
        _ what: String, unit: String, closedForm: Double, measured: Double, standardError: Double?,
        errorLimit: Double, band: ClosedRange<Double>? = nil
    ) {
        precondition((1...40).contains(what.count), "'\(what)' does not have 1 to 40 characters")
        precondition(!closedForm.isNaN, "\(what): the closed form is not a number")
        precondition(!measured.isNaN, "\(what): what was measured is not a number")
        self.what = what
        self.unit = unit
        self.closedForm = closedForm
        self.measured = measured
        self.standardError = standardError
        self.errorLimit = errorLimit
        self.band = band
    }

    /// How many standard errors lie between the closed form and what was measured, negative when that is too
    /// small; nil where the answer is exact.
    public var offBy: Double? {
        standardError.map { measured == closedForm ? 0 : (measured - closedForm) / $0 }
    }

    /// The standard error as a share of the closed form; nil where the answer is exact.
    public var relativeError: Double? {
        standardError.map { $0 == 0 ? 0 : $0 / closedForm.magnitude }
    }

    /// Why it is out of band; nil when it is not.
    public var problem: String? {
        if let band {
            return band.contains(closedForm)
                ? nil
                : "the real \(text(closedForm)) must lie between \(text(band.lowerBound)) and "
                    + "\(text(band.upperBound)), around what was simulated"
        }
        guard let offBy, let relativeError else {
            return measured == closedForm ? nil : "must come out exactly as worked out by hand"
        }
        if relativeError > errorLimit {
            return "the standard error is \(Self.percent(relativeError)) of the value, above "
                + Self.percent(errorLimit) + ": too little was simulated to tell"
        }
        guard offBy.magnitude <= 3 else {
            return "\(decimal(offBy.magnitude, places: 1)) standard errors "
                + (offBy > 0 ? "above" : "below") + " its closed form, and 3 are the most"
        }
        return nil
    }

    package static func percent(_ share: Double) -> String { "\(decimal(share * 100, places: 2)) %" }

    /// A value of this quantity, with decimals enough to show two digits of the standard error.
    package func text(_ value: Double) -> String {
        let number =
            if let standardError, standardError > 0 {
                decimal(value, places: (0...6).first { standardError * Double(powerOfTen($0)) >= 9.5 } ?? 6)
            } else {
                significant(value)
            }
        return unit.isEmpty ? number : "\(number) \(unit)"
    }
}
