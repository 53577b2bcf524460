import Simulation
import Testing
import Vocabulary

@Suite("simulation: pool of contents")
struct PoolTests {
    /// 64 bytes; of a chunk of 65,536 the first 32 or fewer are not for elements: 1,023 fit.
    struct Page: Sendable {
        var word: UInt64 = 0
        var rest: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0)
    }

    private let world = World(seed: 1)
    private var pool: Pool<Page> { world.pool(of: Page.self) }

    private func write(_ count: Int, from first: UInt64 = 0) -> [Contents<Page>] {
        (0..<count).map { pool.write(Page(word: first + UInt64($0))) }
    }

    @Test("what was written is there, in one word, and short in half of one")
    func reading() {
        #expect(MemoryLayout<Contents<Page>>.size == 8)
        #expect(Pool<Page>.chunkCapacity == 1_023)
        let pages = write(3_000)
        let run = pool.write((0..<500).map { Page(word: $0) })
        for (number, page) in pages.enumerated() {
            #expect(page[0].word == UInt64(number))
            #expect(pool.contents(of: pool.shortHandle(of: page))[0].word == UInt64(number))
        }
        #expect(run.count == 500)
        #expect((0..<500).allSatisfy { run[$0].word == UInt64($0) })
        #expect(run.element(499)[0].word == 499)
        #expect(pool.write([Page]()).isEmpty)
        #expect(Contents<Page>().count == 0)
    }

    /// 3 · 1,023 elements fill three chunks. The one that is written into stays, though nobody refers to it.
    @Test("a chunk goes when the last reference to it goes, and not before")
    func givingBack() {
        let pages = write(3 * 1_023)
        #expect(pool.chunkCount == 3)
        for page in pages.dropLast(2 * 1_023 + 1) { page.letGo() }
        #expect(pool.chunkCount == 3)
        #expect(pool.references(to: 0) == 1)
        pages[1_022].letGo()
        #expect(pool.chunkCount == 2)
        for page in pages.dropFirst(1_023) { page.letGo() }
        #expect(pool.chunkCount == 1)
        _ = write(1)
        #expect(pool.chunkCount == 1)
        #expect(pool.size == 65_536)
    }

    /// A note about a page, which it refers to.
    struct Remark: Marked {
        let page: Contents<Page>
        var mark: UInt64 { 0 }
        static var isCounted: Bool { true }
        func noteDiscarded() { page.letGo() }
    }

    /// A chunk of 65,536 bytes has room for 4,096 remarks, the most that it may hold; the next one begins another.
    @Test("a chunk that goes lets go of what its elements refer to")
    func referring() {
        let page = write(1)[0]
        let remarks = world.pool(of: Remark.self)
        let all = (0...4_096).map { _ in remarks.write(Remark(page: page.held())) }
        #expect(pool.references(to: 0) == 4_098)
        for remark in all[..<4_095] { remark.letGo() }
        #expect(pool.references(to: 0) == 4_098)
        all[4_095].letGo()
        #expect(remarks.chunkCount == 1)
        #expect(pool.references(to: 0) == 2)
    }

    @Test("each reference counts, also to a whole run of elements")
    func counting() {
        let run = pool.write((0..<10).map { Page(word: $0) })
        #expect(pool.references(to: 0) == 10)
        let other = run.element(3).held()
        run.letGo()
        #expect(pool.references(to: 0) == 1)
        #expect(other[0].word == 3)
        other.letGo()
        #expect(pool.references(to: 0) == 0)
    }

    /// An element that owns something is ended with its chunk.
    @Test("what elements own is given back with their chunk, and with the world")
    func owning() {
        final class Owned: Sendable {}
        weak var first: Owned?
        weak var second: Owned?
        do {
            let world = World(seed: 1)
            let pool = world.pool(of: Owned.self)
            let one = { () -> Contents<Owned> in
                let owned = Owned()
                first = owned
                return pool.write(owned)
            }()
            for _ in 1..<Pool<Owned>.chunkCapacity { pool.write(Owned()).letGo() }
            _ = {
                let owned = Owned()
                second = owned
                _ = pool.write(owned)
            }()
            #expect(first != nil)
            one.letGo()
            #expect(first == nil)
            #expect(second != nil)
            withExtendedLifetime(world) {}
        }
        #expect(second == nil)
    }

    // MARK: Messages

    /// Keeps what it gets until it is told to let go.
    private actor Reader: Component {
        enum Inbox: Marked {
            case page(Contents<Page>)
            case letGo

            var mark: UInt64 {
                switch self {
                case .page(let page): Vocabulary.mark(1, page[0].word)
                case .letGo: Vocabulary.mark(2)
                }
            }

            static var isCounted: Bool { true }
            func noteCopied() { if case .page(let page) = self { _ = page.held() } }
            func noteDiscarded() { if case .page(let page) = self { page.letGo() } }
        }

        nonisolated let home: Home
        private var pages: [Contents<Page>] = []

        init(home: Home) { self.home = home }

        func receive(_ message: Inbox, in turn: Turn) {
            switch message {
            case .page(let page): pages.append(page)
            case .letGo:
                for page in pages { page.letGo() }
                pages = []
            }
        }
    }

    @Test("a message under way refers to its contents, and who gets it does then")
    func messages() {
        let reader = world.add(in: Lane(1)) { Reader(home: $0) }
        let turn = world.turn(of: reader)
        turn.send(.page(pool.write(Page(word: 7))), to: reader, after: .seconds(1))
        turn.send(.letGo, to: reader, after: .seconds(3))
        #expect(pool.references(to: 0) == 1)
        _ = world.run(until: .at(.seconds(2)))
        #expect(pool.references(to: 0) == 1)
        _ = world.run(until: .at(.seconds(4)))
        #expect(pool.references(to: 0) == 0)
    }

    @Test("what a message refers to is let go of when nobody gets it")
    func discarded() {
        let reader = world.add(in: Lane(1)) { Reader(home: $0) }
        let turn = world.turn(of: reader)
        func page() -> Reader.Inbox { .page(pool.write(Page())) }
        let parcel = world.core.pack(page(), mailbox: reader.place.mailbox)
        let second = world.core.duplicate(parcel)
        #expect(pool.references(to: 0) == 2)
        world.core.discard(parcel)
        #expect(pool.references(to: 0) == 1)
        world.core.discard(second)
        #expect(pool.references(to: 0) == 0)

        turn.cancel(turn.arm(page(), after: .seconds(1)))
        #expect(pool.references(to: 0) == 0)

        turn.send(page(), to: reader, after: .seconds(1))
        world.core.remove(reader.place)
        #expect(pool.references(to: 0) == 1)
        _ = world.run(until: .at(.seconds(2)))
        #expect(pool.references(to: 0) == 0)
    }
}
