public import Simulation
public import Vocabulary

/// A component that runs on a machine: a chat host, a broker, the app on a phone.
///
/// What reaches it has waited for a core of its machine and has been worked on for `cost`; then `receive`
/// runs, and everything it sends, writes or arms happens at that instant. A crash before it means that
/// nothing happened.
public protocol Part: Component {
    /// Where it runs.
    nonisolated var seat: Seat { get }

    /// How long a core works on a message. Asked for when service starts, in the state the part is in by
    /// then.
    func cost(of message: Inbox) -> Span

    /// Whether a message takes effect when a core begins to work on it: an event less. Only for messages whose handling starts
    /// nothing, neither here nor elsewhere. Asked for before the cost.
    func isChargedAfterwards(_ message: Inbox) -> Bool

    /// What it keeps in memory, beside its connections. Asked for once a second, and after each message on machines
    /// whose memory has a limit; nothing that counts, unless a part says otherwise.
    var memory: ByteCount { get }

    /// Begins: called once for each incarnation, before its first message, the first time when all parts stand.
    /// A part that has to read what its disk holds does that here.
    func begin(in shift: Shift)

    /// Takes one message, at the end of its service.
    func receive(_ message: Inbox, in shift: Shift)

    /// Is asked to end, before a new version of it starts. It ends at once, unless it says something before: a part that
    /// takes longer ends by itself (`Shift.end`), and is killed where it has not by the time the new version is to start.
    func stop(in shift: Shift)

    /// The run is over before a message was taken, that came at `arrived` and on which a core has been working since `began`,
    /// or which waits for one. For measuring, of where that is lost sight of otherwise: it tells the ledger, and does nothing.
    func leave(_ message: Inbox, arrived: Instant, began: Instant?, in shift: Shift)
}

extension Part {
    /// What `receive` may do, as this type of part.
    public typealias Shift = ShiftOf<Self>

    public nonisolated var home: Home { seat.home }

    public nonisolated func name(number _: Int) -> ActorName { seat.name }

    public var memory: ByteCount { .zero }

    @inlinable
    public func isChargedAfterwards(_ message: Inbox) -> Bool { false }

    @inlinable
    public func begin(in shift: Shift) {}

    @inlinable
    public func stop(in shift: Shift) { shift.end() }

    @inlinable
    public func leave(_ message: Inbox, arrived: Instant, began: Instant?, in shift: Shift) {}

    @inlinable
    public func receive(_ message: Inbox, in turn: TurnOf<Self>) {
        receive(message, in: ShiftOf(turn: turn, machine: seat.machine))
    }
}

/// The place of a part on its machine. A part keeps it and says nothing else about where it is.
@frozen
public struct Seat: Sendable {
    @usableFromInline nonisolated(unsafe) let machine: UnsafeMutablePointer<MachineState>

    @inlinable
    init(machine: UnsafeMutablePointer<MachineState>) { self.machine = machine }

    public var home: Home { Home(machine.pointee.cluster.world) }

    /// Random numbers for one purpose of this incarnation: no other one, and no other machine, draws them.
    public func stream(_ purpose: String) -> RandomStream {
        Streams(seed: machine.pointee.cluster.world.seed, purpose: Purpose(purpose))
            .stream(of: UInt64(machine.pointee.number) << 32 | UInt64(incarnation))
    }

    /// Counts the parts of the role from 0: `chat-host[3]`.
    public var number: Int { Int(machine.pointee.resident.number) }

    /// The zone in which the machine stands.
    public var zone: Zone { machine.pointee.zone }

    /// The name of the role.
    public var role: String { machine.pointee.cluster.roles[machine.pointee.resident.role].pointee.name }

    /// `chat-host[3]`
    var name: ActorName { ActorName(group: role, number: number) }

    /// Counts the incarnations of the part on this machine, from 1.
    public var incarnation: Int { machine.pointee.incarnation }
}

/// Who is meant by what crosses the network: part `number` of a role, in whichever incarnation listens there on
/// arrival. 8 bytes, so that messages can carry many.
@frozen
public struct Endpoint<P: Part>: Hashable, Sendable {
    @usableFromInline let target: Target

    @inlinable
    init(_ target: Target) { self.target = target }

    /// Counts the parts of the role from 0: `chat-host[3]`.
    @inlinable public var number: Int { Int(target.number) }
}

/// An endpoint without its type.
@frozen
@usableFromInline
package struct Target: Hashable, Sendable, BitwiseCopyable {
    /// Of what lies there: the type of its messages.
    @usableFromInline let mailbox: UInt16
    /// Of the machine; 0 for what is no part.
    @usableFromInline let role: UInt16
    @usableFromInline let number: UInt32

    @inlinable
    init(mailbox: Int, role: UInt16 = 0, number: Int) {
        self.mailbox = UInt16(truncatingIfNeeded: mailbox)
        self.role = role
        self.number = UInt32(truncatingIfNeeded: number)
    }
}
