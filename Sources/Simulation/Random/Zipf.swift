/// Ranks from 1 to `count`, rank k in proportion to k^(−exponent): the popularity of rooms.
///
/// One draw a trial, and less than 1.1 trials a sample on the average, whatever the count: W. Hörmann and G.
/// Derflinger, *Rejection-inversion to generate variates from monotone discrete distributions* (1996). No
/// table is kept, so a million ranks cost what ten cost.
@frozen
public struct Zipf: Hashable, Sendable {
    public let count: Int
    public let exponent: Double
    private let areaAtFirst: Double
    private let areaAtLast: Double
    private let quickLimit: Double

    public init(count: Int, exponent: Double) {
        precondition(count > 0, "a Zipf distribution over \(count) ranks")
        precondition(count <= 1 << 50, "a Zipf distribution over \(count) ranks, more than 2⁵⁰")
        precondition(exponent > 0, "a Zipf distribution with the exponent \(exponent)")
        precondition(exponent.isFinite, "a Zipf distribution with the exponent \(exponent)")
        self.count = count
        self.exponent = exponent
        areaAtFirst = Self.area(1.5, exponent) - 1
        areaAtLast = Self.area(Double(count) + 0.5, exponent)
        quickLimit =
            2 - Self.place(Self.area(2.5, exponent) - Elementary.pow(2, -exponent), exponent)
    }

    /// The mean rank: sums over all ranks, so nothing for the path of an event.
    public var mean: Double { moments().first }

    /// Sums over all ranks, too.
    public var variance: Double {
        let (first, second) = moments()
        return second - first * first
    }

    public func sample(_ stream: inout RandomStream) -> Int {
        while true {
            let area = areaAtFirst + stream.openUnit() * (areaAtLast - areaAtFirst)
            let x = Self.place(area, exponent)
            let rank = Int(min(max(x + 0.5, 1), Double(count)))
            let k = Double(rank)
            if k - x <= quickLimit
                || area >= Self.area(k + 0.5, exponent) - Elementary.pow(k, -exponent)
            {
                return rank
            }
        }
    }

    /// The area under t^(−exponent) from 1 to x, (x^(1−exponent) − 1)/(1 − exponent), also where the exponent
    /// is 1.
    private static func area(_ x: Double, _ exponent: Double) -> Double {
        let logarithm = Elementary.log(x)
        return logarithm * Elementary.growth((1 - exponent) * logarithm)
    }

    /// The x up to which there is such an area. No area is as large as 1/(exponent − 1), though a rounded one
    /// may be.
    private static func place(_ area: Double, _ exponent: Double) -> Double {
        Elementary.exp(area * Elementary.logarithmicGrowth(max((1 - exponent) * area, -1)))
    }

    /// Mean and mean square of the rank, added from the smallest term up.
    private func moments() -> (first: Double, second: Double) {
        var weight = 0.0
        var first = 0.0
        var second = 0.0
        for rank in stride(from: count, through: 1, by: -1) {
            let k = Double(rank)
            let term = Elementary.pow(k, -exponent)
            weight += term
            first += term * k
            second += term * k * k
        }
        return (first / weight, second / weight)
    }
}
