internal import Simulation
internal import Vocabulary

/// The pooled connections between machines that calls go over: an ordered stream for each pair in each
/// direction.
///
/// On a healthy path a message costs one event, its arrival, whatever its segments go through. When something
/// is cut, the
/// message at the head is tried again as TCP tries, each attempt an event, and the others wait behind it.
/// Connections are open from
/// the start. One whose far end has started anew since is reset at the next contact, and all that was on it
/// fails.
extension Network {
    struct Stream {
        let source: MachinePointer
        let target: MachinePointer
        /// From the one to the other, and back.
        var way: WayPointer
        var back: WayPointer
        var path: StreamPath
        var link: LinkState
        /// Of what goes over no connection.
        var datagrams: LinkState
        /// Of the part at the far end, when the connection was made; 0 when that end has forgotten it.
        var incarnation: Int
        /// Whether the connection is open, and whether it was opened in this direction: then it counts on
        /// both machines.
        var isOpen = false
        var isCounted = false
        /// When the latest message is there, its last bit taken in.
        var lastArrival = Instant.start
        var stalled: Stalled?
        var waiting: [Packet] = []
    }

    /// The message that does not get through.
    struct Stalled {
        var message: PendingMessage
        /// Nil when the far end has it, and the sender does not know.
        var packet: Packet?
        var timer: Timer?
    }

    /// Sends a packet over the connection between two machines.
    func convey(_ packet: Packet, from source: MachinePointer, to target: MachinePointer) {
        var packet = packet
        packet.link = UInt16(number(source.pointee.zone, target.pointee.zone))
        // From here on a packet's size is what it takes on the wire.
        packet.bytes = UInt32(clamping: StreamSettings.standard.wireSize(of: packet.size).bytes)
        let number = streamNumber(from: source, to: target)
        noteSent(packet, on: streams[number].way, from: source, to: target)
        guard streams[number].stalled == nil else { return streams[number].waiting.append(packet) }
        send(packet, on: number)
    }

    @inline(__always)
    func streamNumber(from source: MachinePointer, to target: MachinePointer) -> Int {
        source.pointee.streams[target.pointee.number] ?? addStream(from: source, to: target)
    }

    private func addStream(from source: MachinePointer, to target: MachinePointer) -> Int {
        let pair = UInt64(source.pointee.number) << 32 | UInt64(target.pointee.number)
        // By the machines, not by who was first: or a call more would change the delays of others.
        let entity = UInt32(truncatingIfNeeded: Mixing.finalize(pair + 1))
        streams.append(
            Stream(
                source: source, target: target, way: way(from: .machine(source), to: .machine(target)),
                back: way(from: .machine(target), to: .machine(source)), path: StreamPath(.standard),
                link: LinkState(entity: entity), datagrams: LinkState(entity: ~entity), incarnation: 1))
        source.pointee.streams.add(streams.count - 1, to: target.pointee.number)
        return streams.count - 1
    }

    private func payload(of packet: Packet) -> ByteCount { StreamSettings.standard.size(onWire: packet.size) }

    private func send(_ packet: Packet, on number: Int) {
        let (source, target) = (streams[number].source, streams[number].target)
        let now = source.pointee.cluster.world.now
        let reach = reach(on: number)
        guard reach == .through else {
            if isRejected(number) {
                streams[number].waiting.append(packet)
                return reject(number)
            }
            let message = streams[number].path.hold(payload(of: packet), sentAt: now, .standard)
            streams[number].stalled = Stalled(message: message, packet: packet)
            return attempt(on: number)
        }
        let trip = trip(on: number)
        guard streams[number].incarnation == target.pointee.incarnation else {
            // Its machine knows nothing of this connection, and says so.
            renew(number)
            return fail(packet, on: source, after: trip.total)
        }
        guard isUsable(number) else {
            return source.pointee.turn.send(
                .turnedAway(packet), to: source.pointee.address, after: trip.total)
        }
        let left = source.pointee.outbound.send(packet.size, at: now)
        let conditions = streams[number].way.pointee.conditions
        var link = streams[number].link
        let transfer = streams[number].path.send(
            payload(of: packet), at: left, taking: trip, on: &link, under: conditions, .standard)
        streams[number].link = link
        noteRetransmitted(transfer.retransmissions, on: Int(packet.link), from: source)
        switch transfer.outcome {
        case .available(let time): arrive(packet, on: number, at: time)
        case .pending(let message):
            streams[number].stalled = Stalled(message: message, packet: packet)
            arm(number, at: message.next)
        }
    }

