public import Vocabulary

/// Which of several equal parts is asked next: one after the other, or for a key always the same one. Who has not
/// answered is left out for a while, or until it is known to be well, unless all are.
public struct Rotation: Sendable {
    /// How long who has not answered is left out.
    private static let avoidance = Span.seconds(5)

    private var next = 0
    private var avoidedUntil: [Instant]
    private var isOut: [Bool]

    public init(among count: Int) {
        precondition(count > 0, "a rotation among nobody")
        avoidedUntil = Array(repeating: .start, count: count)
        isOut = Array(repeating: false, count: count)
    }

    public mutating func pick(at now: Instant) -> Int {
        next = next + 1 == avoidedUntil.count ? 0 : next + 1
        return pick(from: next, at: now)
    }

    /// The one of that key, or who takes its place.
    public func pick(for key: UInt64, at now: Instant) -> Int {
        pick(from: Int(key % UInt64(avoidedUntil.count)), at: now)
    }

    private func pick(from first: Int, at now: Instant) -> Int {
        var place = first
        for _ in avoidedUntil {
            if avoidedUntil[place] <= now, !isOut[place] { return place }
            place = place + 1 == avoidedUntil.count ? 0 : place + 1
        }
        return first
    }

    public mutating func avoid(_ place: Int, at now: Instant) { avoidedUntil[place] = now + Self.avoidance }

    /// It gets nothing until it is taken in again. False when it was left out already.
    public mutating func leaveOut(_ place: Int) -> Bool {
        defer { isOut[place] = true }
        return !isOut[place]
    }

    public mutating func takeIn(_ place: Int) { isOut[place] = false }
}
