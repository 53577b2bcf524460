internal import Chat
internal import Cluster
internal import Infrastructure
public import Vocabulary

/// What a device has missed: a page of letters, from which sender on the next one goes, 0 where that was all; and what it
/// is owed, confirmations that found nobody there and wishes for letters sealed anew. Pages lie in the run, and weigh what
/// they would.
public struct History: Marked {
    let page: UInt32
    let next: UInt32
    let owed: UInt32

    public var mark: UInt64 { Vocabulary.mark(UInt64(page), UInt64(next), UInt64(owed)) }
}

/// What devices are owed on its way to their hosts, as it is said to them, once for the run: whoever answers puts it in, who
/// hears the answer takes it out.
public final class OwedWords: @unchecked Sendable {
    private var pages: [[ToDevice]] = [[]]
    private var free: [UInt32] = []

    func put(_ words: [ToDevice]) -> UInt32 {
        if words.isEmpty { return 0 }
        if let handle = free.popLast() {
            pages[Int(handle)] = words
            return handle
        }
        pages.append(words)
        return UInt32(pages.count - 1)
    }

    func take(_ handle: UInt32) -> [ToDevice] {
        guard handle > 0 else { return [] }
        defer {
            pages[Int(handle)] = []
            free.append(handle)
        }
        return pages[Int(handle)]
    }
}

/// S0-36: letters that were stored for somebody, and that one of their devices has not confirmed.
extension MessageService {
    struct Query {
        let device: DeviceID
        let ticket: Ticket<History>
        /// Letters of the same sender go into one page, in their order.
        var letters: [StoredLetter] = []
        var next: UInt32 = 0
        var confirmed: Set<UInt64> = []  // looked up only, never iterated
        /// What was sealed anew for the device, by letter. Looked up only, never iterated.
        var sealedAnew: [UInt64: StoredLetter] = [:]
        var owed: [Confirmation] = []
        var wishes: [Wish] = []
        /// Of those that it has missed, how many have ciphertexts that are still to come.
        var missing = 0
    }

    func find(_ device: DeviceID, _ from: UInt32, _ ticket: Ticket<History>, in shift: Shift) {
        queryCount += 1
        queries[queryCount] = Query(device: device, ticket: ticket)
        read(from: UInt64(from) << 32, for: queryCount, in: shift)
    }

    private func read(from first: UInt64, for query: Int, in shift: Shift) {
        guard let device = queries[query]?.device else { return }
        store.read(
            WideRead(of: MessageTable.letters(of: device.user), rows: first ... .max, limit: settings.page),
            at: .quorum, then: .letters(query: query), in: shift)
    }

    func take(letters page: WidePage, _ rest: WideRead?, of query: Int, in shift: Shift) {
        guard queries[query] != nil else { return page.letGo() }
        for row in page.rows {
            queries[query]?.letters.append(row[0].body(of: StoredLetter.self)[0])
        }
        page.letGo()
        guard let rest else { return askForShown(query, in: shift) }
        // The page ends with a whole sender: the next one is asked for by their number.
        let last = queries[query]?.letters.last?.letter.id.sender
        let isWhole = queries[query]?.letters.first?.letter.id.sender != last
        guard let last, isWhole else {
            return store.read(rest, at: .quorum, then: .letters(query: query), in: shift)
        }
        queries[query]?.letters.removeAll { $0.letter.id.sender == last }
        queries[query]?.next = last.number
        askForShown(query, in: shift)
    }

    private func askForShown(_ number: Int, in shift: Shift) {
        guard let query = queries[number] else { return }
        guard let first = query.letters.first, let last = query.letters.last else {
            return askForOwed(number, in: shift)
        }
        store.read(
            WideRead(
                of: MessageTable.shown(on: query.device), rows: first.letter.id.word...last.letter.id.word,
                limit: settings.page),
            at: .quorum, then: .shown(query: number), in: shift)
    }

    func take(shown page: WidePage, _ rest: WideRead?, of query: Int, in shift: Shift) {
        for row in page.rows {
            let letter = row[0].clustering
            if row[0].kind == .contents {
                queries[query]?.sealedAnew[letter] = row[0].body(of: StoredLetter.self)[0]
            } else {
                queries[query]?.confirmed.insert(letter)
            }
        }
        page.letGo()
        if let rest {
            store.read(rest, at: .quorum, then: .shown(query: query), in: shift)
        } else {
            askForOwed(query, in: shift)
        }
    }

