internal import Simulation
internal import Vocabulary

/// The pooled connections between machines that calls go over: an ordered stream for each pair in each
/// direction.
///
/// On a healthy path a message costs one event, its arrival. One that loses a segment, and those behind it,
/// wait until they are safe, which is an event more; while something is cut each attempt to get through is
/// one. Connections are open from the start. One whose far end has started anew since is reset at the next
/// contact, and all that was on it fails.
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
        /// Whether the source has closed the connection before this one, which the far end does not know yet.
        var isReplacement = false
        /// When the latest message is there, its last bit taken in.
        var lastArrival = Instant.start
        /// Nil while all is well.
        var trouble: StreamTrouble?
        /// Whether the source knows that the part at the far end has ended, and opens another connection with the next.
        var knowsEnd = false
        /// What the part at the source hears when the connection ends.
        var ending: PostNews?
    }

    /// Sends a packet over the connection between two machines.
    func convey(_ packet: Packet, from source: MachinePointer, to target: MachinePointer) {
        var packet = packet
        packet.link = UInt16(number(source.pointee.zone, target.pointee.zone))
        // From here on a packet's size is what it takes on the wire.
        packet.bytes = UInt32(clamping: streamSettings.wireSize(of: packet.size).bytes)
        let number = streamNumber(from: source, to: target)
        noteSent(packet, on: streams[number].way, from: source, to: target)
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
        append(
            Stream(
                source: source, target: target, way: way(from: .machine(source), to: .machine(target)),
                back: way(from: .machine(target), to: .machine(source)), path: StreamPath(streamSettings),
                link: LinkState(entity: entity), datagrams: LinkState(entity: ~entity),
                incarnation: 1))
        source.pointee.streams.add(streamCount - 1, to: target.pointee.number)
        return streamCount - 1
    }

    private func send(_ packet: Packet, on number: Int) {
        let (source, target) = (streams[number].source, streams[number].target)
        let now = source.pointee.core.now
        // Asked before it is taken in hand, which would count a reference.
        if streams[number].trouble != nil { goOn(number, at: now) }
        let reach = reach(on: number)
        guard reach == .through || !isRejected(number) else { return reject(number, with: packet) }
        if reach == .through {
            meetNext(on: number)
            guard streams[number].incarnation == target.pointee.incarnation else {
                // Its machine knows nothing of this connection, and says so.
                let span = trip(on: number).total
                breakUp(number, after: span)
                return fail(packet, on: source, after: span)
            }
            guard packet.kind.endsConnection || isUsable(number) else {
                return turnAway(number, with: packet, after: trip(on: number).total)
            }
            introduce(source, to: target)
        }
        let left = source.pointee.outbound.send(packet.size, at: now)
        let route = route(of: number)
        if reach == .through, streams[number].trouble == nil,
            let time = streams[number].path.send(
                wire: packet.size, at: left, on: &streams[number].link, over: route, streamSettings)
        {
            return arrive(packet, on: number, at: time)
        }
        let trouble = streams[number].trouble ?? beginTrouble(on: number, at: left, over: route)
        trouble.set(reach)
        send(packet, behind: trouble, on: number, at: left, over: route)
    }

    /// What has happened until now on a stream that is in trouble; it may be the end of it.
    private func goOn(_ number: Int, at now: Instant) {
        guard let trouble = streams[number].trouble else { return }
        play(trouble, on: number, at: now)
        if trouble.recovery.isOver { end(trouble, on: number) }
    }

    private func beginTrouble(on number: Int, at time: Instant, over route: StreamRoute) -> StreamTrouble {
        let trouble = StreamTrouble(
            LossRecovery(
                streams[number].path, at: time, on: streams[number].link, over: route, streamSettings),
            since: time)
        streams[number].trouble = trouble
        return trouble
    }

    private func send(
        _ packet: Packet, behind trouble: StreamTrouble, on number: Int, at time: Instant,
        over route: StreamRoute
    ) {
        trouble.packets.append(packet)
        trouble.recovery.play(before: time, orThen: true, on: &streams[number].link, over: route)
        let hasLeft = trouble.recovery.send(
            wire: packet.size, at: time, on: &streams[number].link, over: route)
        // What only queues changes nothing for those before it.
        guard hasLeft || trouble.due == nil else { return }
        settle(trouble, on: number, over: route)
    }

    /// It is time to look after a stream that is in trouble.
    func attempt(on number: Int) {
        guard let trouble = streams[number].trouble else { return }
        trouble.timer = nil
        trouble.due = nil
        let (source, target) = (streams[number].source, streams[number].target)
        let now = source.pointee.core.now
        play(trouble, on: number, at: now)
        let reach = reach(on: number)
        if reach != .through, isRejected(number) { return reject(number) }
        if reach == .through { meetNext(on: number) }
        if reach == .through, streams[number].incarnation != target.pointee.incarnation {
            return breakUp(number, after: trip(on: number).total)
        }
        if reach == .through, !isUsable(number) { return turnAway(number, after: trip(on: number).total) }
        if let patience = source.pointee.connectionPatience, now - trouble.silentSince >= patience {
            return openConnection(from: source, to: target)
        }
        trouble.set(reach)
        let route = route(of: number)
        trouble.recovery.play(before: now, orThen: true, on: &streams[number].link, over: route)
        if trouble.recovery.hasGivenUp { return breakUp(number, after: .zero) }
        settle(trouble, on: number, over: route)
    }

    /// What has happened until now, as it was foreseen.
    private func play(_ trouble: StreamTrouble, on number: Int, at now: Instant) {
        let route = route(of: number)
        trouble.recovery.play(before: now, on: &streams[number].link, over: route)
        release(trouble, on: number)
    }

    /// Messages that have become safe arrive; when all is well again the path goes on, else somebody looks
    /// again in time.
    private func settle(_ trouble: StreamTrouble, on number: Int, over route: StreamRoute) {
        release(trouble, on: number)
        guard !trouble.recovery.isOver else { return end(trouble, on: number) }
        let due = trouble.recovery.nextEvent(on: streams[number].link, over: route)
        guard due != trouble.due else { return }
        cancel(trouble, on: number)
        guard let due else { return }
        let source = streams[number].source
        trouble.due = due
        trouble.timer = source.pointee.turn.arm(
            .attempt(stream: number), after: max(.zero, due - source.pointee.core.now))
    }

    /// How much each stream's way carries, with all played that has happened until now.
    func widths(at now: Instant) -> [Bandwidth?] {
        (0..<streamCount).map {
            goOn($0, at: now)
            return streams[$0].way.pointee.conditions.present.pointee.bandwidth
        }
    }

    /// What waits before a stretch that carries more now than it did leaves sooner.
    func widen(from widths: [Bandwidth?], at now: Instant) {
        for (number, width) in widths.enumerated() {
            let route = route(of: number)
            guard let widening = Widening(from: width, to: route.there.present.pointee.bandwidth) else {
                continue
            }
            streams[number].link.widen(widening, at: now)
            streams[number].datagrams.widen(widening, at: now)
            guard let trouble = streams[number].trouble else { continue }
            trouble.recovery.widen(widening, at: now)
            settle(trouble, on: number, over: route)
        }
    }

    private func end(_ trouble: StreamTrouble, on number: Int) {
        cancel(trouble, on: number)
        streams[number].path = trouble.recovery.path(
            at: streams[number].source.pointee.core.now, on: streams[number].link, over: route(of: number))
        streams[number].trouble = nil
    }

    private func cancel(_ trouble: StreamTrouble, on number: Int) {
        if let timer = trouble.timer { streams[number].source.pointee.turn.cancel(timer) }
        trouble.timer = nil
        trouble.due = nil
    }

    private func release(_ trouble: StreamTrouble, on number: Int) {
        let source = streams[number].source
        let link = self.number(source.pointee.zone, streams[number].target.pointee.zone)
        noteRetransmitted(trouble.countRepetitions(), on: link, from: source)
        for time in trouble.recovery.takeArrivals() {
            let packet = trouble.packets.removeFirst()
            trouble.silentSince = max(trouble.silentSince, time)
            let cluster = source.pointee.cluster
            if trouble.lostContact, cluster.mutation == .repeatsAtReconnection {
                var twin = packet
                twin.parcel = cluster.world.core.duplicate(packet.parcel)
                if packet.kind == .post { twin.parcel.label = (0, 0) }
                arrive(twin, on: number, at: time)
            }
            arrive(packet, on: number, at: time)
        }
    }

    private func arrive(_ packet: Packet, on number: Int, at time: Instant) {
        let target = streams[number].target
        // The bits of what had to wait for its predecessor come behind that one's.
        streams[number].lastArrival =
            max(streams[number].lastArrival, time)
            + target.pointee.inbound.bandwidth.rate.transmissionTime(of: packet.size)
        let source = streams[number].source
        source.pointee.turn.send(
            .arrived(packet), to: target.pointee.address,
            after: max(.zero, streams[number].lastArrival - source.pointee.core.now))
    }

    // MARK: The end of a connection

    /// All that is on a connection fails, and the next message finds a new one.
    private func breakUp(_ number: Int, after span: Span) {
        let source = streams[number].source
        for packet in takeAll(on: number) { fail(packet, on: source, after: span) }
        tellEnd(of: number, after: span)
    }

    /// The far end, or something on the way to it, would not open the connection that these messages waited for.
    private func turnAway(
        _ number: Int, with packet: Packet? = nil, after span: Span, isThere: Bool = true
    ) {
        let (source, target) = (streams[number].source, streams[number].target)
        for packet in takeAll(on: number) + [packet].compactMap({ $0 }) {
            let arrives = packet.kind.endsConnection && isThere
            source.pointee.turn.send(
                arrives ? .arrived(packet) : .turnedAway(packet),
                to: (arrives ? target : source).pointee.address, after: span)
        }
        tellEnd(of: number, after: span)
    }

    /// Something on the way answers for the far end: the connection is no more, or does not come about.
    private func reject(_ number: Int, with packet: Packet? = nil) {
        guard hasConnection(number) else {
            return turnAway(number, with: packet, after: .zero, isThere: false)
        }
        breakUp(number, after: .zero)
        let (source, target) = (streams[number].source, streams[number].target)
        if let packet { fail(packet, on: source, after: .zero) }
        if let back = target.pointee.streams[source.pointee.number] { close(back) }
    }

    /// Ends a connection in this direction. What was on it has to be told of, or thrown away.
    private func takeAll(on number: Int) -> [Packet] {
        let packets = streams[number].trouble?.takePackets() ?? []
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
        if isTold { tellEnd(of: number, after: .zero) }
    }

    private func renew(_ number: Int) {
        if let trouble = streams[number].trouble { cancel(trouble, on: number) }
        close(number)
        streams[number].trouble = nil
        streams[number].path = StreamPath(streamSettings)
        streams[number].incarnation = streams[number].target.pointee.incarnation
    }

    private func fail(_ packet: Packet, on source: MachinePointer, after span: Span) {
        source.pointee.turn.send(.broken(packet), to: source.pointee.address, after: span)
    }

    /// A part has ended: its ends of all connections are gone, with what was on them.
    ///
    /// - Parameter isTold: whether its operating system is there to tell the other ends.
    func closeStreams(of machine: MachinePointer, telling isTold: Bool) {
        var endings: [(packet: Packet, to: MachinePointer)] = []
        for number in 0..<streamCount {
            if streams[number].source == machine {
                dropAll(on: number, isTold: false)
                if let news = streams[number].ending { machine.pointee.core.discard(news.parcel) }
                streams[number].ending = nil
            }
            if streams[number].target == machine {
                close(number)
                // Who is cut off hears of it later, and what it has under way is on the old connection.
                streams[number].knowsEnd = isTold && !isCut(from: machine, to: streams[number].source)
                if isTold, let packet = takeEnding(of: number) {
                    endings.append((packet, streams[number].source))
                }
            }
        }
        for ending in endings { convey(ending.packet, from: machine, to: ending.to) }
    }

    /// Where the source knew of the end, its next connection is one with the incarnation that listens by now.
    private func meetNext(on number: Int) {
        let target = streams[number].target
        guard streams[number].knowsEnd, target.pointee.listener != nil else { return }
        streams[number].knowsEnd = false
        streams[number].incarnation = target.pointee.incarnation
    }

    /// A part that has begun anew opens connections of its own: whoever hears of it knows by that that the one before is
    /// no more, and answers over the new one.
    private func introduce(_ source: MachinePointer, to target: MachinePointer) {
        guard source.pointee.incarnation > 1 else { return }
        let back = streamNumber(from: target, to: source)
        guard streams[back].incarnation > 0, streams[back].incarnation != source.pointee.incarnation else {
            return
        }
        breakUp(back, after: .zero)
    }

    // MARK: One client's connection

    /// A client closes its connection and is going to open another one: what it waited to send on it is not sent, and
    /// nothing is known of the new path. The far end does not hear of that before the new connection is there.
    ///
    /// The connection between two machines stands for those of all clients there: what the others have on it goes on over
    /// the new one, and they do not hear of it.
    ///
    /// - Parameter desk: which keeps the calls of the client.
    func closeConnection(of desk: Target, from source: MachinePointer, to target: MachinePointer) {
        openConnection(from: source, to: target) {
            $0.kind == .request && ReturnAddress(label: $0.parcel.label)?.desk == desk
        }
    }

    /// A client with a pool of connections has waited for an answer since `time`. Those that were silent for all of it are
    /// closed, and others opened: or what is asked next would wait for what is sent again, with a pause that doubles as long
    /// as nothing gets through.
    func leaveConnection(
        from source: MachinePointer, to target: MachinePointer, silentSince time: Instant,
        without isDropped: (Packet) -> Bool
    ) {
        let ways = [
            source.pointee.streams[target.pointee.number], target.pointee.streams[source.pointee.number],
        ]
        let isSilent = ways.contains {
            $0.flatMap { streams[$0].trouble }.map { $0.silentSince <= time } ?? false
        }
        if isSilent { openConnection(from: source, to: target, without: isDropped) }
    }

    func openConnection(
        from source: MachinePointer, to target: MachinePointer,
        without isDropped: (Packet) -> Bool = { _ in false }
    ) {
        guard let number = source.pointee.streams[target.pointee.number] else { return }
        streams[number].isReplacement = true
        carryOn(number, without: isDropped)
    }

    /// The new connection is there: what the far end had under way on the old one goes over it too.
    private func replace(_ number: Int) {
        streams[number].isReplacement = false
        let (source, target) = (streams[number].source, streams[number].target)
        guard let back = target.pointee.streams[source.pointee.number] else { return }
        streams[back].isReplacement = false
        if streams[back].trouble != nil { carryOn(back) { _ in false } }
    }

    /// Begins anew with a path of which nothing is known, and goes on there with what was not safe yet.
    private func carryOn(_ number: Int, without isDropped: (Packet) -> Bool) {
        let (source, target) = (streams[number].source, streams[number].target)
        goOn(number, at: source.pointee.core.now)
        // The far end is another one by now, or has forgotten the connection, and will say so.
        let isKnown = streams[number].knowsEnd || streams[number].incarnation == target.pointee.incarnation
        guard isKnown else { return breakUp(number, after: .zero) }
        for packet in takeAll(on: number) {
            if isDropped(packet) {
                drop(packet, because: .reset, at: source)
            } else {
                send(packet, on: number)
            }
        }
    }

    // MARK: Who hears of the end

    func watchConnection(_ news: PostNews, from source: MachinePointer, to target: MachinePointer) {
        let number = streamNumber(from: source, to: target)
        if let former = streams[number].ending { source.pointee.core.discard(former.parcel) }
        streams[number].ending = news
    }

    /// A segment that ends a connection: 40 B.
    private func takeEnding(of number: Int) -> Packet? {
        guard let news = streams[number].ending else { return nil }
        streams[number].ending = nil
        news.parcel.label = news.label
        return Packet(
            parcel: news.parcel, target: streams[number].source.pointee.resident, size: .bytes(40),
            kind: .news)
    }

    private func tellEnd(of number: Int, after span: Span) {
        guard let packet = takeEnding(of: number) else { return }
        fail(packet, on: streams[number].source, after: span)
    }

    /// Connections between the machines of two groups end, and both ends know it. Whoever had sent a request
    /// over one of them is told by the desk that keeps the call.
    func reset(between first: MachineSet, and second: MachineSet) {
        for number in 0..<streamCount {
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
        for number in 0..<streamCount {
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
        let source = target.pointee.borrowedCluster._withUnsafeGuaranteedRef { $0.machines[machine] }
        guard let number = source.pointee.streams[target.pointee.number] else { return false }
        return streams[number].incarnation == target.pointee.incarnation
    }

    /// What found its target down is on its way still, as far as its sender knows. False when the sender is gone.
    func sendAgain(_ packet: Packet, from news: PostNews, to target: MachinePointer) -> Bool {
        let source = target.pointee.cluster.machines[news.machine]
        guard let number = source.pointee.streams[target.pointee.number], source.pointee.isUp,
            source.pointee.listener?.index == news.index
        else { return false }
        let now = source.pointee.core.now
        let route = route(of: number)
        let trouble = streams[number].trouble ?? beginTrouble(on: number, at: now, over: route)
        play(trouble, on: number, at: now)
        trouble.set(reach(on: number))
        send(packet, behind: trouble, on: number, at: now, over: route)
        return true
    }

    // MARK: Opening

    /// Opens the connection unless it is open. False when the far end refuses, or one of the two may not have
    /// one more.
    ///
    /// The two directions between two machines are one connection, which whoever sends first opens.
    private func isUsable(_ number: Int) -> Bool {
        guard open(number) else { return false }
        if streams[number].isReplacement { replace(number) }
        return true
    }

    private func open(_ number: Int) -> Bool {
        if hasConnection(number) {
            streams[number].isOpen = true
            return true
        }
        let (source, target) = (streams[number].source, streams[number].target)
        // It comes to nothing there.
        guard target.pointee.listener != nil else { return true }
        guard !target.refusesConnections(), !target.pointee.power.isDraining, source.takeConnection()
        else { return false }
        guard target.takeConnection() else {
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

    /// Whether two machines have a connection, and the far end has not forgotten it.
    func isOpen(from source: MachinePointer, to target: MachinePointer) -> Bool {
        guard let number = source.pointee.streams[target.pointee.number] else { return false }
        return hasConnection(number) && streams[number].incarnation == target.pointee.incarnation
    }

    private func close(_ number: Int) {
        streams[number].isOpen = false
        guard streams[number].isCounted else { return }
        streams[number].isCounted = false
        streams[number].source.pointee.connections.giveBack()
        streams[number].target.pointee.connections.giveBack()
    }

    // MARK: The path

    private func route(of number: Int) -> StreamRoute {
        StreamRoute(
            there: streams[number].way.pointee.conditions, back: streams[number].back.pointee.conditions)
    }

    private func trip(on number: Int) -> RoundTrip {
        let link = streams[number].link
        return RoundTrip(
            there: link.nextDelay(under: streams[number].way.pointee.conditions),
            back: link.nextDelay(under: streams[number].back.pointee.conditions))
    }

    private func reach(on number: Int) -> Reach {
        let (source, target) = (streams[number].source, streams[number].target)
        if !target.pointee.answers || isCut(from: source, to: target, isNew: !hasConnection(number)) {
            return .nowhere
        }
        guard isCut(from: target, to: source) else { return .through }
        // A connection is opened by an answer, too.
        return streams[number].isReplacement ? .nowhere : .oneWay
    }

    private func isRejected(_ number: Int) -> Bool {
        let (source, target) = (streams[number].source, streams[number].target)
        return isRejected(from: source, to: target, isNew: !hasConnection(number))
    }
}
