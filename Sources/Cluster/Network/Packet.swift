public import Simulation
public import Vocabulary

/// A message on its way over the network, as the network sees it.
@frozen
@usableFromInline
struct Packet: BitwiseCopyable, Sendable {
    @usableFromInline var parcel: Parcel
    @usableFromInline let target: Target
    @usableFromInline var bytes: UInt32
    /// The link that it crosses, by number; none for what comes from outside of the simulated world.
    @usableFromInline var link: UInt16
    @usableFromInline var kind: Kind
    /// A checksum will find that bits have changed.
    @usableFromInline var isCorrupted: Bool

    @inlinable static var noLink: UInt16 { .max }

    @frozen @usableFromInline
    enum Kind: UInt8 {
        /// A datagram, or the request of a call.
        case request
        /// The answer to a call: it goes to the desk of that mailbox and index, which keeps the caller's open
        /// calls.
        case answer
        /// What a device says over a line.
        case uplink
        /// What a device is told over a line: its target is in the row of the line.
        case downlink
        /// A message one way, over a connection.
        case post
        /// The sender of a post is told that it was not taken.
        case news
        /// A caller is told that the part it has asked has ended: it goes where the answer would have gone.
        case end

        /// Whether it says that a connection is over: that needs no new one.
        var endsConnection: Bool { self == .news || self == .end }
    }

    @inlinable
    init(parcel: Parcel, target: Target, size: ByteCount, kind: Kind = .request) {
        // As a number of 32 bits less than nothing would be 4 GB, and hold a line up for an hour.
        precondition(
            UInt64(bitPattern: size.bytes) <= UInt64(UInt32.max), "a message of \(size), of 0 B to 4 GB")
        self.parcel = parcel
        self.target = target
        bytes = UInt32(truncatingIfNeeded: size.bytes)
        link = Self.noLink
        self.kind = kind
        isCorrupted = false
    }

    var size: ByteCount { ByteCount(bytes: Int64(bytes)) }

    var mark: UInt64 {
        Vocabulary.mark(
            (isCorrupted ? 2 : 1) + 2 * UInt64(kind.rawValue),
            UInt64(target.mailbox) << 32 | UInt64(target.number),
            UInt64(bytes),
            UInt64(link))
    }
}

/// Why a packet was not delivered.
public enum DropReason: Int, CaseIterable, Sendable {
    /// The link lost it.
    case lost
    /// Bits changed on the way; the checksum found out.
    case corrupted
    /// A partition lay between the machines.
    case partitioned
    /// No room was left in the buffer of an interface.
    case overflowed
    /// The machine that it was for was down.
    case machineDown
    /// Nobody listened there.
    case refused
    /// The queue before the processor was full.
    case overloaded
    /// The connection ended.
    case reset
}

/// What a link has carried since the start of the run; or what the machines of a role have sent, received and
/// thrown away.
public struct Traffic: Sendable {
    public internal(set) var sent: UInt64 = 0
    public internal(set) var sentBytes: UInt64 = 0
    public internal(set) var delivered: UInt64 = 0
    public internal(set) var deliveredBytes: UInt64 = 0
    public internal(set) var duplicated: UInt64 = 0
    /// Segments of streams that were sent again.
    public internal(set) var retransmitted: UInt64 = 0
    var drops = InlineArray<8, UInt64>(repeating: 0)

    public func dropped(_ reason: DropReason) -> UInt64 { drops[reason.rawValue] }
}
