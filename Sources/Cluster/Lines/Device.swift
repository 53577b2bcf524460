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
        let lines = socket.lines
        switch message {
        case .opened(let line), .said(let line, _):
            // What was on its way when the device gave the line up reaches nobody.
            guard lines._withUnsafeGuaranteedRef({ $0.isOpenAtDevice(line.number) }) else { return }
        case .closed(let line, _):
            guard lines._withUnsafeGuaranteedRef({ $0.endsAtDevice(line.number) }) else { return }
        case .due: break
        }
        receive(message, in: DeviceShiftOf(turn: turn, lines: lines))
    }
}

/// Where a device is plugged into its cluster.
@frozen
public struct Socket: @unchecked Sendable {
    /// They outlive all devices.
    @usableFromInline let lines: Unmanaged<Lines>

    @usableFromInline
    init(cluster: Cluster) { lines = .passUnretained(cluster.lines) }

    public var home: Home { lines._withUnsafeGuaranteedRef { Home($0.world) } }

    /// Asks for the memory that a message over a line will touch.
    public func prefetch<Heard>(_ line: Line<Heard>) {
        lines._withUnsafeGuaranteedRef { $0.prefetch(line.number) }
    }
}

/// What a device may do while something happens to it.
@frozen
public struct DeviceShiftOf<D: Device> {
    @usableFromInline let turn: TurnOf<D>
    @usableFromInline let lines: Unmanaged<Lines>

    @inlinable
    init(turn: TurnOf<D>, lines: Unmanaged<Lines>) {
        self.turn = turn
        self.lines = lines
    }

    @usableFromInline var cluster: Cluster { lines._withUnsafeGuaranteedRef { $0.cluster } }

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
        let parcel = turn.core.pack(message, mailbox: Int(host.target.mailbox))
        lines._withUnsafeGuaranteedRef {
            $0.sayUp(Packet(parcel: parcel, target: host.target, size: size, kind: .uplink), on: line.number)
        }
    }

    /// How long a line has to stand after something was said on it for the device to know that it has arrived: a ping behind
    /// it was answered.
    public func certainty(on line: Line<D.Heard>) -> Span { cluster.lines.certaintyAtDevice(line.number) }

    /// How long a line has stood, or had when it ended.
    public func age(of line: Line<D.Heard>) -> Span { cluster.lines.age(atDevice: line.number) }

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
