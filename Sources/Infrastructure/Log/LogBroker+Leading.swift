internal import Cluster
internal import Simulation
internal import Vocabulary

/// What a broker does for producers and followers of the partitions that it leads.
extension LogBroker {
    /// Some batches of a producer, of which some are not stored yet.
    struct PendingProduce {
        let ticket: Ticket<BatchAnswers>
        var answers: [BatchAnswer]
        var missing = 0
    }

    /// What a leader knows of the fetches of one follower.
    struct FollowerState {
        /// Where the follower goes on, by slot; nil of partitions that it does not ask for.
        var positions: [FetchPosition?] = []
        /// Slots in which there may be something that it did not have when it asked last.
        var news: [Int] = []
        /// When that was.
        var asked = Instant.start
        /// Who waits for records.
        var ticket: Ticket<Fetched>?
        /// Whether a timer runs, for this fetch or one before.
        var isTimed = false
    }

    // MARK: Producers

    func take(_ batches: [Batch], _ acks: Acks, _ ticket: Ticket<BatchAnswers>, in shift: Shift) {
        let acks = rules.awaited(acks)
        requestCount += 1
        let number = requestCount
        var request = PendingProduce(ticket: ticket, answers: [])
        var touched: [Int] = []
        for batch in batches {
            switch check(batch, acks) {
            case .failure(let error):
                request.answers.append(.init(partition: batch.partition, result: .failure(error)))
            case .success(let known):
                let slot = slots[batch.partition]!
                let offset = hosted[slot].replica.end
                let isNew = known < batch.records.count
                let isStored = !isNew || append(batch, from: known, to: slot, acks, number, in: shift)
                guard isStored else {
                    halt(in: shift)
                    request.answers.append(.init(partition: batch.partition, result: .failure(.diskFailed)))
                    break
                }
                request.answers.append(.init(partition: batch.partition, result: .success(offset)))
                if !touched.contains(slot) { touched.append(slot) }
                if acks == .leader, isNew { request.missing += 1 }
                // What came before once more waits until all have what there is by now.
                if acks == .all {
                    hosted[slot].waiting.append(
                        CommitWait(end: hosted[slot].replica.end, waiter: .request(number)))
                    request.missing += 1
                }
            }
            batch.records.letGo()
        }
        if request.missing == 0 {
            answer(request, in: shift)
        } else {
            requests[number] = request
            for slot in touched { settleWaiting(of: slot, in: shift) }
        }
        wakeFollowers(for: touched, in: shift)
    }

    /// Whether batches wait until all in sync have them, and no follower for them: each has its fetch under way.
    func waits(_ batches: [Batch], _ acks: Acks) -> Bool {
        guard rules.awaited(acks) == .all else { return false }
        for batch in batches {
            guard case .success(let known) = check(batch, .all), known < batch.records.count,
                let slot = slots[batch.partition], hosted[slot].replica.hasEnoughInSync(2),
                !isAwaited(slot)
            else { return false }
        }
        return true
    }

    /// Whether some follower waits for records of a partition.
    private func isAwaited(_ slot: Int) -> Bool {
        for follower in followers.indices
        where followers[follower].ticket != nil && followers[follower].positions[slot] != nil {
            return true
        }
        return false
    }

    /// Whether a batch is taken, and if so, how many of its records are here already.
    private func check(_ batch: Batch, _ acks: Acks) -> Result<Int, LogError> {
        guard let slot = slots[batch.partition], hosted[slot].replica.leads else {
            return .failure(.notLeader)
        }
        if acks == .all, !hosted[slot].replica.hasEnoughInSync(settings.minInSync) {
            return .failure(.notEnoughReplicas)
        }
        for place in 0..<batch.records.count where batch.records[place].payloadSize > settings.recordLimit {
            return .failure(.recordTooLarge)
        }
        let first = batch.records[0]
        guard first.producer > 0 else { return .success(0) }
        let last = hosted[slot].sequences[first.producer] ?? 0
        guard first.sequence <= last + 1 else { return .failure(.outOfOrder) }
        return .success(min(Int(last + 1 - first.sequence), batch.records.count))
    }

    /// False when the disk refuses a record: it ends the batch, of which the first ones may be there.
    private func append(
        _ batch: Batch, from first: Int, to slot: Int, _ acks: Acks, _ request: Int, in shift: Shift
    ) -> Bool {
        let last = batch.records.count - 1
        noteCaughtUp(in: slot)
        for place in first...last {
            let record = batch.records.element(place).held()
            let isAwaited = acks == .leader && place == last
            guard
                shift.append(
                    record, to: hosted[slot].records, then: isAwaited ? .written(request: request) : nil,
                    orElse: isAwaited ? .notWritten(request: request) : nil) != nil
            else { return false }
            note(batch.records[place], at: hosted[slot].replica.end, in: slot)
            hosted[slot].replica.add(1)
        }
        return true
    }

