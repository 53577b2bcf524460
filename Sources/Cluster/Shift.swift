public import Simulation
public import Vocabulary

/// What a part may do while it takes a message: read its machine's time, send, arm timers, tell facts.
@frozen
public struct ShiftOf<P: Part>: @unchecked Sendable {
    @usableFromInline let turn: TurnOf<P>
    @usableFromInline let machine: UnsafeMutablePointer<MachineState>

    @inlinable
    init(turn: TurnOf<P>, machine: UnsafeMutablePointer<MachineState>) {
        self.turn = turn
        self.machine = machine
    }

    /// The true time of the simulation, for measuring; what the part itself can know is its machine's clock.
    @inlinable public var now: Instant { turn.now }

    /// When the message that is being taken reached the machine, and when a core began to work on it: for
    /// measuring.
    public var service: (arrived: Instant, began: Instant) {
        guard let core = machine.pointee.finishing else { return (now, now) }
        return machine.pointee.processor?.pointee.latestService(on: core) ?? (now, now)
    }

    /// The machine's number in the cluster, for measuring.
    public var machineNumber: Int { machine.pointee.number }

    /// What the machine's clock shows.
    public var localTime: LocalTime { machine.pointee.clock.reading(at: turn.now) }

    /// Sends a datagram: it arrives once, several times, or never, as the network will have it.
    @inlinable
    public func send<Receiver: Part>(
        _ message: consuming Receiver.Inbox, to endpoint: Endpoint<Receiver>, size: ByteCount
    ) {
        let parcel = turn.core.pack(message, mailbox: Int(endpoint.target.mailbox))
        machine.pointee.cluster.transmit(
            Packet(parcel: parcel, target: endpoint.target, size: size), from: machine)
    }

    /// Sends a message on the connection between the two machines: in the order of all that goes over it, once, or
    /// not at all when the connection breaks.
    ///
    /// - Parameter lost: what this part gets when the connection breaks and the message has not arrived, as far as
    ///   the machine can know.
    @inlinable
    public func post<Receiver: Part>(
        _ message: consuming Receiver.Inbox, to endpoint: Endpoint<Receiver>, size: ByteCount,
        orElse lost: P.Inbox? = nil
    ) {
        let parcel = turn.core.pack(message, mailbox: Int(endpoint.target.mailbox))
        if let lost {
            let place = turn.address.place
            let news = PostNews(
                machine: machine.pointee.number, index: place.index,
                parcel: turn.core.pack(lost, mailbox: place.mailbox))
            parcel.label = news.label
        }
        machine.convey(Packet(parcel: parcel, target: endpoint.target, size: size, kind: .post))
    }

    /// Has this part hear of the end of the connection between the two machines, once, as its operating system does:
    /// when the part there has ended, when something on the way resets it, or when nothing has come through for too
    /// long. Nobody tells of a machine that is gone.
    @inlinable
    public func watchConnection<Other: Part>(to endpoint: Endpoint<Other>, orElse ended: P.Inbox) {
        let place = turn.address.place
        let parcel = turn.core.pack(ended, mailbox: place.mailbox)
        machine.pointee.cluster.watchConnection(
            PostNews(machine: machine.pointee.number, index: place.index, parcel: parcel), from: machine,
            to: endpoint.target)
    }

    /// Opens a connection of its own to another part, as who begins something new with it does: nothing is known of the
    /// path, and what waited for an acknowledgement on the one before goes over it at once.
    public func openConnection<Other: Part>(to endpoint: Endpoint<Other>) {
        machine.pointee.cluster.openConnection(from: machine, to: endpoint.target)
    }

    /// From now on this part closes each connection to another one over which nothing has come through for so long, and
    /// opens another, as a library does that asks for signs of life. What waits goes over that one: or, when what was cut is
    /// whole again, it would wait for what is sent again, after a pause that has doubled to up to two minutes.
    public func renewConnections(silentFor span: Span) {
        machine.pointee.connectionPatience = span
    }

    /// Asks another part. The outcome comes as a message to oneself, exactly once.
    @inlinable
    public func call<C: Call>(_ call: consuming C, at callee: Endpoint<C.Callee>, by caller: Caller<C>)
    where C.Caller == P {
        turn.core.act(as: caller.desk, with: (call, callee, turn.core.turn(of: caller.desk))) { desk, asked in
            let (call, callee, turn) = asked
            desk.make(call, to: callee, in: turn)
        }
    }

    /// Ends the connection over which these calls go, as a client does that has one of its own: those that are open
    /// there are reset, and the next one goes over a new connection.
    @inlinable
    public func hangUp<C: Call>(on callee: Endpoint<C.Callee>, by caller: Caller<C>) where C.Caller == P {
        turn.core.act(as: caller.desk, with: (callee, turn.core.turn(of: caller.desk))) { desk, asked in
            let (callee, turn) = asked
            desk.hangUp(on: callee, in: turn)
        }
    }

    /// Answers a call.
    @inlinable
    public func reply<Reply: Marked>(_ reply: consuming Reply, to ticket: Ticket<Reply>, size: ByteCount) {
        let parcel = turn.core.pack(CallMessage.reply(ticket.call, reply), mailbox: Int(ticket.desk.mailbox))
        machine.convey(
            Packet(parcel: parcel, target: ticket.desk, size: size, kind: .answer),
            toMachine: Int(ticket.machine))
    }

    /// A message to oneself, which waits for a core like any other when it is due.
    @inlinable
    public func arm(_ message: consuming P.Inbox, after delay: Span) -> Alarm {
        let job = Job(
            parcel: turn.core.pack(message, mailbox: turn.address.place.mailbox),
            receiver: turn.address.place)
        return Alarm(timer: machine.pointee.turn.arm(.due(job), after: delay), parcel: job.parcel)
    }

    /// A message to oneself for a thread that has nothing else to do, such as one that sends heartbeats: the system gives
    /// it a core when it is due, whatever the others are at, and what it costs is charged afterwards.
    @inlinable
    public func armBeside(_ message: consuming P.Inbox, after delay: Span) {
        let job = Job(
            parcel: turn.core.pack(message, mailbox: turn.address.place.mailbox),
            receiver: turn.address.place)
        _ = machine.pointee.turn.arm(.dueBeside(job), after: delay)
    }

    /// Takes back what was armed. False when it is due already, or was cancelled before.
    @discardableResult
    public func cancel(_ alarm: Alarm) -> Bool {
        guard machine.pointee.turn.cancel(alarm.timer) else { return false }
        turn.core.discard(alarm.parcel)
        return true
    }

    /// Ends this incarnation of the part, as a program ends by itself: its machine stays up, and nobody
    /// listens there until it is restarted.
    public func end() { machine.pointee.cluster.endIncarnation(on: machine, losing: .process) }

    /// Tells the ledger what happened.
    @inlinable
    public func tell(_ fact: some Fact) { turn.tell(fact) }
}

/// A message to oneself that is not due yet.
@frozen
public struct Alarm: Sendable {
    @usableFromInline let timer: Timer
    @usableFromInline let parcel: Parcel

    @inlinable
    init(timer: Timer, parcel: Parcel) {
        self.timer = timer
        self.parcel = parcel
    }
}
