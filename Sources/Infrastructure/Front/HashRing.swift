internal import Simulation

/// Consistent hashing: places on a ring, each at several points, and each key belongs to the next point behind it. One
/// place more takes its share of the keys from all others, and no key moves between these.
///
///     0 ───●────○───────●──◆────○───────◆── 2⁶⁴        ● place 0   ○ place 1   ◆ place 2
public struct HashRing: Sendable {
    private struct VirtualNode: Sendable {
        let position: UInt64
        let place: Int
    }

    /// In ascending order of their positions.
    private let points: [VirtualNode]

    /// Of a place. With p points the shares of places differ by 1/√p of a share, as a rule: by 9 %.
    private static let pointsEach = 128

    public init(_ count: Int) {
        precondition(count > 0, "a ring without places")
        points = (0..<count).flatMap { place in
            (0..<Self.pointsEach).map { number in
                VirtualNode(position: Self.position(of: number, of: place), place: place)
            }
        }.sorted { ($0.position, $0.place) < ($1.position, $1.place) }
    }

    /// Mixed twice: keys are small numbers too, and must not lie on the points of the first place.
    private static func position(of number: Int, of place: Int) -> UInt64 {
        Mixing.finalize(Mixing.finalize(UInt64(place) &+ 1) &+ UInt64(number) &* Mixing.step)
    }

    /// To which place a key belongs.
    public func place(of key: UInt64) -> Int { points[index(of: key)].place }

    /// The same, or the next one on the ring that is taken, with all its keys; nil when none is.
    public func place(of key: UInt64, where isTaken: (Int) -> Bool) -> Int? {
        let first = index(of: key)
        for step in points.indices {
            let place = points[(first + step) % points.count].place
            if isTaken(place) { return place }
        }
        return nil
    }

    /// The first point at the key's position or behind it; the first one of all behind the last.
    private func index(of key: UInt64) -> Int {
        let position = Mixing.finalize(key)
        var (low, high) = (0, points.count)
        while low < high {
            let middle = (low + high) / 2
            if points[middle].position < position { low = middle + 1 } else { high = middle }
        }
        return low == points.count ? 0 : low
    }
}