    func settle(_ number: Int, in shift: Shift) {
        guard var request = requests.removeValue(forKey: number) else { return }  // it has failed
        request.missing -= 1
        if request.missing == 0 { answer(request, in: shift) } else { requests[number] = request }
    }

    /// Some of it is not stored, or not by this broker's doing.
    func fail(_ number: Int, in shift: Shift) {
        guard var request = requests.removeValue(forKey: number) else { return }
        request.answers = request.answers.map { .init(partition: $0.partition, result: .failure(.notLeader)) }
        answer(request, in: shift)
    }

    private func answer(_ request: PendingProduce, in shift: Shift) {
        shift.reply(
            BatchAnswers(answers: request.answers), to: request.ticket,
            size: LogController.frame + .bytes(Int64(16 * request.answers.count)))
    }

    /// What is committed by now has its answers, and its readers.
    func settleWaiting(of slot: Int, in shift: Shift) {
        let committed = hosted[slot].replica.highWatermark
        while let first = hosted[slot].waiting.first, first.end <= committed {
            hosted[slot].waiting.removeFirst()
            switch first.waiter {
            case .request(let request): settle(request, in: shift)
            case .commit(let ticket): shift.reply(.stored, to: ticket, size: LogController.frame)
            case .settle(let group): settle(group, in: shift)
            case .nobody: break
            }
        }
        if committed > hosted[slot].shown {
            hosted[slot].shown = committed
            wakePolls(of: slot, in: shift)
        }
    }

    func failWaiting(of slot: Int, in shift: Shift) {
        let waiting = hosted[slot].waiting
        hosted[slot].waiting = []
        for waiting in waiting {
            switch waiting.waiter {
            case .request(let request): fail(request, in: shift)
            case .commit(let ticket): shift.reply(.notCoordinator, to: ticket, size: LogController.frame)
            case .settle, .nobody: break
            }
        }
    }

    // MARK: Followers

    func take(_ fetch: Fetch, _ ticket: Ticket<Fetched>, in shift: Shift) {
        let follower = fetch.broker
        let touched = take(fetch.positions, of: follower, areAll: fetch.isWhole)
        followers[follower].asked = shift.now
        var parts: [Fetched.PartitionData] = []
        for slot in touched {
            guard let position = followers[follower].positions[slot] else { continue }
            let isAsBefore = hosted[slot].replica.staysCaughtUp(
                follower, from: position.offset, inEpoch: position.epoch, at: shift.now)
            if !isAsBefore {
                if let part = part(for: position, of: follower, slot, at: shift.now) { parts.append(part) }
                settleWaiting(of: slot, in: shift)
            }
            if hosted[slot].replica.mayHaveMoreInSync { proposeInSync(slot, in: shift) }
        }
        followers[follower].ticket = ticket
        // What is committed now may have had something written about groups.
        if parts.isEmpty { parts = waitingParts(for: follower, in: followers[follower].news) }
        if parts.isEmpty {
            if !followers[follower].isTimed { armEnd(ofFetchBy: follower, in: shift) }
        } else {
            send(parts, to: follower, in: shift)
        }
    }

    /// Where a follower goes on. Returns the slots in which there may be something to do for it; while replicas are missing,
    /// that may be any.
    private func take(_ positions: [FetchPosition], of follower: Int, areAll: Bool) -> [Int] {
        let isFirst = areAll || followers[follower].positions.isEmpty
        if isFirst { followers[follower].positions = Array(repeating: nil, count: hosted.count) }
        var touched = followers[follower].news
        followers[follower].news = []
        for position in positions {
            guard let slot = slots[position.partition] else { continue }
            followers[follower].positions[slot] = position
            if !touched.contains(slot) { touched.append(slot) }
        }
        return isFirst || lacksReplicas ? Array(hosted.indices) : touched
    }

    /// Whether a follower's fetch finds nothing and waits, and nobody else hears of it.
    func waits(_ fetch: Fetch) -> Bool {
        guard !fetch.isWhole, !lacksReplicas else { return false }
        for slot in followers[fetch.broker].news
        where !fetch.positions.contains(where: { slots[$0.partition] == slot }) {
            return false
        }
        for position in fetch.positions {
            guard let slot = slots[position.partition],
                hosted[slot].replica.isOnlyNoted(
                    fetchBy: fetch.broker, from: position.offset, lastEpoch: position.lastEpoch,
                    inEpoch: position.epoch)
            else { return false }
        }
        return true
    }