    /// One more attempt to bring over the message at the head, of which it is time.
    func attempt(on number: Int) {
        guard var stalled = streams[number].stalled else { return }
        stalled.timer = nil
        let (source, target) = (streams[number].source, streams[number].target)
        let now = source.pointee.cluster.world.now
        let reach = reach(on: number)
        if reach != .through, isRejected(number) { return reject(number) }
        if reach == .through, streams[number].incarnation != target.pointee.incarnation {
            return breakUp(number, after: trip(on: number).total)
        }
        if reach == .through, !isUsable(number) { return turnAway(number, after: trip(on: number).total) }
        let repeated = stalled.message.repeated
        let conditions = streams[number].way.pointee.conditions
        let trip = trip(on: number)
        var link = streams[number].link
        let outcome = streams[number].path.attempt(
            &stalled.message, at: now, reach: reach, taking: trip, on: &link, under: conditions, .standard)
        streams[number].link = link
        noteRetransmitted(
            stalled.message.repeated - repeated, on: self.number(source.pointee.zone, target.pointee.zone),
            from: source)
        switch outcome {
        case .delivered(let time):
            streams[number].stalled = nil
            if let packet = stalled.packet {
                if source.pointee.cluster.mutation == .repeatsAtReconnection {
                    var twin = packet
                    twin.parcel = source.pointee.cluster.world.duplicate(packet.parcel)
                    if packet.kind == .post { twin.parcel.label = (0, 0) }
                    arrive(twin, on: number, at: time)
                }
                arrive(packet, on: number, at: time)
            }
            flush(number)
        case .acknowledged:
            streams[number].stalled = nil
            flush(number)
        case .received(let time, let retry):
            if let packet = stalled.packet { arrive(packet, on: number, at: time) }
            stalled.packet = nil
            streams[number].stalled = stalled
            arm(number, at: retry)
        case .retry(let time):
            streams[number].stalled = stalled
            arm(number, at: time)
        case .gaveUp:
            streams[number].stalled = stalled
            breakUp(number, after: .zero)
        }
    }

    private func flush(_ number: Int) {
        while streams[number].stalled == nil, !streams[number].waiting.isEmpty {
            send(streams[number].waiting.removeFirst(), on: number)
        }
    }

    private func arrive(_ packet: Packet, on number: Int, at time: Instant) {
        let target = streams[number].target
        let taken = time + target.pointee.inbound.bandwidth.rate.transmissionTime(of: packet.size)
        streams[number].lastArrival = max(streams[number].lastArrival, taken)
        let source = streams[number].source
        source.pointee.turn.send(
            .arrived(packet), to: target.pointee.address,
            after: streams[number].lastArrival - source.pointee.cluster.world.now)
    }

    private func arm(_ number: Int, at time: Instant) {
        let source = streams[number].source
        let now = source.pointee.cluster.world.now
        streams[number].stalled?.timer = source.pointee.turn.arm(
            .attempt(stream: number), after: max(.zero, time - now))
    }

    // MARK: The end of a connection

    /// All that is on a connection fails, and the next message finds a new one.
    private func breakUp(_ number: Int, after span: Span) {
        let source = streams[number].source
        for packet in takeAll(on: number) { fail(packet, on: source, after: span) }
    }

    /// The far end would not open the connection that these messages waited for.
    private func turnAway(_ number: Int, after span: Span) {
        let source = streams[number].source
        for packet in takeAll(on: number) {
            source.pointee.turn.send(.turnedAway(packet), to: source.pointee.address, after: span)
        }
    }

    /// Something on the way answers for the far end: the connection is no more, or does not come about.
    private func reject(_ number: Int) {
        guard hasConnection(number) else { return turnAway(number, after: .zero) }
        breakUp(number, after: .zero)
        let (source, target) = (streams[number].source, streams[number].target)
        if let back = target.pointee.streams[source.pointee.number] { close(back) }
    }

    /// Ends a connection in this direction. What was on it has to be told of, or thrown away.
    private func takeAll(on number: Int) -> [Packet] {
        let packets = [streams[number].stalled?.packet].compactMap { $0 } + streams[number].waiting
        renew(number)
        return packets
    }

    /// - Parameter isTold: whether senders of posts are there, and hear of it; of calls their desks know.
    private func dropAll(on number: Int, isTold: Bool) {
        let source = streams[number].source
        for packet in takeAll(on: number) {
            if isTold, packet.kind == .post {
                fail(packet, on: source, after: .zero)
            } else {
                drop(packet, because: .reset, at: source)
            }
        }
    }

    private func renew(_ number: Int) {
        if let timer = streams[number].stalled?.timer { streams[number].source.pointee.turn.cancel(timer) }
        close(number)
        streams[number].stalled = nil
        streams[number].waiting = []
        streams[number].path = StreamPath(.standard)
        streams[number].incarnation = streams[number].target.pointee.incarnation
    }

    private func fail(_ packet: Packet, on source: MachinePointer, after span: Span) {
        source.pointee.turn.send(.broken(packet), to: source.pointee.address, after: span)
    }

