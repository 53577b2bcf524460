internal import Cluster
internal import Simulation
internal import Vocabulary

/// How batches get under way, and what comes back.
extension ProducerCore {
    func armLinger(in orders: ProducerOrders) {
        guard !isLingerArmed else { return }
        var first: Instant?
        for due in lingering { first = due.map { min($0, first ?? $0) } ?? first }
        guard let due = first else { return }
        isLingerArmed = true
        orders.arm(.lingerIsOver, after: max(due - orders.now, .zero))
    }

    func endLinger(in orders: ProducerOrders) {
        isLingerArmed = false
        for partition in lingering.indices {
            if let due = lingering[partition], due <= orders.now { makeReady(partition) }
        }
        drainAll(in: orders)
        armLinger(in: orders)
    }

    // MARK: Batches

    func makeReady(_ partition: Int) {
        lingering[partition] = nil
        guard !lanes[partition].isReady else { return }
        lanes[partition].isReady = true
        ready.append(partition)
    }

    /// What is open gets its numbers, and is not added to any more.
    func close(_ partition: Int) {
        guard !lanes[partition].open.isEmpty else { return }
        batchCount += 1
        // Taken out: it is numbered in its place, and goes on to be filled.
        var open = lanes[partition].open
        lanes[partition].open = []
        number(&open, of: partition)
        let records = pool.write(open)
        seat.remember(records)
        lanes[partition].batches.append(
            Closed(
                number: batchCount, records: records, steps: lanes[partition].steps,
                size: lanes[partition].openSize, since: open[0].time))
        open.removeAll(keepingCapacity: true)
        lanes[partition].open = open
        lanes[partition].steps.removeAll(keepingCapacity: true)
        lanes[partition].openSize = .zero
    }

    private func number(_ open: inout [LogRecord], of partition: Int) {
        for place in open.indices {
            if lanes[partition].producer > 0 { lanes[partition].sequence += 1 }
            open[place] = LogRecord(
                open[place], producer: lanes[partition].producer, sequence: lanes[partition].sequence)
        }
    }

    /// A partition begins anew: brokers miss something between what they have and what is here.
    private func renumber(_ partition: Int) {
        lanes[partition].producer = producer
        lanes[partition].sequence = 0
        for place in lanes[partition].batches.indices {
            let former = lanes[partition].batches[place].records
            var open = (0..<former.count).map { former[$0] }
            number(&open, of: partition)
            let records = pool.write(open)
            seat.remember(records)
            lanes[partition].batches[place].records = records
            seat.forget(former)
        }
    }

    func drainAll(in orders: ProducerOrders) {
        for broker in underWay.indices { drain(broker, in: orders) }
    }

    /// Sends to a broker what is ready for it, a batch of each partition in a request, as long as it may.
    func drain(_ broker: Int?, in orders: ProducerOrders) {
        guard let broker, let leaders, !isCutOff[broker] else { return }
        while underWay[broker] < settings.inFlight {
            var batches: [Batch] = []
            var numbers: [(partition: Int, number: Int)] = []
            var size = LogController.frame
            var left = 0
            for place in ready.indices {
                let partition = ready[place]
                let isDone =
                    leaders[partition].broker == broker
                    && gather(partition, into: &batches, &numbers, &size)
                if !isDone {
                    ready[left] = partition
                    left += 1
                }
            }
            ready.removeLast(ready.count - left)
            guard !batches.isEmpty else { return }
            requestCount += 1
            requests.append(InFlightRequest(number: requestCount, broker: broker, batches: numbers))
            underWay[broker] += 1
            orders.list.append(
                .produce(
                    ProduceRequest(
                        number: requestCount, batches: batches, acks: settings.acks, size: size), at: broker))
            if settings.acks == .none {
                for (partition, number) in numbers { store(partition, number, in: orders) }
            }
        }
    }

    /// Takes the next batch of a partition, if one may go. Whether the partition has nothing more to send.
    private func gather(
        _ partition: Int, into batches: inout [Batch],
        _ numbers: inout [(partition: Int, number: Int)], _ size: inout ByteCount
    ) -> Bool {
        if lanes[partition].isInDisorder {
            guard lanes[partition].underWay == 0, !lanes[partition].backsOff else { return false }
            lanes[partition].isInDisorder = false
        }
        if lanes[partition].producer == 0, settings.idempotence == .on {
            guard !needsNumber else { return false }
            renumber(partition)
        }
        if !lanes[partition].batches.contains(where: { !$0.isUnderWay }) { close(partition) }
        if let place = lanes[partition].batches.firstIndex(where: { !$0.isUnderWay }) {
            lanes[partition].batches[place].isUnderWay = true
            lanes[partition].underWay += 1
            let batch = lanes[partition].batches[place]
            batches.append(Batch(partition: partition, records: batch.records))
            numbers.append((partition, batch.number))
            size += batch.size
        }
        let hasMore =
            !lanes[partition].open.isEmpty
            || lanes[partition].batches.contains { !$0.isUnderWay }
        lanes[partition].isReady = hasMore
        return !hasMore
    }

