public import Vocabulary

/// A connection of a user's device to a part, over which both speak until one of them hangs up, or until one
/// finds out that the other is gone.
///
/// `Heard` is what the device understands. A line that has ended is not given out again: whoever still names
/// it finds that it is not there.
@frozen
public struct Line<Heard: Marked>: Hashable, Sendable, BitwiseCopyable {
    @usableFromInline let number: LineNumber

    @inlinable
    init(_ number: LineNumber) { self.number = number }

    /// Small numbers, for who keeps something for each line in an array. They are given out again: whoever
    /// does that keeps the line there too.
    public var slot: Int { Int(number.row) }

    public var mark: UInt64 { number.word }
}

/// A line without its type: the row in which it is kept, and how often that row had been given out before.
@frozen
@usableFromInline
struct LineNumber: Hashable, Sendable, BitwiseCopyable {
    @usableFromInline let row: UInt32
    @usableFromInline let generation: UInt32

    @inlinable
    init(row: Int, generation: UInt32) {
        self.row = UInt32(truncatingIfNeeded: row)
        self.generation = generation
    }

    @inlinable
    init(word: UInt64) {
        row = UInt32(truncatingIfNeeded: word >> 32)
        generation = UInt32(truncatingIfNeeded: word)
    }

    @inlinable var word: UInt64 { UInt64(row) << 32 | UInt64(generation) }
}

/// Why a line ended, as one of its ends learned.
@frozen
public enum LineEnd: UInt8, CaseIterable, Hashable, Sendable {
    /// The other end hung up.
    case hungUp
    /// Nobody listens there, or no more lines are taken.
    case refused
    /// The other end knows nothing of this line: it has started anew, or had given it up.
    case reset
    /// Nothing came back in time.
    case silent
}

/// What happens to a user's device.
@frozen
public enum DeviceEvent<Heard: Marked>: Marked {
    /// A line is open: from now on the device may speak.
    case opened(Line<Heard>)
    case said(Line<Heard>, Heard)
    case closed(Line<Heard>, LineEnd)
    /// A note that the device wrote to itself, or that was left for it.
    case due(Note)

    @inlinable
    public var mark: UInt64 {
        switch self {
        case .opened(let line): Vocabulary.mark(1, line.number.word)
        case .said(let line, let heard): Vocabulary.mark(2, line.number.word, heard.mark)
        case .closed(let line, let end): Vocabulary.mark(3, line.number.word, UInt64(end.rawValue))
        case .due(let note): Vocabulary.mark(4, UInt64(note.kind), note.value)
        }
    }
}

/// A few words to oneself: what it is about, and a number.
@frozen
public struct Note: Hashable, Sendable {
    public let kind: UInt8
    public let value: UInt64

    @inlinable
    public init(_ kind: UInt8, _ value: UInt64 = 0) {
        self.kind = kind
        self.value = value
    }
}
