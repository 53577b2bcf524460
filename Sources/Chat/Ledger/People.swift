/// What the ledger knows of a person.
///
/// "Since" is told by numbers of facts, not by times: of two facts in one nanosecond the later one has the
/// larger number.
struct Person {
    /// The facts by which the last open app was closed and, later or earlier, the first one opened; 0: none.
    var wentAt: UInt64 = 0
    var backAt: UInt64 = 0
    /// The fact by which an app, the last open one or not, was closed.
    var closedAt: UInt64 = 0
    var backTime: UInt64 = 0  // ns
    /// The beginning of the newest page of the person's letters in the index, and how many letters there are.
    var page: UInt32 = 0
    var letters: UInt32 = 0
    /// Accepted letters that are due to the person and were not shown.
    var owed: UInt32 = 0
    /// Of these, the ones that were accepted before the person's return, while the catch-up lasts.
    var missed: UInt32 = 0
    /// A bit for each device that the person has, whose app is open, that has network access.
    var devices: UInt8
    var open: UInt8 = 0
    var reach: UInt8 = .max
    var region: UInt8
    var access: UInt8
    var hasBlocked = false
}

/// When a device's app and access last changed.
struct DeviceTimes {
    var closedAt: UInt64 = 0  // number of the fact; 0: never
    var gainedAt: UInt64 = 0  // number of the fact
    var openedTime: UInt64 = 0  // ns
    var gainedTime: UInt64 = 0  // ns
    /// Since when its app has had a line to the system, in ns; `noLine` when it has none. Whoever does not
    /// tell of lines has one all the time.
    var lineTime: UInt64 = 0
    /// When the latest time ended in which it could be reached for a chance, while nothing kept the system from using
    /// that, in ns; 0: never.
    var chanceEnd: UInt64 = 0

    static let noLine = UInt64.max
}

/// A block that once was set: on a device first, or on none when the system has it from before.
struct BlockRecord {
    var isInForce = true
    var setAt: UInt64  // number of the fact; 0: before the run
    var setTime: UInt64  // ns
    /// A bit for each device that has it on its list.
    var devices: UInt8 = 0
    /// Since when a device of its owner's has known that the system has it; nil where none does.
    var heldAt: UInt64?  // number of the fact
    var heldTime: UInt64 = 0  // ns

    /// Its end has not got through to the system, and whether the block has, nobody knows: a letter may be shown or not.
    var isDoubtful: Bool { devices == 0 && heldAt == nil }
}
