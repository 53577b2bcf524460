public import Vocabulary

/// What an app asks its backend beside what it says: 16 bytes. Kinds from 32 on are a design's own.
@frozen
public struct Question: Hashable, Sendable {
    public var kind: Kind
    /// Of a question for a door: over which channel it is asked.
    public var channel: UInt8 = 0
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
    }

    @inlinable public var mark: UInt64 {
        Vocabulary.mark(
            UInt64(kind.number) << 8 | UInt64(channel), UInt64(number), UInt64(subject), UInt64(from))
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

    @inlinable public var mark: UInt64 {
        Vocabulary.mark(UInt64(kind.number), UInt64(number), UInt64(value), UInt64(page))
    }
}

/// What is too large for an answer, once for the run: whoever answers puts it in, the device that hears the
/// answer takes it out. What is on a line that breaks stays.
public final class Pages {
    private var pages: [[Letter]?] = [nil]
    private var free: [UInt32] = []

    public init() {}

    public func put(_ letters: [Letter]) -> UInt32 {
        if let handle = free.popLast() {
            pages[Int(handle)] = letters
            return handle
        }
        pages.append(letters)
        return UInt32(pages.count - 1)
    }

    /// What the letters of a page weigh together, each with what is around it.
    public func size(of handle: UInt32, envelope: ByteCount) -> ByteCount {
        (pages[Int(handle)] ?? []).reduce(.zero) { $0 + $1.size + envelope }
    }

    func take(_ handle: UInt32) -> [Letter] {
        guard handle > 0, let letters = pages[Int(handle)] else { return [] }
        pages[Int(handle)] = nil
        free.append(handle)
        return letters
    }
}