    /// A machine has crashed: its ends of all connections are gone, with what was on them.
    func closeStreams(of machine: MachinePointer) {
        for number in streams.indices {
            if streams[number].source == machine { dropAll(on: number, isTold: false) }
            if streams[number].target == machine { close(number) }
        }
    }

    /// Connections between the machines of two groups end, and both ends know it. Whoever had sent a request
    /// over one of them is told by the desk that keeps the call.
    func reset(between first: MachineSet, and second: MachineSet) {
        for number in streams.indices {
            let (source, target) = ends(of: number)
            if first.contains(source) && second.contains(target)
                || second.contains(source) && first.contains(target)
            {
                dropAll(on: number, isTold: true)
            }
        }
    }

    /// Some machines forget their connections with others, who do not know it.
    func forget(by machines: MachineSet, towards others: MachineSet) {
        for number in streams.indices {
            let (source, target) = ends(of: number)
            if machines.contains(source), others.contains(target) { dropAll(on: number, isTold: true) }
            if machines.contains(target), others.contains(source) { streams[number].incarnation = 0 }
        }
    }

    private func ends(of number: Int) -> (source: Int, target: Int) {
        (streams[number].source.pointee.number, streams[number].target.pointee.number)
    }

    // MARK: Posts

    /// Whether the connection that something came over is that of the incarnation which runs at its end.
    func isConnected(from machine: Int, to target: MachinePointer) -> Bool {
        let source = target.pointee.cluster.machines[machine]
        guard let number = source.pointee.streams[target.pointee.number] else { return false }
        return streams[number].incarnation == target.pointee.incarnation
    }

    /// What found its target down is on its way still, as far as its sender knows. False when the sender is gone.
    func sendAgain(_ packet: Packet, from news: PostNews, to target: MachinePointer) -> Bool {
        let source = target.pointee.cluster.machines[news.machine]
        guard let number = source.pointee.streams[target.pointee.number], source.pointee.isUp,
            source.pointee.listener?.index == news.index
        else { return false }
        guard streams[number].stalled == nil else {
            streams[number].waiting.append(packet)
            return true
        }
        let now = source.pointee.cluster.world.now
        let message = streams[number].path.hold(payload(of: packet), sentAt: now, .standard)
        streams[number].stalled = Stalled(message: message, packet: packet)
        arm(number, at: message.next)
        return true
    }

    // MARK: Opening

    /// Opens the connection unless it is open. False when the far end refuses, or one of the two may not have
    /// one more.
    ///
    /// The two directions between two machines are one connection, which whoever sends first opens.
    private func isUsable(_ number: Int) -> Bool {
        if hasConnection(number) {
            streams[number].isOpen = true
            return true
        }
        let (source, target) = (streams[number].source, streams[number].target)
        for id in target.pointee.refusals { target.pointee.cluster.noteMet(target, by: id) }
        guard target.pointee.refusals.isEmpty, !target.pointee.power.isDraining, takeConnection(on: source)
        else { return false }
        guard takeConnection(on: target) else {
            source.pointee.connections.giveBack()
            return false
        }
        streams[number].isOpen = true
        streams[number].isCounted = true
        return true
    }

    /// Whether the connection is open, in whichever direction it was opened.
    private func hasConnection(_ number: Int) -> Bool {
        if streams[number].isOpen { return true }
        let (source, target) = (streams[number].source, streams[number].target)
        guard let back = target.pointee.streams[source.pointee.number] else { return false }
        return streams[back].isOpen && streams[back].incarnation == source.pointee.incarnation
    }

    private func takeConnection(on machine: MachinePointer) -> Bool {
        if machine.pointee.connections.take() { return true }
        if let id = machine.pointee.connections.loweredBy { machine.pointee.cluster.noteMet(machine, by: id) }
        return false
    }

    private func close(_ number: Int) {
        streams[number].isOpen = false
        guard streams[number].isCounted else { return }
        streams[number].isCounted = false
        streams[number].source.pointee.connections.giveBack()
        streams[number].target.pointee.connections.giveBack()
    }

    // MARK: The path

    private func trip(on number: Int) -> RoundTrip {
        let link = streams[number].link
        return RoundTrip(
            there: link.nextDelay(under: streams[number].way.pointee.conditions),
            back: link.nextDelay(under: streams[number].back.pointee.conditions))
    }

    private func reach(on number: Int) -> Reach {
        let (source, target) = (streams[number].source, streams[number].target)
        if !target.pointee.isUp || isCut(from: source, to: target, isNew: !hasConnection(number)) {
            return .nowhere
        }
        return isCut(from: target, to: source) ? .oneWay : .through
    }

    private func isRejected(_ number: Int) -> Bool {
        let (source, target) = (streams[number].source, streams[number].target)
        return isRejected(from: source, to: target, isNew: !hasConnection(number))
    }
}
