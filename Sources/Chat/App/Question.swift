public import Vocabulary

/// What an app asks its backend beside what it says: 16 bytes. Kinds from 32 on are a design's own.
@frozen
public struct Question: Hashable, Sendable {
    public var kind: Kind
    /// Of a question for a door: over which channel it is asked.
    public var channel: UInt8 = 0
    /// The key of the device that asks for a letter sealed anew; the number of a piece of a file, from 0.
    public var key: UInt16 = 0
    /// Counts the questions of a device, from 1; the answer names it.
    public var number: UInt32
    /// What it is about: a channel, a user, a room.
    public var subject: UInt32
    /// From where on, of what goes on: the number up to which the device has everything.
    public var from: UInt32

    @frozen
    public struct Kind: Hashable, Sendable {
        public var number: UInt8

        @inlinable
        init(standard number: UInt8) { self.number = number }

        /// A design's own.
        public init(own number: UInt8) {
            precondition(number >= 32, "kinds of questions below 32 are those of every design")
            self.number = number
        }

        /// To which door a channel leads; the answer's value is the door's number.
        public static let door = Kind(standard: 1)
        /// Letters that the device may lack; the answer has a page of them, and where the next one begins.
        public static let history = Kind(standard: 2)
        /// The keys of a user's devices; the answer has a page of them.
        public static let keys = Kind(standard: 3)
        /// A letter that the device could not open, `from` of the user `subject`, to be sealed anew with the key that
        /// it has now. It is for the devices of its sender, and the answer says no more than that those that are there
        /// will be told (`ToDevice.resendWanted`): it is asked until the letter comes.
        public static let again = Kind(standard: 4)
        /// How the list of the owner's blocks has changed behind the version `from`; the answer has a page of it.
        public static let blocks = Kind(standard: 5)
        /// The owner's conversations, those with the newest letters first; the answer has a page of them.
        public static let conversations = Kind(standard: 6)
        /// Whether the user `subject` is there; the answer's value is 1 when they are.
        public static let status = Kind(standard: 7)
        /// A piece of the file of the letter `from` of the user `subject`, to be kept: it weighs what the piece does. The
        /// answer's value is how many pieces of it are kept by now.
        public static let upload = Kind(standard: 8)
        /// A piece of such a file, to be had: the answer weighs what it does. It comes when there is one.
        public static let download = Kind(standard: 9)
    }

    /// What a host asks for the sake of a device that does not know that it lacks something: no app waits for the
    /// answer.
    public static func unasked(_ kind: Kind, from: UInt32 = 0) -> Question {
        Question(kind: kind, number: 0, subject: 0, from: from)
    }

    public var isUnasked: Bool { number == 0 }

    /// What `again` asks for, and of whose file a piece is.
    @inlinable public var letter: LetterID { LetterID(of: User(subject), from) }

    @inlinable public var mark: UInt64 {
        Vocabulary.mark(
            UInt64(key) << 16 | UInt64(kind.number) << 8 | UInt64(channel), UInt64(number), UInt64(subject),
            UInt64(from))
    }
}

/// What an app is told in answer to a question: 16 bytes; what is large lies in the run's `Pages`, and weighs
/// what it would.
@frozen
public struct Answer: Hashable, Sendable {
    public var kind: Question.Kind
    public var number: UInt32
    public var value: UInt32
    /// 0: there is none.
    public var page: UInt32

    @inlinable
    public init(to question: Question, _ value: UInt32 = 0, page: UInt32 = 0) {
        kind = question.kind
        number = question.number
        self.value = value
        self.page = page
    }

    /// To what an act of a design's own has asked for: an app takes it as it comes.
    public static let unasked = Answer(to: Question(kind: .init(own: 32), number: 0, subject: 0, from: 0))

    @inlinable public var mark: UInt64 {
        Vocabulary.mark(UInt64(kind.number), UInt64(number), UInt64(value), UInt64(page))
    }
}
