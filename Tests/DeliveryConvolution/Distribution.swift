import Foundation

/// How long something takes, as shares of a grid of a fifth of a millisecond, up to five seconds; what takes longer
/// is in the last share.
struct Distribution {
    static let step = 0.2  // ms
    static let count = 25_000

    private(set) var shares = [Double](repeating: 0, count: Distribution.count)

    /// Always so long.
    init(_ milliseconds: Double) { shares[Self.place(of: milliseconds)] = 1 }

    private init(shares: [Double]) { self.shares = shares }

    /// A lognormal by its median and its 99th percentile: σ = ln(p99 ÷ median) ÷ 2.326.
    static func lognormal(median: Double, p99: Double) -> Distribution {
        let sigma = log(p99 / median) / 2.326348
        return of { milliseconds in
            milliseconds <= 0 ? 0 : 0.5 * erfc(-log(milliseconds / median) / (sigma * 2.0.squareRoot()))
        }
    }

    /// Straight between quantiles.
    static func table(_ points: [(share: Double, milliseconds: Double)]) -> Distribution {
        of { milliseconds in
            guard milliseconds > points[0].milliseconds else { return 0 }
            for (a, b) in zip(points, points.dropFirst()) where milliseconds <= b.milliseconds {
                return a.share
                    + (b.share - a.share) * (milliseconds - a.milliseconds)
                    / (b.milliseconds - a.milliseconds)
            }
            return 1
        }
    }

    static func uniform(upTo milliseconds: Double) -> Distribution { table([(0, 0), (1, milliseconds)]) }

    /// By the share that is not above a value.
    private static func of(_ cumulative: (Double) -> Double) -> Distribution {
        var shares = [Double](repeating: 0, count: count)
        var before = 0.0
        for place in 0..<count {
            let next = place == count - 1 ? 1 : cumulative((Double(place) + 0.5) * step)
            shares[place] = next - before
            before = next
        }
        return Distribution(shares: shares)
    }

    /// One of several, each as often as its weight says.
    static func mixture(_ parts: [(weight: Double, Distribution)]) -> Distribution {
        let whole = parts.reduce(0) { $0 + $1.weight }
        var shares = [Double](repeating: 0, count: count)
        for (weight, part) in parts {
            for place in 0..<count { shares[place] += weight / whole * part.shares[place] }
        }
        return Distribution(shares: shares)
    }

    /// One after the other: the convolution of both.
    static func + (a: Distribution, b: Distribution) -> Distribution {
        // What is shorter goes outside, so that hops within a data centre cost next to nothing.
        let (long, short) = a.extent > b.extent ? (a, b) : (b, a)
        var shares = [Double](repeating: 0, count: count)
        for (place, share) in short.shares[...short.extent].enumerated() where share > 0 {
            for other in 0...long.extent {
                shares[min(place + other, count - 1)] += share * long.shares[other]
            }
        }
        return Distribution(shares: shares)
    }

    /// The earlier of two that do not know of each other.
    func earlier(_ other: Distribution) -> Distribution {
        Self.of(zip(cumulative, other.cumulative).map { 1 - (1 - $0) * (1 - $1) })
    }

    /// The time below which so many stay, in ms.
    func percentile(_ share: Double) -> Double {
        var sum = 0.0
        for (place, part) in shares.enumerated() {
            sum += part
            if sum >= share { return Double(place) * Self.step }
        }
        return .infinity
    }

    var mean: Double { shares.enumerated().reduce(0) { $0 + Double($1.offset) * Self.step * $1.element } }

    private var extent: Int { shares.lastIndex { $0 > 0 } ?? 0 }

    private var cumulative: [Double] {
        var sum = 0.0
        return shares.map {
            sum += $0
            return sum
        }
    }

    private static func of(_ cumulative: [Double]) -> Distribution {
        Distribution(shares: zip(cumulative, [0] + cumulative).map { $0 - $1 })
    }

    private static func place(of milliseconds: Double) -> Int {
        min(count - 1, Int((milliseconds / step).rounded()))
    }
}
