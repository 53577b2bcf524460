internal import Vocabulary

/// Sets of moments as stretches [from, to): in order, apart from each other, none of them empty.
extension [Range<Instant>] {
    /// The same moments in that form, whatever order and overlaps they came in.
    var merged: [Range<Instant>] {
        var merged: [Range<Instant>] = []
        for stretch in sorted(by: { $0.lowerBound < $1.lowerBound }) where !stretch.isEmpty {
            guard let last = merged.last, stretch.lowerBound <= last.upperBound else {
                merged.append(stretch)
                continue
            }
            merged[merged.count - 1] = last.lowerBound..<Swift.max(last.upperBound, stretch.upperBound)
        }
        return merged
    }

    func clipped(to bounds: Range<Instant>) -> [Range<Instant>] {
        map { $0.clamped(to: bounds) }.filter { !$0.isEmpty }
    }

    /// Without the moments of `others`, which are in the same form.
    func removing(_ others: [Range<Instant>]) -> [Range<Instant>] {
        others.reduce(self) { rest, other in
            rest.flatMap { stretch in
                [
                    stretch
                        .lowerBound..<Swift.max(
                            stretch.lowerBound, Swift.min(stretch.upperBound, other.lowerBound)),
                    Swift.min(
                        stretch.upperBound, Swift.max(stretch.lowerBound, other.upperBound))..<stretch
                        .upperBound,
                ].filter { !$0.isEmpty }
            }
        }
    }

    /// How long they last together.
    var duration: Span { reduce(.zero) { $0 + ($1.upperBound - $1.lowerBound) } }
}
