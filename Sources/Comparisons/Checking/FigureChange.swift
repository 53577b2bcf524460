import Results
import Simulation
import Vocabulary

/// What became of one figure, and whether that is allowed.
package struct FigureChange: Sendable {
    package enum Assessment: Sendable {
        case improved, regressed
        /// More than is allowed, and no more than chance does.
        case unclear
        /// Less than is allowed, or nothing that has a better side.
        case small
    }

    package let name: String
    package let kind: RunFigure.Kind
    package let word: Assessment
    /// The mean over the seeds; infinite where one of them is.
    package let before: Amount?
    package let after: Amount?
    /// A share of which more is better, as availability: then the difference is that of what is missing from the whole.
    package let isOfMissing: Bool
    package let difference: PairedDifference
    /// Which way is worse, and by how much of the mean it may become so.
    package let worse: RunFigure.Worse
    package let allowed: Double
    /// Whether it has a better side that anybody asks for; what is not judged explains what is.
    package let isJudged: Bool
    /// How sure the interval is, and half its width; nil for a single seed.
    package let level: Double
    package let halfWidth: Double?
    /// Of how many seeds in how many it went that way.
    package let seeds: Int
    package let agreeing: Int
    /// Why, in the order of weight: what grew, and what was busy. Empty where nothing stands out.
    package var causes: [String] = []

    /// By how much it changed. Of what was nothing, or never comes in other seeds than before or in all of them, there
    /// is no share.
    package var share: Double? {
        guard difference.infiniteBefore == difference.infiniteAfter, let before = difference.meanBefore,
            before != 0
        else { return nil }
        return difference.mean
    }

    /// A time, which may never come.
    var isOfTime: Bool {
        switch after ?? before {
        case .time, .never: true
        default: false
        }
    }

    /// By which the difference counts as one for the worse: of what is missing more is worse.
    package var sign: Double { isOfMissing ? 1 : worse.sign }

    /// Whether it went the way that is worse.
    package var isWorse: Bool { difference.mean * sign > 0 }

    /// The smallest change of this figure that these seeds would have shown; nil for a single one, which shows none.
    package var smallest: Double? { halfWidth.map { max(allowed, $0) } }
}

extension RunFigure.Worse {
    /// By which a change counts as one for the worse.
    package var sign: Double {
        switch self {
        case .up: 1
        case .down: -1
        case .neither: 0
        }
    }
}

extension FigureChange {
    /// - Parameter isExact: what differs has no chance in it, since people saw the same letters at the same
    ///   moments.
    init?(
        of figure: RunFigure, before: [Amount?], after: [Amount?], tolerances: Tolerances, level: Double,
        isExact: Bool
    ) {
        // From 99.5 % to 95 % are five points of the share, and ten times as many failures.
        let isShare = (before + after).contains { if case .share = $0 { true } else { false } }
        let isOfMissing = isShare && figure.worse == .down
        func counted(_ values: [Amount?]) -> [Amount?] {
            isOfMissing ? values.map { $0?.missing } : values
        }
        guard let difference = PairedDifference(before: counted(before), after: counted(after)) else {
            return nil
        }
        let isNamed = tolerances.isNamed(figure.name)
        (name, kind) = (figure.name, figure.kind)
        (self.difference, self.isOfMissing, self.level) = (difference, isOfMissing, level)
        // Of nothing there is no share. What is in each of four seeds and was in none needs no interval: chance does that
        // in one check of 4 to the 4th at most, and more often with fewer seeds.
        let isFromNone = difference.meanBefore == 0
        let isInEach = difference.shares.count > 3 && difference.count(up: true) == difference.shares.count
        // What never happened before must not begin; where it did, it is a number like others.
        let isNew = isFromNone && (figure.isPromise || isInEach)
        allowed = isFromNone || (figure.isOwed && !isNamed) ? 0 : tolerances.share(of: figure.name).fraction
        halfWidth = isExact ? 0 : difference.halfWidth(level: level)
        seeds = zip(before, after).count { $0 != nil && $1 != nil }
        self.worse = figure.worse
        isJudged =
            isNamed || ((figure.isPromise || figure.isJudged) && figure.worse != .neither)
        let isRisingInfinite = difference.infiniteAfter > difference.infiniteBefore
        let isOtherInfinite = difference.infiniteAfter != difference.infiniteBefore
        let isUp = isOtherInfinite ? isRisingInfinite : difference.mean > 0
        let isWorse =
            switch figure.worse {
            case .up: isUp
            case .down: isUp == isOfMissing
            // Nobody has said which side is good: a tolerance is one for both.
            case .neither: true
            }
        let size = difference.mean.magnitude
        if !isJudged || (!isOtherInfinite && size <= allowed) {
            word = .small
        } else if isOtherInfinite || isNew || halfWidth.map({ size > $0 }) == true {
            word = isWorse ? .regressed : .improved
        } else {
            word = .unclear
        }
        let pairs = zip(before, after).compactMap { a, b in a.flatMap { a in b.map { (a, $0) } } }
        agreeing =
            isOtherInfinite
            ? pairs.count { $0.isInfinite != $1.isInfinite && $1.isInfinite == isRisingInfinite }
            : difference.count(up: isUp)
        let shape = (before + after).lazy.compactMap(\.self).first { !$0.isInfinite }
        func amount(_ values: [Amount?], _ meanOfPairs: Double?) -> Amount? {
            let known = values.compactMap(\.self)
            guard !known.contains(where: \.isInfinite) else { return .infinite(of: known) }
            // Where no seed is finite on both sides this one has a mean of its own.
            let mean = meanOfPairs ?? Replications(counted(known).compactMap { $0?.magnitude }).mean
            return mean.flatMap { shape?.with(isOfMissing ? 1 - $0 : $0, of: difference.shares.count) }
        }
        self.before = amount(before, difference.meanBefore)
        self.after = amount(after, difference.meanAfter)
    }
}

extension Amount {
    /// Of a share the rest to the whole.
    fileprivate var missing: Amount {
        guard case .share(let part, let whole) = self else { return self }
        return .share(part: whole - min(part, whole), whole: whole)
    }

    /// The same kind of value with another magnitude, a mean of so many: two letters in five seeds are 0.4. Times, bytes
    /// and rates are rounded to whole ones.
    package func with(_ magnitude: Double, of count: Int = 1) -> Amount {
        let whole = UInt64(max(0, magnitude).rounded())
        return switch self {
        case .time: .time(.nanoseconds(Int64(clamping: whole)))
        case .bytesPerSecond: .bytesPerSecond(whole)
        case .count:
            Amount(Quotient(UInt64(max(0, magnitude * Double(count)).rounded()), over: count), .count)
        case .bytes: .bytes(whole)
        case .perSecond: .perSecond(whole)
        case .share:
            .share(part: UInt64((max(0, magnitude) * 1_000_000_000).rounded()), whole: 1_000_000_000)
        case .quotient(_, _, let unit):
            Amount(Quotient(UInt64((max(0, magnitude) * 1_000_000).rounded()), over: 1_000_000), unit)
        case .never: self
        }
    }
}
