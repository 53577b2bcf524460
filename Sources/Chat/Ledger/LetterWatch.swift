public import Vocabulary

/// Writes down all that the ledger is told of one letter: also what it does not keep, as every copy that came
/// twice, and of letters that were too quick to be among the slowest.
///
/// It only listens, so a run with it is the same run.
public final class LetterWatch {
    /// Something that happened to the letter.
    public struct Entry: Hashable, Sendable {
        public var time: Instant
        public var place: UInt32
        public var what: String
    }

    public let letter: LetterID
    private var told: [Entry] = []
    private let stages: [String]

    init(of letter: LetterID, stages: [String]) {
        self.letter = letter
        self.stages = stages
    }

    /// In the order of time. A stage may be told when it is over, so that is not the order of telling.
    public var entries: [Entry] {
        told.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(
            \.element)
    }

    func take(_ fact: ChatFact, at time: Instant) {
        func add(_ about: LetterID, _ place: UInt32, _ what: @autoclosure () -> String) {
            if about == letter { told.append(Entry(time: time, place: place, what: what())) }
        }
        let sender = Place.phone(of: letter.sender)
        switch fact {
        case .tapped(let id, let device, let destination):
            add(id, sender, "tapped on \(device), for \(destination)")
        case .refused(let id, let refusal): add(id, sender, "is told that it was refused: \(refusal.words)")
        case .accepted(let id): add(id, sender, "is told that the system has it")
        case .gaveUp(let id): add(id, sender, "gives up: it is shown as not sent")
        case .shown(let id, let device): add(id, Place.phone(of: device.user), "shown on \(device)")
        case .droppedAsDuplicate(let id, let device):
            add(id, Place.phone(of: device.user), "came to \(device) once more, which kept that to itself")
        case .receiptKnown(let id, let user): add(id, sender, "is told that \(user) was shown it")
        case .read(let id, let user): add(id, Place.phone(of: user), "read by \(user)")
        case .readKnown(let id, let user): add(id, sender, "is told that \(user) read it")
        case .seen(let id, let form, let place): add(id, place, "held with a \(form) body")
        case .appOpened, .appClosed, .accessLost, .accessGained, .deviceAdded, .deviceLost, .blocked,
            .unblocked, .joined, .left:
            break
        }
    }

    func stamp(_ id: LetterID, for recipient: User?, stage: UInt16, place: UInt32, at time: Instant) {
        guard id == letter else { return }
        let whose = recipient.map { " to \($0)" } ?? ""
        told.append(Entry(time: time, place: place, what: "\(stages[Int(stage)])\(whose) begins"))
    }

    func sentAgain(_ id: LetterID, attempt: Int, at time: Instant) {
        guard id == letter else { return }
        told.append(
            Entry(time: time, place: Place.phone(of: id.sender), what: "sent once more, attempt \(attempt)"))
    }
}

extension Ledger {
    /// Has all that is told of a letter from now on written down, and says where.
    public func watch(_ letter: LetterID) -> LetterWatch {
        let watch = LetterWatch(of: letter, stages: settings.stages)
        self.watch = watch
        return watch
    }

    /// An app sends what the system has not answered for: no fact, since nothing has changed for anybody.
    func sentAgain(_ letter: LetterID, attempt: Int, at time: Instant) {
        watch?.sentAgain(letter, attempt: attempt, at: time)
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
    var words: String {
        switch self {
        case .roomTooLarge: "the room is too large"
        case .bodyTooLarge: "the body is too large"
        case .notAuthenticated: "not authenticated"
        case .notMember: "not a member of the room"
        case .unknownRecipient: "unknown recipient"
        case .blocked: "the recipient blocked the sender"
        case .rateLimited: "too many in a short time"
        case .overloaded: "the system is overloaded"
        case .failed: "the system failed"
        }
    }
}
