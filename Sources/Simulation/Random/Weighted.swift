/// One of several choices, each in proportion to its weight. One draw a sample, whatever the number of
/// choices.
///
/// The alias method (A. J. Walker, 1977; tables by M. D. Vose, *A linear algorithm for generating random
/// numbers with a given distribution*, 1991): every choice has a column of equal width, filled up to the top
/// by one alias.
///
///     weights 1, 2, 5: columns of 8/3
///     ┌───┬───┬───┐
///     │ 2 │ 2 │   │
///     │   ├───┤   │
///     │   │   │ 2 │
///     ├───┤ 1 │   │
///     │ 0 │   │   │
///     └───┴───┴───┘
///
/// The upper half of draw × count is the column, the lower half the height in it.
public struct Weighted: Hashable, Sendable {
    @usableFromInline
    struct Column: Hashable, Sendable {
        @usableFromInline var ownHeight: UInt64  // of 2⁶⁴
        @usableFromInline var alias: Int
    }

    @usableFromInline let columns: [Column]

    public init(_ weights: [Double]) {
        precondition(!weights.isEmpty, "there is nothing to choose from")
        for weight in weights {
            precondition(weight >= 0, "a weight of \(weight)")
            precondition(weight.isFinite, "a weight of \(weight)")
        }
        let sum = weights.reduce(0, +)
        precondition(sum > 0, "all weights are zero")
        precondition(sum.isFinite, "the weights add up to more than a number can hold")

        var heights = weights.map { $0 / sum * Double(weights.count) }
        // What no alias fills stays whole: its own alias.
        var columns = weights.indices.map { Column(ownHeight: 0, alias: $0) }
        var low = heights.indices.filter { heights[$0] < 1 }
        var high = heights.indices.filter { heights[$0] >= 1 }
        while let filled = low.popLast(), let giver = high.last {
            columns[filled] = Column(ownHeight: UInt64(heights[filled] * 0x1p64), alias: giver)
            heights[giver] -= 1 - heights[filled]
            if heights[giver] < 1 {
                high.removeLast()
                low.append(giver)
            }
        }
        self.columns = columns
    }

    /// The index of the chosen weight.
    @inlinable
    public func sample(_ stream: inout RandomStream) -> Int {
        let (column, height) = UInt64(columns.count).multipliedFullWidth(by: stream.next())
        let index = Int(truncatingIfNeeded: column)
        return height < columns[index].ownHeight ? index : columns[index].alias
    }
}
