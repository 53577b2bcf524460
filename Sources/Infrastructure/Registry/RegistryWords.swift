public import Cluster
public import Simulation
public import Vocabulary

/// The name of an entry: a folder, and a number in it.
@frozen
public struct RegistryName: Hashable, Comparable, Sendable, BitwiseCopyable {
    public let folder: UInt32
    public let number: UInt32

    @inlinable
    public init(_ folder: UInt32, _ number: UInt32) {
        self.folder = folder
        self.number = number
    }

    @inlinable public static func < (a: Self, b: Self) -> Bool { (a.folder, a.number) < (b.folder, b.number) }

    var word: UInt64 { UInt64(folder) << 32 | UInt64(number) }
}

/// What is stored: a word that means something to who wrote it, and how large that would be.
public typealias RegistryValue = CacheValue

/// A change of the registry.
@frozen
public enum RegistryWrite: Hashable, Sendable, BitwiseCopyable {
    /// - Parameter isEphemeral: whether it goes with the session that has made it.
    case create(RegistryName, RegistryValue, isEphemeral: Bool)
    /// The same under the next number that was never used in the folder.
    case createNext(folder: UInt32, RegistryValue, isEphemeral: Bool)
    /// - Parameter version: which it has to be; any when nil.
    case set(RegistryName, RegistryValue, version: UInt32?)
    case delete(RegistryName, version: UInt32?)
    case openSession(Span)
    case closeSession

    var mark: UInt64 {
        switch self {
        case .create(let name, let value, let isEphemeral):
            Vocabulary.mark(1, name.word, value.mark, isEphemeral ? 1 : 0)
        case .createNext(let folder, let value, let isEphemeral):
            Vocabulary.mark(2, UInt64(folder), value.mark, isEphemeral ? 1 : 0)
        case .set(let name, let value, let version):
            Vocabulary.mark(3, name.word, value.mark, version.map { UInt64($0) + 1 } ?? 0)
        case .delete(let name, let version):
            Vocabulary.mark(4, name.word, version.map { UInt64($0) + 1 } ?? 0)
        case .openSession(let span): Vocabulary.mark(5, UInt64(span.nanoseconds))
        case .closeSession: Vocabulary.mark(6)
        }
    }

    @inlinable
    var valueSize: Int64 {
        switch self {
        case .create(_, let value, _), .createNext(_, let value, _), .set(_, let value, _):
            Int64(value.bytes)
        case .delete, .openSession, .closeSession: 0
        }
    }
}

/// Under which leadership something is written: it is refused unless that entry is there and was made at that place of
/// the log.
@frozen
public struct RegistryFence: Hashable, Sendable, BitwiseCopyable {
    public let name: RegistryName
    /// Of two leaderships the later one has the higher epoch.
    public let epoch: UInt64

    @inlinable
    public init(name: RegistryName, epoch: UInt64) {
        self.name = name
        self.epoch = epoch
    }
}

/// What is asked without changing anything. Who watches is told of the next change, once.
@frozen
public enum RegistryRead: Hashable, Sendable, BitwiseCopyable {
    case get(RegistryName, watches: Bool)
    /// All entries of a folder, in order of their numbers.
    case list(folder: UInt32, watches: Bool)

    var mark: UInt64 {
        switch self {
        case .get(let name, let watches): Vocabulary.mark(1, name.word, watches ? 1 : 0)
        case .list(let folder, let watches): Vocabulary.mark(2, UInt64(folder), watches ? 1 : 0)
        }
    }
}

/// An entry as it is read.
@frozen
public struct RegistryEntry: Hashable, Sendable, BitwiseCopyable {
    public let name: RegistryName
    public internal(set) var value: RegistryValue
    /// Counts how often it was set, from 0.
    public internal(set) var version: UInt32
    /// The place in the log at which it was made: as an epoch it fences off what was before.
    public let epoch: UInt64
    /// The session that it goes with; 0 for one that stays.
    public let owner: UInt64

    var mark: UInt64 { Vocabulary.mark(name.word, value.mark, UInt64(version), epoch) }
}

/// What came of a request.
public enum RegistryAnswer: Marked {
    case entry(RegistryEntry)
    case entries(Contents<RegistryEntry>)
    case done
    case refused(RegistryError)

    public static var isCounted: Bool { true }
    public func noteCopied() { if case .entries(let entries) = self { _ = entries.held() } }
    public func noteDiscarded() { if case .entries(let entries) = self { entries.letGo() } }

    public var mark: UInt64 {
        switch self {
        case .entry(let entry): Vocabulary.mark(1, entry.mark)
        case .entries(let entries):
            (0..<entries.count).reduce(Vocabulary.mark(2)) { Vocabulary.mark($0, entries[$1].mark) }
        case .done: Vocabulary.mark(3)
        case .refused(let error): Vocabulary.mark(4, UInt64(error.rawValue))
        }
    }

    var size: ByteCount {
        switch self {
        case .entry(let entry): .bytes(100 + Int64(entry.value.bytes))
        case .entries(let entries):
            (0..<entries.count).reduce(.bytes(40)) { $0 + .bytes(90 + Int64(entries[$1].value.bytes)) }
        case .done, .refused: .bytes(40)
        }
    }
}

/// An answer, and how much of the log the server has carried out: a client goes to no server that is behind that.
public struct RegistryReply: Marked {
    @usableFromInline let answer: RegistryAnswer
    @usableFromInline let place: UInt64

    public static var isCounted: Bool { true }
    public func noteCopied() { answer.noteCopied() }
    public func noteDiscarded() { answer.noteDiscarded() }
    public var mark: UInt64 { Vocabulary.mark(place, answer.mark) }
}

/// Why a request came to nothing, or may have.
public enum RegistryError: UInt8, Error, Hashable, Sendable {
    case noEntry = 1
    case exists
    case wrongVersion
    /// The leadership under which it was written is over.
    case fencedOff
    /// The session is over, and with it all that went with it.
    case expired
    /// The connection ended before the answer: whether it was done nobody knows.
    case maybeDone
    /// The server serves nobody at the moment.
    case notServing
}

/// A watched entry or folder has changed.
public enum RegistryWatch: Hashable, Marked, BitwiseCopyable {
    case entry(RegistryName)
    case folder(UInt32)

    public var mark: UInt64 {
        switch self {
        case .entry(let name): Vocabulary.mark(1, name.word)
        case .folder(let folder): Vocabulary.mark(2, UInt64(folder))
        }
    }
}

/// What the servers of a registry agree on: a write, and who waits for it.
public struct RegistryCommand: FileRecord, Marked, BitwiseCopyable {
    let session: UInt64
    let write: RegistryWrite
    let fence: RegistryFence?
    /// Which server asked for it, in which incarnation, and its number there.
    let server: UInt16
    let incarnation: UInt16
    let number: UInt32

    public var size: ByteCount { .bytes(70 + write.valueSize) }

    public var mark: UInt64 {
        Vocabulary.mark(
            session, write.mark, fence.map { Vocabulary.mark($0.name.word, $0.epoch) } ?? 0,
            UInt64(server) << 32 | UInt64(number))
    }
}