    /// What there is for a follower of one partition, whose position says what it has.
    private func part(
        for position: FetchPosition, of follower: Int, _ slot: Int, at now: Instant
    ) -> Fetched.PartitionData? {
        let answer: Fetched.PartitionData.FetchResult
        switch hosted[slot].replica.answer(
            fetchBy: follower, from: position.offset, lastEpoch: position.lastEpoch, inEpoch: position.epoch,
            at: now)
        {
        case .records(let range, _):
            if range.lowerBound > position.offset {
                answer = .trimmed(to: range.lowerBound)
            } else if range.isEmpty {
                return nil
            } else {
                answer = records(in: range, of: slot, limit: settings.fetchLimit)
            }
        case .diverges(let epoch, let end): answer = .diverges(epoch: epoch, end: end)
        case .notLeader:
            followers[follower].positions[slot] = nil
            answer = .notLeader
        }
        return .init(partition: position.partition, epoch: position.epoch, answer: answer)
    }

    /// As many as an answer may carry of one partition, and one at least.
    func records(
        in range: Range<Int>, of slot: Int, limit: ByteCount
    ) -> Fetched.PartitionData.FetchResult {
        let file = hosted[slot].records
        var records: [Contents<LogRecord>] = []
        records.reserveCapacity(min(range.count, 64))
        var size = ByteCount.zero
        for offset in range {
            let record = file.contents(of: offset)
            size += record[0].size
            if size > limit, !records.isEmpty { break }
            records.append(record.held())
        }
        let end = range.lowerBound + records.count
        let starts = hosted[slot].replica.epochs.starts(in: range.lowerBound..<end)
        return .records(
            records, from: range.lowerBound, starts, highWatermark: hosted[slot].replica.highWatermark)
    }

    private func send(_ parts: [Fetched.PartitionData], to follower: Int, in shift: Shift) {
        guard let ticket = followers[follower].ticket else { return }
        followers[follower].ticket = nil
        let fetched = Fetched(parts: parts)
        shift.reply(fetched, to: ticket, size: fetched.size)
    }

    /// Something has come in these slots: for those who wait there was nothing before.
    func wakeFollowers(for touched: [Int], in shift: Shift) {
        guard !touched.isEmpty else { return }
        for follower in followers.indices where !followers[follower].positions.isEmpty {
            for slot in touched { noteNews(in: slot, for: follower) }
            guard followers[follower].ticket != nil else { continue }
            let parts = waitingParts(for: follower, in: touched)
            if !parts.isEmpty { send(parts, to: follower, in: shift) }
        }
    }

    func noteNews(in slot: Int, for follower: Int) {
        if !followers[follower].news.contains(slot) { followers[follower].news.append(slot) }
    }

    /// Who has all there is asks again without saying so. It is noted before that changes, and when somebody looks.
    func noteCaughtUp(in slot: Int) {
        for follower in followers.indices where !followers[follower].positions.isEmpty {
            guard let position = followers[follower].positions[slot] else { continue }
            hosted[slot].replica.staysCaughtUp(
                follower, from: position.offset, inEpoch: position.epoch, at: followers[follower].asked)
        }
    }

    private func armEnd(ofFetchBy follower: Int, in shift: Shift) {
        followers[follower].isTimed = true
        _ = shift.arm(
            .fetchIsOver(follower: follower),
            after: followers[follower].asked + settings.fetchWait - shift.now)
    }

    /// Who has waited long enough gets what there is by now, if nothing.
    func endFetch(of follower: Int, in shift: Shift) {
        followers[follower].isTimed = false
        guard followers[follower].ticket != nil else { return }
        if followers[follower].asked + settings.fetchWait > shift.now {
            armEnd(ofFetchBy: follower, in: shift)
        } else {
            send(waitingParts(for: follower, in: hosted.indices), to: follower, in: shift)
        }
    }

    /// What has come since a follower asked: it has said nothing new.
    private func waitingParts(for follower: Int, in slots: some Sequence<Int>) -> [Fetched.PartitionData] {
        var parts: [Fetched.PartitionData] = []
        for slot in slots {
            guard let position = followers[follower].positions[slot], hosted[slot].replica.leads,
                position.epoch == hosted[slot].replica.leadership.epoch,
                position.offset < hosted[slot].replica.end, position.offset >= hosted[slot].replica.start
            else { continue }
            parts.append(
                .init(
                    partition: position.partition, epoch: position.epoch,
                    answer: records(
                        in: position.offset..<hosted[slot].replica.end, of: slot, limit: settings.fetchLimit))
            )
        }
        return parts
    }
}
