public import Vocabulary

/// Writes down all that the ledger is told of one letter: also what it does not keep, as every copy that came
/// twice, and of letters that were too quick to be among the slowest. With a recipient it keeps to the way to
/// that one, and says too when they could be reached.
///
/// It only listens, so a run with it is the same run. Its memory is fixed: so many entries, and no more.
public final class LetterWatch {
    /// Something that happened to the letter.
    public struct Milestone: Hashable, Sendable {
        public var time: Instant
        public var place: UInt32
        public var what: String
    }

    /// Beyond these a letter goes in circles, and the first of them say so.
    public static let limit = 1_000

    public let letter: LetterID
    private let recipient: User?
    private var told: [Milestone] = []
    private var isTapped = false
    private let stages: [String]

    init(of letter: LetterID, to recipient: User?, stages: [String]) {
        (self.letter, self.recipient, self.stages) = (letter, recipient, stages)
    }

    /// In the order of time. A stage may be told when it is over, so that is not the order of telling.
    public var entries: [Milestone] {
        told.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(
            \.element)
    }

    func take(_ fact: ChatFact, at time: Instant) {
        let sender = letter.sender
        func add(_ about: LetterID, _ user: User, _ what: @autoclosure () -> String) {
            if about == letter { note(time, Place.phone(of: user), what()) }
        }
        /// Only of the recipient, if there is a certain one.
        func add(_ about: LetterID, _ user: User, of whom: User, _ what: @autoclosure () -> String) {
            if whom == recipient ?? whom || whom == sender { add(about, user, what()) }
        }
        /// How the recipient fares meanwhile.
        func add(_ user: User, _ what: @autoclosure () -> String) {
            if isTapped, user == recipient { note(time, Place.phone(of: user), what()) }
        }
        switch fact {
        case .tapped(let id, let device, let destination):
            isTapped = isTapped || id == letter
            add(id, sender, "tapped on \(device), for \(destination)")
        case .refused(let id, let refusal): add(id, sender, "is told that it was refused: \(refusal.words)")
        case .accepted(let id): add(id, sender, "is told that the system has it")
        case .gaveUp(let id): add(id, sender, "gives up: it is shown as not sent")
        case .shown(let id, let device): add(id, device.user, of: device.user, "shown on \(device)")
        case .droppedAsDuplicate(let id, let device):
            add(id, device.user, of: device.user, "came to \(device) once more, which kept that to itself")
        case .receiptKnown(let id, let user): add(id, sender, of: user, "is told that \(user) was shown it")
        case .read(let id, let user): add(id, user, of: user, "read by \(user)")
        case .readKnown(let id, let user): add(id, sender, of: user, "is told that \(user) read it")
        case .seen(let id, let form, let place):
            if id == letter { note(time, place, "held with a \(form) body") }
        case .listed(let user, let device):
            if user == sender { add(device.user, "blocks \(user) on \(device)") }
        case .unlisted(let user, let device):
            if user == sender { add(device.user, "unblocks \(user) on \(device)") }
        case .blocked(let user, let by):
            if user == sender { add(by, "is told that \(user) is blocked") }
        case .unblocked(let user, let by):
            if user == sender { add(by, "is told that \(user) is not blocked any more") }
        case .appOpened(let device): add(device.user, "opens the app on \(device)")
        case .appClosed(let device): add(device.user, "closes the app on \(device)")
        case .accessLost(let device): add(device.user, "\(device) loses its network")
        case .accessGained(let device): add(device.user, "\(device) has its network back")
        case .deviceAdded(let device): add(device.user, "\(device) is new")
        case .deviceLost(let device): add(device.user, "\(device) is gone")
        case .joining(let room, let user): add(user, "asks to join \(room)")
        case .joined(let room, let user): add(user, "joins \(room)")
        case .left(let room, let user): add(user, "leaves \(room)")
        }
    }

    func stamp(_ id: LetterID, for whom: User?, stage: UInt16, place: UInt32, at time: Instant) {
        guard id == letter, recipient == nil || whom == nil || whom == recipient else { return }
        let whose = whom.map { " to \($0)" } ?? ""
        note(time, place, "\(stages[Int(stage)])\(whose) begins")
    }

    func sentAgain(_ id: LetterID, attempt: Int, at time: Instant) {
        guard id == letter else { return }
        note(time, Place.phone(of: id.sender), "sent once more, attempt \(attempt)")
    }

    func cannotOpen(_ id: LetterID, on device: DeviceID, at time: Instant) {
        guard id == letter, device.user == recipient ?? device.user else { return }
        note(time, Place.phone(of: device.user), "cannot be opened on \(device), which wants it sealed anew")
    }

    func sealedAnew(_ id: LetterID, for device: DeviceID, at time: Instant) {
        guard id == letter, device.user == recipient ?? device.user else { return }
        note(time, Place.phone(of: id.sender), "sealed anew for \(device)")
    }

    private func note(_ time: Instant, _ place: UInt32, _ what: String) {
        if told.count < Self.limit { told.append(Milestone(time: time, place: place, what: what)) }
    }
}

extension Ledger {
    /// Has all that is told of a letter from now on written down, and says where.
    public func watch(_ letter: LetterID, to recipient: User? = nil) -> LetterWatch {
        let watch = LetterWatch(of: letter, to: recipient, stages: settings.stages + [Stage.beforeFirst])
        watches.append(watch)
        return watch
    }

    // Out of line: most runs have no watches, and every fact and every stamp comes past here.

    @inline(never)
    func tellWatches(_ fact: ChatFact, at time: Instant) {
        for watch in watches { watch.take(fact, at: time) }
    }

    @inline(never)
    func tellWatches(
        _ letter: LetterID, for recipient: User?, stage: UInt16, place: UInt32, at time: Instant
    ) {
        for watch in watches { watch.stamp(letter, for: recipient, stage: stage, place: place, at: time) }
    }

    /// An app sends what the system has not answered for: no fact, since nothing has changed for anybody.
    func sentAgain(_ letter: LetterID, attempt: Int, at time: Instant) {
        for watch in watches { watch.sentAgain(letter, attempt: attempt, at: time) }
    }

    func sealedAnew(_ letter: LetterID, for device: DeviceID, at time: Instant) {
        for watch in watches { watch.sealedAnew(letter, for: device, at: time) }
    }

    /// How many letters a user has tapped so far; nil when there is no such user.
    public func letterCount(of user: User) -> Int? {
        user.number < people.count ? Int(person(user).pointee.letters) : nil
    }
}

extension Destination: CustomStringConvertible {
    public var description: String {
        switch self {
        case .direct(let user): user.description
        case .room(let room): room.description
        }
    }
}

extension Refusal {
    /// For reports.
    public var words: String {
        switch self {
        case .roomTooLarge: "the room is too large"
        case .bodyTooLarge: "the body is too large"
        case .notAuthenticated: "not authenticated"
        case .notMember: "not a member of the room"
        case .unknownRecipient: "unknown recipient"
        case .blocked: "the recipient blocked the sender"
        case .recipientBlocked: "the sender blocked the recipient"
        case .rateLimited: "too many in a short time"
        case .overloaded: "the system is overloaded"
        case .failed: "the system failed"
        }
    }
}
