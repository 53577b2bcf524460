internal import Chat
internal import Cluster
internal import Infrastructure
internal import Vocabulary

/// S0-37: somebody has got into the service, and reads all that the store holds of all users, one after the other. What
/// they get are ciphertexts: so much of them is counted, and what could be read without a key. What the retention has
/// ended is not there any more.
extension MessageService {
    func steal(of user: User, from first: UInt64 = 0, in shift: Shift) {
        guard Int(user.number) < directory.userCount else { return }
        store.read(
            WideRead(of: MessageTable.letters(of: user), rows: first ... .max, limit: 1_000), at: .quorum,
            then: .stolen(user), in: shift)
    }

    func take(stolen page: WidePage, _ rest: WideRead?, of user: User, in shift: Shift) {
        for row in page.rows {
            let stored = row[0].body(of: StoredLetter.self)[0]
            stolenLetters.add()
            stolenBytes.add(Int(row[0].size.bytes))
            if !stored.letter.isSealed { stolenPlain.add() }
            // Large ones lie apart, once for all who get them.
            guard stored.isApart, stored.letter.id.sender == user else { continue }
            store.read(
                WideRead(of: MessageTable.copies(of: stored.letter.id), limit: 5_000), at: .quorum,
                then: .stolenCopies, in: shift)
        }
        page.letGo()
        if let rest {
            steal(of: user, from: rest.first, in: shift)
        } else {
            steal(of: User(user.number + 1), in: shift)
        }
    }
}
