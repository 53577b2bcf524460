internal import Vocabulary

/// A person, apart from what they have in their hands: when they tap. Drawn from streams of their own alone,
/// so they tap the same letters at the same moments whatever app they have, and whatever the system does.
struct TapClock {
    /// The integral of the load at the latest tap.
    private var load = 0.0
    private(set) var taps: UInt32 = 0

    /// When the next tap is; nil when there is none any more.
    mutating func planTap(of user: User, in town: Town) -> Instant? {
        defer { taps += 1 }
        return town.nextTap(of: user, number: taps, count: &load)
    }
}
