internal import Chat
internal import Cluster
internal import Vocabulary

/// The steps of a message: is its sender blocked, where is its recipient, is it stored.
extension MessageConsumer {
    // MARK: Blocks

    /// S0-16, S0-25: the second layer. What a room's host delivers in one piece, that host asks for each member.
    func ask(about slot: UInt32, in shift: Shift) {
        guard let message = inHand[Int(slot)]?.message else { return }
        guard let user = message.user, user != message.letter.id.sender, rules.checksBlocks() else {
            return proceed(with: slot, in: shift)
        }
        let first = connectionServices.pick(for: UInt64(user.number), at: shift.now)
        guard let service = checks.begin(at: first) else { return askLater(about: slot, in: shift) }
        shift.call(
            CheckBlock(slot: slot, service: UInt16(service), sender: message.letter.id.sender, reader: user),
            at: peers.connectionServices[service], by: check)
    }

    func take(
        _ result: Result<BlockAnswer, CallError>, from service: UInt16, of slot: UInt32, in shift: Shift
    ) {
        switch result {
        case .success(.passes):
            checks.end(at: Int(service), isAnswered: true)
            proceed(with: slot, in: shift)
        case .success(.isBlocked):
            checks.end(at: Int(service), isAnswered: true)
            blocked.add()
            finish(slot, in: shift)
        case .success(.unknown), .failure:
            checks.end(at: Int(service), isAnswered: false)
            serviceLog.write(
                .requestFailed, "connection-service", peers.connectionServices[Int(service)], result.error,
                about: inHand[Int(slot)]?.message.letter.id, at: shift.now)
            connectionServices.avoid(Int(service), at: shift.now)
            askLater(about: slot, in: shift)
        }
    }

    private func askLater(about slot: UInt32, in shift: Shift) {
        unchecked.append(slot)
        retryLater(in: shift)
    }

    /// Stored and delivered, in parallel.
    private func proceed(with slot: UInt32, in shift: Shift) {
        storing.append(slot)
        if storing.count >= settings.storeBatch {
            storeAll(in: shift)
        } else if !isStoreArmed {
            isStoreArmed = true
            _ = shift.arm(.storeIsDue, after: settings.storeLinger)
        }
        if inHand[Int(slot)]?.message.isDelivered == true {
            find(slot, in: shift)
        } else {
            inHand[Int(slot)]?.postedAt = shift.now
        }
    }

    // MARK: Hosts

    private func find(_ slot: UInt32, in shift: Shift) {
        guard let message = inHand[Int(slot)]?.message else { return }
        if overdue.contains(message.recipient) {
            return overdue.join(.inHand(slot: slot), for: message.recipient)
        }
        let assigner = assigners.pick(for: message.recipient.key, at: shift.now)
        shift.call(
            LocateRecipient(slot: slot, assigner: UInt16(assigner), recipient: message.recipient),
            at: peers.assigners[assigner], by: locate)
    }

    func take(
        _ result: Result<Location, CallError>, from assigner: UInt16, of slot: UInt32, in shift: Shift
    ) {
        switch result {
        case .success(let location): deliver(slot, to: location.host, in: shift)
        case .failure(let error):
            guard let message = inHand[Int(slot)]?.message else { return }
            note(error, of: assigner, about: message.letter, in: shift)
            findLater(.inHand(slot: slot), message.recipient, in: shift)
        }
    }

    private func note(_ error: CallError, of assigner: UInt16, about letter: Letter?, in shift: Shift) {
        serviceLog.write(
            .requestFailed, "host-assigner", peers.assigners[Int(assigner)], error, about: letter?.id,
            at: shift.now)
        assigners.avoid(Int(assigner), at: shift.now)
    }

    private func findLater(_ waiting: Unlocated, _ recipient: Destination, in shift: Shift) {
        if let pause = overdue.add(recipient) { _ = shift.arm(.lookUpIsDue(recipient), after: pause) }
        overdue.join(waiting, for: recipient)
    }

    func findOverdue(_ recipient: Destination, in shift: Shift) {
        let assigner = assigners.pick(for: recipient.key, at: shift.now)
        shift.call(
            LocateRecipient(slot: nil, assigner: UInt16(assigner), recipient: recipient),
            at: peers.assigners[assigner], by: locate)
    }

    func deliverOverdue(
        to recipient: Destination, _ result: Result<Location, CallError>, from assigner: UInt16,
        in shift: Shift
    ) {
        switch result {
        case .success(let location):
            for waiting in overdue.take(for: recipient) {
                switch waiting {
                case .inHand(let slot): deliver(slot, to: location.host, in: shift)
                case .again(let delivery, let attempt):
                    deliverAgain(delivery, attempt, to: location.host, in: shift)
                }
            }
        case .failure(let error):
            note(error, of: assigner, about: nil, in: shift)
            _ = shift.arm(.lookUpIsDue(recipient), after: overdue.pause(for: recipient))
        }
    }

