internal import Chat
internal import Cluster
internal import Vocabulary

/// What is fetched into the processor's memory before it is needed. It changes how fast a run is played, and nothing of it.
extension Server {
    public static let looksAhead = true

    /// What a word is about lies among that of very many people.
    public func expect(_ message: Inbox) {
        guard case .said(let word, let line) = message else { return }
        sessions.prefetch(line)
        switch word {
        case .send(let letter):
            known.prefetch(letter.id, by: 0)
            if case .direct(let user) = letter.destination {
                sessions.prefetch(directory.number(of: DeviceID(of: user, 0)))
            }
        case .shown(let letter), .read(let letter):
            sessions.prefetch(directory.number(of: DeviceID(of: letter.sender, 0)))
        case .hello, .login, .stopped, .change, .ask, .piece, .block, .blocksSynced: break
        }
    }

    /// By the time that a letter is stored, the line that it goes out on is there.
    func expectWayOut(of letter: Letter, in shift: Shift) {
        guard case .direct(let user) = letter.destination,
            let line = sessions.line(of: directory.number(of: DeviceID(of: user, 0)))
        else { return }
        shift.prefetch(line)
    }
}
