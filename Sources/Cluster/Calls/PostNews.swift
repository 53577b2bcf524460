public import Simulation

/// What the sender of a post is going to hear if it is lost, as the label of the post's parcel says: from which
/// machine it comes, which incarnation there has sent it, and its words, in a parcel of their own.
///
///     | machine + 1, 32 bits | index of the incarnation, 32 |    | parcel, 64 |
///
/// The parcel is thrown away when the post has arrived.
@usableFromInline
struct PostNews {
    let machine: Int
    let index: Int
    let parcel: Parcel

    @usableFromInline
    init(machine: Int, index: Int, parcel: Parcel) {
        (self.machine, self.index, self.parcel) = (machine, index, parcel)
    }

    /// Nil for a sender that does not want to know.
    init?(of packet: Packet) { self.init(label: packet.parcel.label, parcel: nil) }

    /// The packet has none any more: whoever throws it away leaves the news alone.
    init?(takenFrom packet: Packet) {
        self.init(of: packet)
        packet.parcel.label = (0, 0)
    }

    init?(label: (UInt64, UInt64), parcel: Parcel?) {
        guard label.0 != 0 else { return nil }
        machine = Int(label.0 >> 32) - 1
        index = Int(label.0 & 0xFFFF_FFFF)
        self.parcel = parcel ?? Parcel(word: label.1)
    }

    @usableFromInline var label: (UInt64, UInt64) {
        (UInt64(machine + 1) << 32 | UInt64(UInt32(index)), parcel.word)
    }
}
