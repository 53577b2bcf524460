public import Simulation
public import Vocabulary

/// A part as devices see it that do not know its type: where it is, and how a word becomes a message to it.
///
/// So one type of device can speak to any part that understands its words.
public struct Door<Word: Sendable, Heard: Marked>: Sendable {
    @usableFromInline let target: Target
    @usableFromInline let kind: Kind

    /// What the doors to all parts of one type have in common.
    @usableFromInline
    final class Kind: Sendable {
        @usableFromInline let pack: @Sendable (UnsafeMutablePointer<Core>, Int, Word, Line<Heard>) -> Parcel
        @usableFromInline let welcome: @Sendable (Cluster) -> Void

        @inlinable
        init<H: Host>(_: H.Type, _ message: @escaping @Sendable (Word, Line<Heard>) -> H.Inbox)
        where H.Heard == Heard {
            pack = { core, mailbox, word, line in core.pack(message(word, line), mailbox: mailbox) }
            welcome = { $0.welcome(H.self) }
        }
    }

    /// Doors to these parts, by number.
    @inlinable
    public static func doors<H: Host>(
        to hosts: Endpoints<H>, _ message: @escaping @Sendable (Word, Line<Heard>) -> H.Inbox
    ) -> [Door] where H.Heard == Heard {
        let kind = Kind(H.self, message)
        return hosts.map { Door(target: $0.target, kind: kind) }
    }

    @inlinable
    init(target: Target, kind: Kind) {
        self.target = target
        self.kind = kind
    }
}

extension DeviceShiftOf {
    /// Begins to open a line from the access network `zone`; `opened` or `closed` tells what came of it.
    /// `count` says how many lines this device has opened before: it tells the random numbers of one from
    /// those of the next.
    @inlinable
    public func open<Word>(
        to door: Door<Word, D.Heard>, from zone: Zone, handshake: Handshake, count: UInt32
    ) -> Line<D.Heard> {
        door.kind.welcome(cluster)
        return Line(
            cluster.lines.open(
                from: turn.address.place, in: zone, to: door.target, handshake: handshake, count: count))
    }

    /// Says something to the part at the other end.
    @inlinable
    public func say<Word>(_ word: Word, at door: Door<Word, D.Heard>, on line: Line<D.Heard>, size: ByteCount)
    {
        let parcel = door.kind.pack(turn.core, Int(door.target.mailbox), word, line)
        lines._withUnsafeGuaranteedRef {
            $0.sayUp(Packet(parcel: parcel, target: door.target, size: size, kind: .uplink), on: line.number)
        }
    }
}

extension Cluster {
    /// Has a line be open when the run begins; both ends are told at once.
    @inlinable @discardableResult
    public func connect<Word, D: Device>(
        _ device: Address<D>, in zone: Zone, to door: Door<Word, D.Heard>, count: UInt32 = 0
    ) -> Line<D.Heard>? {
        door.kind.welcome(self)
        return connect(device.place, in: zone, to: door.target, count: count).map { Line($0) }
    }

    /// Has a part take a word before the run begins, at no cost: what it knows from earlier days.
    @inlinable
    public func preload<Word, Heard>(_ word: Word, on line: Line<Heard>, into door: Door<Word, Heard>) {
        preload(door.kind.pack(world.core, Int(door.target.mailbox), word, line), into: door.target)
    }

    /// Has a part take a message before the run begins, at no cost.
    @inlinable
    public func preload<P: Part>(_ message: P.Inbox, into endpoint: Endpoint<P>) {
        preload(world.core.pack(message, mailbox: Int(endpoint.target.mailbox)), into: endpoint.target)
    }

    @usableFromInline
    func preload(_ parcel: Parcel, into target: Target) {
        precondition(world.now == .start, "what is known from earlier days is known from the start")
        begin()
        guard let listener = listener(at: target) else { preconditionFailure("nobody listens there") }
        world.core.hand(parcel, to: listener)
    }
}