    private func deliver(_ slot: UInt32, to host: Int?, in shift: Shift) {
        guard var message = inHand[Int(slot)] else { return }
        message.postedAt = shift.now
        // Where no host is, nobody is connected: who comes asks for their history, or hears of it below.
        if let host {
            let delivery = Dispatch(message.message, slot: slot, by: message.isStored ? nil : seat.number)
            post(delivery, to: host, orElse: .absent(delivery), in: shift)
        } else {
            message.isOwed = true
        }
        inHand[Int(slot)] = message
        if message.isStored { finish(slot, in: shift) }
    }

    private func post(
        _ delivery: Dispatch, to host: Int, orElse failure: MessageConsumer.Inbox, in shift: Shift
    ) {
        let size =
            (delivery.isApart ? .zero : envelopes.copySize(of: delivery.letter)) + SenderService.frame
        switch delivery.recipient {
        case .direct: shift.post(.deliver(delivery), to: peers.hosts[host], size: size, orElse: failure)
        case .room: shift.post(.deliverToRoom(delivery), to: peers.hosts[host], size: size, orElse: failure)
        }
    }

    /// What was not there when the message came may have come since: it is delivered once more, when it is stored.
    func noteAbsent(_ delivery: Dispatch, in shift: Shift) {
        let slot = Int(delivery.slot)
        if inHand[slot]?.message.letter.id == delivery.letter.id,
            inHand[slot]?.message.recipient == delivery.recipient
        {
            inHand[slot]?.isOwed = true
        } else {
            findAgain(delivery, attempt: 0, in: shift)
        }
    }

    func findAgain(_ delivery: Dispatch, attempt: UInt8, in shift: Shift) {
        if overdue.contains(delivery.recipient) {
            return overdue.join(.again(delivery.again, attempt: attempt), for: delivery.recipient)
        }
        let assigner = assigners.pick(for: delivery.recipient.key, at: shift.now)
        shift.call(
            LocateAgain(delivery: delivery.again, attempt: attempt, assigner: UInt16(assigner)),
            at: peers.assigners[assigner], by: locateAgain)
    }

    func deliverAgain(
        _ delivery: Dispatch, _ attempt: UInt8, _ result: Result<Location, CallError>, from assigner: UInt16,
        in shift: Shift
    ) {
        switch result {
        case .success(let location): deliverAgain(delivery, attempt, to: location.host, in: shift)
        case .failure(let error):
            note(error, of: assigner, about: delivery.letter, in: shift)
            findLater(.again(delivery, attempt: attempt), delivery.recipient, in: shift)
        }
    }

    private func deliverAgain(_ delivery: Dispatch, _ attempt: UInt8, to host: Int?, in shift: Shift) {
        guard let host else { return }
        post(delivery, to: host, orElse: .undelivered(delivery, attempt: attempt), in: shift)
    }

    /// A host that cannot be reached from here may be reached by the phones that are with it, and they do not ask for
    /// what they do not know of. So it is tried until the host takes it, or another one is theirs.
    func deliverLater(_ delivery: Dispatch, attempt: UInt8, in shift: Shift) {
        _ = shift.arm(
            .deliveryIsDue(delivery, attempt: min(attempt + 1, 6)),
            after: settings.retryAfter * (1 << Int64(attempt)))
    }

    // MARK: The message service

    func storeAll(in shift: Shift) {
        var slots: [UInt32] = []
        var letters: [AddressedLetter] = []
        for slot in storing {
            guard let message = inHand[Int(slot)]?.message else { continue }
            slots.append(slot)
            letters.append(message)
        }
        storing.removeAll(keepingCapacity: true)
        guard !slots.isEmpty else { return }
        batchCount += 1
        let service = messageServices.pick(at: shift.now)
        batches[batchCount] = (service, slots)
        shift.call(
            StoreLetters(batch: batchCount, letters: letters), at: peers.messageServices[service], by: store)
    }

    /// What is not stored is stored again, by another instance; until then it stays in hand.
    func settle(_ number: Int, _ result: Result<Stored, CallError>, in shift: Shift) {
        guard let batch = batches.removeValue(forKey: number) else { return }
        guard case .success(.stored) = result else {
            serviceLog.write(
                .storingFailed, "message-service", peers.messageServices[batch.service], result.error,
                at: shift.now)
            messageServices.avoid(batch.service, at: shift.now)
            storing += batch.slots
            return retryLater(in: shift)
        }
        for slot in batch.slots {
            guard var message = inHand[Int(slot)] else { continue }
            message.isStored = true
            inHand[Int(slot)] = message
            guard let postedAt = message.postedAt else { continue }  // it is going to be
            if message.message.isDelivered, message.isOwed || shift.now - postedAt > settings.storedLate {
                findAgain(Dispatch(message.message, slot: slot, by: nil), attempt: 0, in: shift)
            }
            finish(slot, in: shift)
        }
    }

    // MARK: Again

    private func retryLater(in shift: Shift) {
        guard !isRetryArmed else { return }
        isRetryArmed = true
        _ = shift.arm(.retryIsDue, after: settings.retryAfter)
    }

    func retry(in shift: Shift) {
        isRetryArmed = false
        let again = unchecked
        unchecked.removeAll()
        for slot in again { ask(about: slot, in: shift) }
        storeAll(in: shift)
    }
}
