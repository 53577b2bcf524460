internal import Simulation
internal import Vocabulary

/// What is rare on lines, as events: SYNs sent again, attempts to get through, pings over a path that is not
/// well.
actor LineKeeper: Component {
    enum Inbox: Marked {
        case synIsDue(LineNumber)
        case attemptUp(LineNumber)
        case attemptDown(LineNumber)
        case ping(LineNumber, UInt64, watch: UInt32)
        case pingAgain(LineNumber, UInt64, attempt: UInt8)
        case pinged(LineNumber, UInt64)
        case answerAgain(LineNumber, UInt64, attempt: UInt8)
        case answered(LineNumber, UInt64)
        case answerDue(LineNumber, UInt64)
        case silenceDue(LineNumber, watch: UInt32)

        var mark: UInt64 {
            switch self {
            case .synIsDue(let line): Vocabulary.mark(1, line.word)
            case .attemptUp(let line): Vocabulary.mark(2, line.word)
            case .attemptDown(let line): Vocabulary.mark(3, line.word)
            case .ping(let line, let ping, _): Vocabulary.mark(4, line.word, ping)
            case .pingAgain(let line, let ping, let attempt):
                Vocabulary.mark(5, line.word, ping, UInt64(attempt))
            case .pinged(let line, let ping): Vocabulary.mark(6, line.word, ping)
            case .answerAgain(let line, let ping, let attempt):
                Vocabulary.mark(7, line.word, ping, UInt64(attempt))
            case .answered(let line, let ping): Vocabulary.mark(8, line.word, ping)
            case .answerDue(let line, let ping): Vocabulary.mark(9, line.word, ping)
            case .silenceDue(let line, _): Vocabulary.mark(10, line.word)
            }
        }
    }

    nonisolated let home: Home
    private unowned(unsafe) let cluster: Cluster

    init(home: Home, cluster: Cluster) {
        self.home = home
        self.cluster = cluster
    }

    func receive(_ message: Inbox, in turn: Turn) {
        let lines = cluster.lines
        switch message {
        case .synIsDue(let line): lines.sendSYN(line)
        case .attemptUp(let line): lines.attempt(line, .up)
        case .attemptDown(let line): lines.attempt(line, .down)
        case .ping(let line, let ping, let watch): lines.ping(line, ping, watch: watch)
        case .pingAgain(let line, let ping, let attempt): lines.tryPing(line, ping, attempt: attempt)
        case .pinged(let line, let ping): lines.pinged(line, ping)
        case .answerAgain(let line, let ping, let attempt): lines.tryAnswer(line, ping, attempt: attempt)
        case .answered(let line, let ping): lines.answered(line, ping)
        case .answerDue(let line, let ping): lines.answerDue(line, ping)
        case .silenceDue(let line, let watch): lines.silenceDue(line, watch: watch)
        }
    }
}
