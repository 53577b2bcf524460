public import Simulation
public import Vocabulary

/// A part that users' devices connect to.
public protocol Host: Part {
    /// What the devices understand.
    associatedtype Heard: Marked

    /// The message that says that a device has connected; its cost is that of the handshake.
    static func opened(_ line: Line<Heard>) -> Inbox

    /// The message that says that a line has ended.
    static func closed(_ line: Line<Heard>, _ end: LineEnd) -> Inbox
}

extension ShiftOf {
    /// Says something to the device at the other end. It is there in the order in which it was said, or the
    /// line breaks.
    @inlinable
    public func say<Heard: Marked>(_ word: Heard, on line: Line<Heard>, size: ByteCount) {
        machine.pointee.lines._withUnsafeGuaranteedRef { lines in
            guard let mailbox = lines.deviceMailbox(of: line.number) else { return }
            let parcel = turn.core.pack(DeviceEvent<Heard>.said(line, word), mailbox: mailbox)
            let target = Target(mailbox: mailbox, number: 0)
            lines.sayDown(
                Packet(parcel: parcel, target: target, size: size, kind: .downlink), on: line.number,
                from: machine)
        }
    }

    /// How long a line has to stand after something was said on it for the part to know that it has arrived: a device that
    /// lacks it would have missed the answer to a ping, and then the part the device.
    public var lineCertainty: Span {
        let settings = machine.pointee.cluster.lines.settings(of: machine)
        return settings.certaintyAtDevice + settings.silenceLimit
    }

    /// Asks for the memory that a word on this line will touch.
    public func prefetch<Heard: Marked>(_ line: Line<Heard>) {
        machine.pointee.cluster.lines.prefetch(line.number)
    }

    /// Ends a line in good order.
    public func hangUp<Heard: Marked>(_ line: Line<Heard>) {
        machine.pointee.cluster.lines.hostHangsUp(line.number)
    }
}
