public import Cluster
internal import Simulation
internal import Vocabulary

/// How a client finds a server and keeps its session. It walks the list of servers, says a third of the session after
/// its last word that it is there, and leaves a server that has not answered for two thirds.
extension RegistryClient {
    @usableFromInline
    mutating func attach(in shift: ShiftOf<Owner>) {
        connection &+= 1
        state = .attaching
        let attachment = RegistryAttachment(session: session, timeout: settings.session, place: place)
        shift.watchConnection(
            to: servers[server], orElse: Owner.registry(.linkEnded(connection: connection)))
        shift.call(
            AttachCall<Owner>(attachment: attachment, connection: connection), at: servers[server],
            by: attacher)
    }

    @usableFromInline
    mutating func attached(_ result: Result<RegistryAttached, CallError>, in shift: ShiftOf<Owner>) {
        guard state == .attaching else { return }
        switch result {
        case .success(.attached(let session, let timeout, let place)):
            state = .attached
            (self.session, self.timeout) = (session, timeout)
            (heard, sent) = (shift.now, shift.now)
            outcomes.append(.resumed)
            for watch in watches {
                shift.post(
                    .watch(session: session, watch, since: self.place), to: servers[server],
                    size: RegistryServer.frame)
            }
            self.place = max(self.place, place)
            listen(in: shift)
            for slot in order { send(slot, in: shift) }
            for number in candidacies.indices { begin(number, in: shift) }
            pingLater(in: shift)
        case .success(.expired): expire(in: shift)
        case .success(.notServing), .failure: tryNext(in: shift)
        }
    }

    private mutating func tryNext(in shift: ShiftOf<Owner>) {
        connection &+= 1
        state = .none
        server = (server + 1) % servers.count
        _ = shift.arm(
            Owner.registry(.attachIsDue(connection: connection)), after: settings.reconnectAfter)
    }

    /// The connection is no more. What was sent over it and may have been done, nobody knows.
    @usableFromInline
    mutating func detach(in shift: ShiftOf<Owner>) {
        guard state != .none else { return }
        let wasAttached = state == .attached
        tryNext(in: shift)
        guard wasAttached else { return }
        outcomes.append(.suspended)
        for slot in order where open[slot]!.connection != 0 {
            if case .write = open[slot]!.request {
                end(slot, .failure(.maybeDone), in: shift)
            } else {
                open[slot]!.connection = 0
                generations &+= 1
                open[slot]!.generation = generations
            }
        }
    }

    @usableFromInline
    mutating func expire(in shift: ShiftOf<Owner>) {
        session = 0
        watches.removeAll()
        outcomes.append(.expired)
        for slot in order { end(slot, .failure(.expired), in: shift) }
        for number in candidacies.indices { depose(number) }
        tryNext(in: shift)
        // Only now: over the old connection it would be told once more that its session is over.
        lookAgain(in: shift)
    }

    // MARK: Keeping it

    /// A thread of its own does it, whatever the part is at.
    func pingLater(in shift: ShiftOf<Owner>) {
        shift.armBeside(
            Owner.registry(.pingIsDue(connection: connection)),
            after: max(.milliseconds(1), timeout / 3 - (shift.now - sent)))
    }

    @usableFromInline
    mutating func ping(in shift: ShiftOf<Owner>) {
        guard state == .attached else { return }
        if shift.now - heard >= timeout * 2 / 3 { return detach(in: shift) }
        if shift.now - sent >= timeout / 3 {
            sent = shift.now
            shift.call(
                RegistryPingCall<Owner>(session: session, connection: connection), at: servers[server],
                by: pinger)
        }
        pingLater(in: shift)
    }

    // MARK: Hearing of changes

    private func listen(in shift: ShiftOf<Owner>) {
        shift.call(
            ListenCall<Owner>(session: session, connection: connection), at: servers[server], by: listener)
    }

    @usableFromInline
    mutating func take(_ result: Result<RegistryEvents, CallError>, in shift: ShiftOf<Owner>) {
        guard state == .attached else { return }
        switch result {
        case .success(.changed(let changed, let place)):
            heard = shift.now
            self.place = max(self.place, place)
            listen(in: shift)
            for number in 0..<changed.count {
                guard let known = watches.firstIndex(of: changed[number]) else { continue }
                watches.remove(at: known)
                if goOn(after: changed[number], in: shift) { continue }
                if goOn(following: changed[number], in: shift) { continue }
                outcomes.append(.changed(changed[number]))
            }
            changed.letGo()
        case .success(.closed), .failure: detach(in: shift)
        case .success(.expired): expire(in: shift)
        }
    }
}
