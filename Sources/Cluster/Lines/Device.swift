public import Simulation
public import Vocabulary

/// The app on a user's device. It has no machine of its own, no queue and no disk: what happens to it takes
/// effect at once.
public protocol Device: Component where Inbox == DeviceEvent<Heard> {
    /// What it understands of what is said to it.
    associatedtype Heard: Marked

    /// By what it reaches the world outside.
    nonisolated var socket: Socket { get }

    /// Takes one event.
    func receive(_ event: DeviceEvent<Heard>, in shift: Shift)
}

extension Device {
    /// What `receive` may do, as this type of device.
    public typealias Shift = DeviceShiftOf<Self>

    public nonisolated var home: Home { socket.home }

    @inlinable
    public func receive(_ message: Inbox, in turn: TurnOf<Self>) {
        let cluster = socket.cluster
        switch message {
        case .opened(let line), .said(let line, _):
            // What was on its way when the device gave the line up reaches nobody.
            guard cluster.lines.isOpenAtDevice(line.number) else { return }
        case .closed(let line, _): guard cluster.lines.endsAtDevice(line.number) else { return }
        case .due: break
        }
        receive(message, in: DeviceShiftOf(turn: turn, cluster: cluster))
    }
}

/// Where a device is plugged into its cluster.
@frozen
public struct Socket: Sendable {
    @usableFromInline unowned(unsafe) let cluster: Cluster

    @usableFromInline
    init(cluster: Cluster) { self.cluster = cluster }

    @inlinable public var home: Home { Home(cluster.world) }

    /// Asks for the memory that a message over a line will touch.
    public func prefetch<Heard>(_ line: Line<Heard>) { cluster.lines.prefetch(line.number) }
}

/// What a device may do while something happens to it.
@frozen
public struct DeviceShiftOf<D: Device> {
    @usableFromInline let turn: TurnOf<D>
    @usableFromInline unowned(unsafe) let cluster: Cluster

    @inlinable
    init(turn: TurnOf<D>, cluster: Cluster) {
        self.turn = turn
        self.cluster = cluster
    }

    @inlinable public var now: Instant { turn.now }

    /// Counts the devices of this type, from 0.
    @inlinable public var number: Int { turn.address.index }

    /// Begins to open a line from the access network `zone`; `opened` or `closed` tells what came of it.
    /// `count` says how many lines this device has opened before: it tells the random numbers of one from
    /// those of the next.
    @inlinable
    public func open<H: Host>(
        to host: Endpoint<H>, from zone: Zone, handshake: Handshake, count: UInt32
    ) -> Line<D.Heard> where H.Heard == D.Heard {
        cluster.welcome(H.self)
        return Line(
            cluster.lines.open(
                from: turn.address.place, in: zone, to: host.target, handshake: handshake, count: count))
    }

    /// Says something to the part at the other end.
    @inlinable
    public func say<H: Host>(
        _ message: H.Inbox, to host: Endpoint<H>, on line: Line<D.Heard>, size: ByteCount
    ) where H.Heard == D.Heard {
        let parcel = turn.world.pack(message, mailbox: Int(host.target.mailbox))
        cluster.lines.sayUp(
            Packet(parcel: parcel, target: host.target, size: size, kind: .uplink), on: line.number)
    }

    /// Ends a line in good order; no `closed` follows.
    public func hangUp(_ line: Line<D.Heard>) { cluster.lines.deviceHangsUp(line.number) }

    /// Forgets a line without a word: the app was killed, or the network address is another one now.
    public func vanish(from line: Line<D.Heard>) { cluster.lines.deviceVanishes(line.number) }

    /// A note to oneself.
    @inlinable
    public func arm(_ note: Note, after delay: Span) -> Timer { turn.arm(.due(note), after: delay) }

    @discardableResult @inlinable
    public func cancel(_ timer: Timer) -> Bool { turn.cancel(timer) }

    /// Tells the ledger what happened.
    @inlinable
    public func tell(_ fact: some Fact) { turn.tell(fact) }
}
