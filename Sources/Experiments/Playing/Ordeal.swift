public import Vocabulary

/// What letters went through between the moment at which they were accepted and that at which they were shown:
/// there a system has given its word and not kept it yet, and so comes nearest to breaking it.
///
/// Faults are known by their places among those of the result.
public struct Ordeal: Hashable, Sendable {
    /// Those that were on when the letters were accepted.
    public var during: [Int]
    /// Those that began after that, and were over before the letters were shown.
    public var through: [Int]
    /// How many letters.
    public private(set) var letters = 0
    /// When the first and the last of them were accepted.
    public private(set) var accepted = Instant.start ... .start

    public init(during: [Int], through: [Int]) { (self.during, self.through) = (during, through) }

    /// - Parameter shown: nil when that never was.
    init(from accepted: Instant, to shown: Instant?, _ occasions: [FaultSchedule.Occasion]) {
        self.init(during: [], through: [])
        for (place, occasion) in occasions.enumerated() {
            if occasion.from > accepted {
                guard let end = occasion.to else { continue }
                if shown.map({ $0 > end }) ?? true { through.append(place) }
            } else if occasion.to.map({ $0 > accepted }) ?? true {
                during.append(place)
            }
        }
    }

    /// One more letter that went through it.
    mutating func take(accepted time: Instant) {
        accepted =
            letters == 0 ? time...time : min(accepted.lowerBound, time)...max(accepted.upperBound, time)
        letters += 1
    }
}
