public import Vocabulary

/// What is too large for an answer, once for the run: whoever answers puts it in, the device that hears the
/// answer takes it out. What is on a line that breaks stays.
public final class Pages {
    enum Page {
        case letters([Letter])
        case keys([PublicKey])
        case blocks([BlockEntry])
        case conversations([Conversation])
        case news(MissedNews)
    }

    /// What a public key weighs, its device and number with it.
    private static let keySize = ByteCount.bytes(48)
    /// What a line of a list of blocks weighs.
    private static let blockSize = ByteCount.bytes(16)
    /// What a conversation weighs: its id, its name, the beginning of its latest letter.
    private static let conversationSize = ByteCount.bytes(200)

    private let envelopes: Envelopes
    @exclusivity(unchecked) private var pages: [Page?] = [nil]
    @exclusivity(unchecked) private var free: [UInt32] = []

    public init(_ envelopes: Envelopes = Envelopes()) { self.envelopes = envelopes }

    public func put(_ letters: [Letter]) -> UInt32 { put(.letters(letters)) }

    public func put(_ keys: [PublicKey]) -> UInt32 { put(.keys(keys)) }

    public func put(_ blocks: [BlockEntry]) -> UInt32 { put(.blocks(blocks)) }

    public func put(_ conversations: [Conversation]) -> UInt32 { put(.conversations(conversations)) }

    public func put(_ news: MissedNews) -> UInt32 { put(.news(news)) }

    private func put(_ page: Page) -> UInt32 {
        if let handle = free.popLast() {
            pages[Int(handle)] = page
            return handle
        }
        pages.append(page)
        return UInt32(pages.count - 1)
    }

    /// What a page weighs; each letter on it has its envelope around it.
    public func size(of handle: UInt32, envelope: ByteCount) -> ByteCount {
        switch pages[Int(handle)] {
        case nil: .zero
        case .letters(let letters): letters.reduce(.zero) { $0 + envelopes.copySize(of: $1) + envelope }
        case .keys(let keys): Self.keySize * Int64(keys.count)
        case .blocks(let blocks): Self.blockSize * Int64(blocks.count)
        case .conversations(let all): Self.conversationSize * Int64(all.count)
        case .news(let news):
            Self.blockSize * Int64(news.blockers.count) + Self.keySize * Int64(news.keys.count)
        }
    }

    /// For a host that hands them on by themselves: no letters where there is no page.
    public func takeLetters(_ handle: UInt32) -> [Letter] {
        guard case .letters(let letters) = take(handle) else { return [] }
        return letters
    }

    func take(_ handle: UInt32) -> Page? {
        guard handle > 0, let page = pages[Int(handle)] else { return nil }
        pages[Int(handle)] = nil
        free.append(handle)
        return page
    }
}

/// What others have changed of themselves, for a device that was not there when those who were heard of it.
public struct MissedNews: Hashable, Sendable {
    /// Who has blocked the owner, or does so no more; versions are those of their lists.
    public var blockers: [BlockEntry]
    /// Of the devices of those whom the owner writes to, or shares a room with, and of the owner's other ones.
    public var keys: [PublicKey]

    public init(blockers: [BlockEntry], keys: [PublicKey]) { (self.blockers, self.keys) = (blockers, keys) }

    public var isEmpty: Bool { blockers.isEmpty && keys.isEmpty }
}

/// A line of a person's list of conversations.
public struct Conversation: Hashable, Sendable {
    public var with: Destination
    public var latest: LetterID

    public init(with destination: Destination, latest: LetterID) {
        (with, self.latest) = (destination, latest)
    }
}
