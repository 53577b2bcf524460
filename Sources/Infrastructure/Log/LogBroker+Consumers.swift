internal import Cluster
internal import Simulation
internal import Vocabulary

/// What a broker does for consumers of the partitions that it leads: they read what is committed, and wait for it.
extension LogBroker {
    /// A fetch that found nothing, and waits.
    struct Poll {
        let fetch: ConsumerFetch
        let ticket: Ticket<Fetched>
        /// When it has waited long enough.
        let end: Instant
    }

    func take(_ fetch: ConsumerFetch, _ ticket: Ticket<Fetched>, in shift: Shift) {
        let parts = parts(for: fetch)
        guard parts.isEmpty else {
            let fetched = Fetched(parts: parts)
            return shift.reply(fetched, to: ticket, size: fetched.size)
        }
        let number = keep(Poll(fetch: fetch, ticket: ticket, end: shift.now + fetch.patience))
        for position in fetch.positions {
            if let slot = slots[position.partition] { hosted[slot].polls.append(number) }
        }
        armEndOfPolls(at: shift.now + fetch.patience, in: shift)
    }

    private func keep(_ poll: Poll) -> Int {
        if let number = freePolls.popLast() {
            polls[number] = poll
            return number
        }
        polls.append(poll)
        return polls.count - 1
    }

    /// One timer for all of them, for the first that has waited long enough.
    private func armEndOfPolls(at end: Instant, in shift: Shift) {
        if let armed = pollsOver {
            guard end < armed.at else { return }
            shift.cancel(armed.alarm)
        }
        pollsOver = (end, shift.arm(.pollsAreOver, after: end - shift.now))
    }

    func endPolls(in shift: Shift) {
        pollsOver = nil
        for number in polls.indices where polls[number].map({ $0.end <= shift.now }) == true {
            endPoll(number, in: shift)
        }
        if let end = polls.compactMap({ $0?.end }).min() { armEndOfPolls(at: end, in: shift) }
    }

    /// Whether a fetch finds nothing, and waits.
    func waits(_ fetch: ConsumerFetch) -> Bool {
        for position in fetch.positions {
            guard let slot = slots[position.partition], hosted[slot].replica.leads,
                hosted[slot].replica.leadership.epoch == position.epoch,
                case .records(let range) = hosted[slot].replica.answer(
                    readFrom: position.offset, lastEpoch: position.lastEpoch), range.isEmpty
            else { return false }
        }
        return true
    }

    /// There may be something for those who wait for a partition.
    func wakePolls(of slot: Int, in shift: Shift) {
        while let number = hosted[slot].polls.first { endPoll(number, in: shift) }
    }

    /// What there is by now, if nothing.
    private func endPoll(_ number: Int, in shift: Shift) {
        guard let poll = polls[number].take() else { return }
        freePolls.append(number)
        for position in poll.fetch.positions {
            if let slot = slots[position.partition] { hosted[slot].polls.removeAll { $0 == number } }
        }
        let fetched = Fetched(parts: parts(for: poll.fetch))
        shift.reply(fetched, to: poll.ticket, size: fetched.size)
    }

    private func parts(for fetch: ConsumerFetch) -> [Fetched.PartitionData] {
        var parts: [Fetched.PartitionData] = []
        var left = fetch.limit
        for position in fetch.positions where left > .zero {
            guard let answer = answer(to: position, of: fetch, limit: left) else { continue }
            let part = Fetched.PartitionData(
                partition: position.partition, epoch: position.epoch, answer: answer)
            left -= part.size
            parts.append(part)
        }
        return parts
    }

    /// Nil when there is nothing to be read there yet.
    private func answer(
        to position: FetchPosition, of fetch: ConsumerFetch, limit: ByteCount
    ) -> Fetched.PartitionData.FetchResult? {
        guard let slot = slots[position.partition], hosted[slot].replica.leads,
            hosted[slot].replica.leadership.epoch == position.epoch
        else { return .notLeader }
        switch hosted[slot].replica.answer(
            readFrom: position.offset, lastEpoch: position.lastEpoch)
        {
        case .records(let range):
            guard !range.isEmpty else { return nil }
            return records(
                in: range.prefix(fetch.recordLimit), of: slot, limit: min(limit, fetch.partitionLimit))
        case .trimmed(let start): return .trimmed(to: start)
        case .diverges(let epoch, let end): return .diverges(epoch: epoch, end: end)
        }
    }

    // MARK: Metadata

    /// Each broker has numbers of producers of its own, and each of its incarnations.
    func describe(to ticket: Ticket<LogMetadata>, in shift: Shift) {
        producerCount += 1
        precondition(producerCount < 1 << 16, "65,536 producers of one incarnation of a broker")
        let number = UInt32(seat.number & 0xFF) << 24 | UInt32(seat.incarnation & 0xFF) << 16
        let metadata = LogMetadata(
            leaders: leaderships.map { .init(epoch: $0.epoch, broker: $0.leader) },
            producer: number | UInt32(producerCount))
        shift.reply(metadata, to: ticket, size: metadata.size)
    }
}
