internal import Chat
internal import Cluster
public import Infrastructure
internal import Vocabulary

/// S0-14, S0-21: how far a generator is lies in the cache.
extension MessageGenerator {
    /// These partitions are its own from now on: it looks where the one before was.
    func load(_ partitions: Range<Int>, in shift: Shift) {
        forget()
        checkpoints.expect(partitions)
        assigned = partitions
        for partition in partitions { load(partition, in: shift) }
    }

    private func load(_ partition: Int, in shift: Shift) {
        guard rules.remembers() else { return checkpoints.take(nil, of: partition) }
        cache.ask(
            key(of: partition), .get, then: .loaded(partition, generation: letters.generation), in: shift)
    }

    func forget() {
        checkpoints.forgetAll()
        fanOuts.removeAll()
        unsure.removeAll()
        assigned = 0..<0
    }

    func hear(_ news: CacheNews, in shift: Shift) {
        guard let (step, result) = cache.hear(news, in: shift) else { return }
        switch (step, result) {
        case (.saved, _): break  // the next one covers what is lost
        case (.loaded(let partition, let generation), .success(let answer)):
            guard generation == letters.generation, assigned.contains(partition) else { return }
            if case .value(let value) = answer {
                checkpoints.take(Checkpoints.Checkpoint(word: value.word), of: partition)
            } else {
                checkpoints.take(nil, of: partition)
            }
            pull(in: shift)
        case (.loaded(let partition, let generation), .failure):
            // No cache answers: it begins where its group has said that it is, and repeats what is behind that.
            guard generation == letters.generation, assigned.contains(partition) else { return }
            checkpoints.take(nil, of: partition)
            pull(in: shift)
        }
    }

    func cover(_ place: LogPlace, upTo recipients: Int, of count: Int, in shift: Shift) {
        guard letters.has(place) else { return }
        if recipients == count {
            checkpoints.finish(place)
        } else {
            checkpoints.cover(place, upTo: recipients)
        }
        saveLater(in: shift)
    }

    /// What changes within `checkpoint-every` is saved together.
    func saveLater(in shift: Shift) {
        guard !isSaveArmed else { return }
        isSaveArmed = true
        _ = shift.arm(.saveIsDue, after: settings.checkpointEvery)
    }

    func save(in shift: Shift) {
        isSaveArmed = false
        for (partition, checkpoint) in checkpoints.takeChanged() {
            cache.ask(
                key(of: partition), .set(CacheValue(checkpoint.word), expiry: .never, .always), then: .saved,
                in: shift)
        }
    }

    private func key(of partition: Int) -> CacheKey { CacheKey(1, partition) }
}

extension MessageGenerator: CacheUser {
    public enum CacheStep: Sendable {
        case loaded(Int, generation: Int)
        case saved
    }

    public static func cache(_ news: CacheNews) -> Inbox { .cache(news) }
}

extension MessageGenerator: PeopleListener {
    static func changed(_ news: PeopleNews) -> Inbox { .people(news) }
    static func learned(_ result: Result<PeopleChanges, CallError>) -> Inbox { .learned(result) }
}