    // MARK: Answers

    func take(_ result: Result<BatchAnswers, CallError>, of number: Int, in orders: ProducerOrders) {
        guard let place = requests.firstIndex(where: { $0.number == number }) else { return }
        let request = requests.remove(at: place)
        underWay[request.broker] -= 1
        if case .success = result {
            advisers.note(request.broker, answers: true)
        } else {
            advisers.note(request.broker, answers: false)
            isCutOff[request.broker] = true
        }
        for (partition, batch) in request.batches {
            switch result {
            case .success(let answers):
                switch answers.answers.first(where: { $0.partition == partition })!.result {
                case .success(let offset): store(partition, batch, at: offset, in: orders)
                case .failure(let error): fail(partition, batch, error, in: orders)
                }
            case .failure: fail(partition, batch, nil, in: orders)
            }
        }
        drain(request.broker, in: orders)
    }

    private func store(
        _ partition: Int, _ number: Int, at offset: Int = 0, in orders: ProducerOrders
    ) {
        guard let batch = remove(number, of: partition) else { return }
        for (place, step) in batch.steps.enumerated() {
            let place = LogPlace(partition: partition, offset: offset + place)
            orders.outcomes.append(.init(step: step, result: .success(place)))
        }
    }

    private func remove(_ number: Int, of partition: Int) -> Closed? {
        guard let place = lanes[partition].batches.firstIndex(where: { $0.number == number }) else {
            return nil  // that it was sent was enough
        }
        let batch = lanes[partition].batches.remove(at: place)
        if batch.isUnderWay { lanes[partition].underWay -= 1 }
        seat.forget(batch.records)
        buffered -= batch.size
        bufferedCount -= batch.steps.count
        return batch
    }

    private func giveUp(
        _ number: Int, of partition: Int, because error: LogError, in orders: ProducerOrders
    ) {
        guard let batch = remove(number, of: partition) else { return }
        for step in batch.steps { orders.outcomes.append(.init(step: step, result: .failure(error))) }
    }

    /// It goes again, unless that is of no use. Without an error nobody has answered.
    private func fail(_ partition: Int, _ number: Int, _ error: LogError?, in orders: ProducerOrders) {
        if error == nil || error == .notLeader { isOutdated = true }
        guard let place = lanes[partition].batches.firstIndex(where: { $0.number == number }) else {
            return retryLater(in: orders)
        }
        if error == .recordTooLarge {
            return giveUp(number, of: partition, because: .recordTooLarge, in: orders)
        }
        if orders.now - lanes[partition].batches[place].since >= settings.deliveryTimeout {
            return giveUp(number, of: partition, because: error ?? .timedOut, in: orders)
        }
        lanes[partition].batches[place].isUnderWay = false
        lanes[partition].underWay -= 1
        lanes[partition].isInDisorder = true
        lanes[partition].backsOff = true
        // Of what was before it nothing is missing here: the broker has lost it, or it was given up.
        if error == .outOfOrder, place == 0 {
            lanes[partition].producer = 0
            needsNumber = true
        }
        retryLater(in: orders)
    }

    // MARK: Leaders

    private func retryLater(in orders: ProducerOrders) {
        guard !isRetryArmed else { return }
        isRetryArmed = true
        orders.arm(.retryIsDue, after: settings.retryAfter)
    }

    func retry(in orders: ProducerOrders) {
        isRetryArmed = false
        giveUpOld(in: orders)
        if isOutdated || needsNumber { askForLeaders(in: orders) } else { sendAgain(in: orders) }
    }

    private func giveUpOld(in orders: ProducerOrders) {
        for partition in lanes.indices {
            for batch in lanes[partition].batches
            where !batch.isUnderWay && orders.now - batch.since >= settings.deliveryTimeout {
                giveUp(batch.number, of: partition, because: .timedOut, in: orders)
            }
        }
    }

    private func sendAgain(in orders: ProducerOrders) {
        for partition in lanes.indices where lanes[partition].backsOff {
            lanes[partition].backsOff = false
            makeReady(partition)
        }
        drainAll(in: orders)
    }

    @usableFromInline
    func askForLeaders(in orders: ProducerOrders) {
        guard !isAsking else { return }
        isAsking = true
        let broker = advisers.pick()
        orders.list.append(.describe(by: broker))
    }

    func take(_ result: Result<LogMetadata, CallError>, from broker: Int, in orders: ProducerOrders) {
        isAsking = false
        guard case .success(let metadata) = result else {
            advisers.note(broker, answers: false)
            return retryLater(in: orders)
        }
        advisers.note(broker, answers: true)
        if needsNumber { producer = metadata.producer }
        needsNumber = false
        leaders = lanes.indices.map { partition in
            let (new, old) = (metadata.leaders[partition], leaders?[partition])
            return old.map { $0.epoch > new.epoch } == true ? old! : new
        }
        for broker in isCutOff.indices { isCutOff[broker] = false }
        isOutdated = ready.contains { leaders![$0].broker == nil }
        if isOutdated { retryLater(in: orders) }
        sendAgain(in: orders)
    }
}
