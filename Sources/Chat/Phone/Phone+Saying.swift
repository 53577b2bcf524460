internal import Cluster
internal import Simulation
internal import Vocabulary

/// What an app says beside letters and questions, of which nobody tells it that they were heard.
///
/// That a letter was read, or that its owner has joined a room, is said once, and the line may break and take it along. So the
/// app keeps it until the line has stood for long enough after it, and says it again on the next one otherwise (S0-3). That a
/// letter was shown need not be kept: the system sends a letter again that it does not know to be here.
extension Phone {
    /// Nothing where there is no line.
    func say(_ word: FromDevice, over channel: Int, size: ByteCount = .zero, in shift: Shift) {
        let (line, door) = link(channel) { ($0.line, $0.door) }
        guard let line, let door else { return }
        shift.say(word, at: door, on: line, size: size + town.app.envelope)
    }

    /// Now, or first thing on the next line.
    func sayWhenPossible(_ notice: Notice, in shift: Shift) {
        let word = notice.word
        let channel = town.appPlan.routes.channel(for: word)
        guard isConnected(channel), let line = link(channel, { $0.line }) else {
            return town.unsaid.append(Unsaid(notice), to: &unsaid)
        }
        say(word, over: channel, in: shift)
        guard notice.isSaidOnce else { return }
        forgetSaid(longerAgoThan: shift.certainty(on: line), at: shift.now)
        town.unsaid.append(Unsaid(notice, saidAt: shift.now), to: &unsaid)
    }

    /// All that waits for a channel, over a line that has just opened.
    func sayAll(over channel: Int, in shift: Shift) {
        let routes = town.appPlan.routes
        while let next = town.unsaid.removeFirst(
            from: &unsaid, where: { $0.saidAt == nil && routes.channel(for: $0.notice.word) == channel })
        {
            sayWhenPossible(next.notice, in: shift)
        }
    }

    /// A line has ended: what may have been lost with it, or said to who did not listen, waits for the next one.
    func recall(from line: Line<ToDevice>, of channel: Int, in shift: Shift) {
        forgetSaid(longerAgoThan: shift.certainty(on: line), at: shift.now)
        let routes = town.appPlan.routes
        while let said = town.unsaid.removeFirst(
            from: &unsaid, where: { $0.saidAt != nil && routes.channel(for: $0.notice.word) == channel })
        {
            town.unsaid.append(Unsaid(said.notice), to: &unsaid)
        }
    }

    private func forgetSaid(longerAgoThan span: Span, at now: Instant) {
        while let oldest = town.unsaid.first(in: unsaid, where: { _ in true }), let time = oldest.saidAt,
            now - time > span
        {
            _ = town.unsaid.removeFirst(from: &unsaid, where: { _ in true })
        }
    }
}

/// A word that waits for a line where there is none.
enum Notice {
    case read(LetterID)
    case change(Change)
    case blocksSynced(UInt32)

    var word: FromDevice {
        switch self {
        case .read(let letter): .read(letter)
        case .change(let change): .change(change)
        case .blocksSynced(let version): .blocksSynced(version)
        }
    }

    /// Nobody says that it was heard, and nothing else has it said again.
    fileprivate var isSaidOnce: Bool {
        switch self {
        case .read, .change: true
        case .blocksSynced: false
        }
    }
}

/// A word that the system does not have, or may not have: 24 bytes in its list, and most devices keep some.
struct Unsaid {
    private let time: UInt64  // ns; `toBeSaid`
    let notice: Notice

    private static let toBeSaid = UInt64.max

    init(_ notice: Notice, saidAt time: Instant? = nil) {
        self.notice = notice
        self.time = time?.nanoseconds ?? Self.toBeSaid
    }

    /// Nil when it is still to be said.
    var saidAt: Instant? { time == Self.toBeSaid ? nil : Instant(nanoseconds: time) }
}
