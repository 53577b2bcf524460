public import Cluster
public import Vocabulary

/// What is done when devices of one person change their blocks and do not know of each other (S0-27, S0-43).
///
/// A system owes such apps this: `BlockLists` decides about each `FromDevice.block`, and the decision is told to the
/// device, to all of its owner's devices and to whom it is about, who hears of it on their return when they are away
/// (`ToDevice.missed`); `blocksSynced` is noted there. With `oneDevice` it
/// tells the others of a person `ToDevice.elsewhere` when one of their devices says hello.
public enum BlockConflicts: String, Choice {
    /// The person is asked what they mean; until they have answered, whoever it is about is blocked.
    case askUser = "ask-user"
    /// Nobody is unblocked until all devices of the person know all of their blocks.
    case forbidUnblockUntilSynced = "forbid-unblock-until-synced"
    /// One device of a person is connected at a time; who puts that one away turns to another that is open. What others have queued meanwhile may conflict all the same:
    /// then the later one holds, by the clocks of the devices.
    case oneDevice = "one-device"
}

/// A block or its end, as a device wants it: 21 bytes.
@frozen
public struct BlockOrder: Hashable, Sendable {
    /// By the device's clock.
    public var time: LocalTime
    /// Who is to be blocked, or not any more.
    public var user: User
    /// Counts the orders of a device, from 1; the answer names it.
    public var number: UInt32
    /// How far the device knew its owner's list (`BlockEntry.version`).
    public var base: UInt32
    // The last one, so that it is no larger than a letter.
    public var isBlock: Bool

    @inlinable public var mark: UInt64 {
        Vocabulary.mark(
            UInt64(user.number) << 1 | (isBlock ? 1 : 0), UInt64(number) << 32 | UInt64(base),
            UInt64(bitPattern: time.nanoseconds))
    }
}

/// What a system says to an order.
@frozen
public enum BlockAnswer: UInt8, Hashable, Sendable {
    case taken
    /// Another device said otherwise and did not know of it either: the person is asked.
    case asked
    /// Another device said otherwise and did not know of it either, at a later time by its clock.
    case overruled
    /// The same at an earlier time: this order holds.
    case prevailed
    /// Not all devices know of all blocks yet: nothing is changed.
    case notSynced
}

/// A line of a person's list, as the system has it. Each change of the list has the next version, from 1.
@frozen
public struct BlockEntry: Hashable, Sendable {
    public var user: User
    public var version: UInt32
    public var isBlocked: Bool

    @inlinable
    public init(_ user: User, isBlocked: Bool, version: UInt32) {
        (self.user, self.isBlocked, self.version) = (user, isBlocked, version)
    }

    @inlinable public var mark: UInt64 {
        Vocabulary.mark(UInt64(user.number) << 1 | (isBlocked ? 1 : 0), UInt64(version))
    }
}