    private func askForOwed(_ number: Int, in shift: Shift) {
        guard let query = queries[number] else { return }
        // With the last page.
        guard query.next == 0 else { return answer(number, in: shift) }
        store.read(
            WideRead(of: MessageTable.owed(to: query.device.user), limit: settings.page), at: .quorum,
            then: .owed(query: number), in: shift)
    }

    func take(owed page: WidePage, _ rest: WideRead?, of query: Int, in shift: Shift) {
        guard let user = queries[query]?.device.user else { return page.letGo() }
        for row in page.rows {
            let key = row[0].clustering
            if MessageTable.isWish(key) {
                let wish = MessageTable.owedWish(key, of: user, value: row[0].value)
                // Who is blocked is told nothing more.
                guard !rules.isKept(user, wish.device.user, directory) else { continue }
                queries[query]?.wishes.append(wish)
            } else {
                queries[query]?.owed.append(MessageTable.owedConfirmation(key, to: user))
            }
        }
        page.letGo()
        if let rest {
            store.read(rest, at: .quorum, then: .owed(query: query), in: shift)
        } else {
            answer(query, in: shift)
        }
    }

    private func answer(_ number: Int, in shift: Shift) {
        guard let query = queries[number] else { return }
        let user = query.device.user
        let unconfirmed = query.letters.filter {
            !query.confirmed.contains($0.letter.id.word)
                && !($0.letter.id.sender == user && $0.device == query.device.number)
        }
        func isKept(_ stored: StoredLetter) -> Bool { rules.isKept(stored.letter.id.sender, user, directory) }
        stop(unconfirmed.filter(isKept), on: query.device, in: shift)
        let missed = unconfirmed.filter { !isKept($0) }.map { query.sealedAnew[$0.letter.id.word] ?? $0 }
        let apart = missed.filter(\.isApart)
        queries[number]?.letters = missed
        queries[number]?.missing = apart.count
        if apart.isEmpty { return say(number, in: shift) }
        for letter in apart {
            store.read(
                copy(of: letter.letter, for: query.device), at: .quorum,
                then: .copy(query: number, letter.letter.id), in: shift)
        }
    }

    /// S0-25: a letter that is kept from a device is so for good, as one that the device itself has stopped: whether it knows of
    /// the block before the service does is a matter of milliseconds.
    private func stop(_ letters: [StoredLetter], on device: DeviceID, in shift: Shift) {
        guard !letters.isEmpty else { return }
        store.write(
            letters.map { row(of: Confirmation(.shown, $0.letter.id, on: device)) }, at: .quorum,
            then: .stopped, in: shift)
    }

    /// One that is gone is not missed any more.
    func take(copyOf letter: LetterID, isThere: Bool, of query: Int, in shift: Shift) {
        guard queries[query] != nil else { return }
        if !isThere { queries[query]?.letters.removeAll { $0.letter.id == letter } }
        queries[query]?.missing -= 1
        if queries[query]?.missing == 0 { say(query, in: shift) }
    }

    private func say(_ number: Int, in shift: Shift) {
        guard let query = queries.removeValue(forKey: number) else { return }
        let history = History(
            page: query.letters.isEmpty ? 0 : pages.put(query.letters.map(\.letter)), next: query.next,
            owed: owedWords.put(query.owed.map(\.word) + query.wishes.map(\.word)))
        let size = pages.size(of: history.page, envelope: settings.confirmationSize) + SenderService.frame
        shift.reply(
            history, to: query.ticket,
            size: size + settings.confirmationSize * Int64(query.owed.count + query.wishes.count))
    }

    /// Confirmations that have been handed out are owed no more. Wishes are: each is for one of its sender's devices, which is
    /// not known here, so all hear of it until it is fulfilled.
    func forget(_ confirmations: [Confirmation], in shift: Shift) {
        let rows = confirmations.map {
            WideRow.deletion(in: MessageTable.owed(to: $0.letter.sender), at: MessageTable.owedKey($0))
        }
        store.write(rows, at: .quorum, then: .forgotten, in: shift)
    }
}
