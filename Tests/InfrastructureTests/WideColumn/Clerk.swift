import Cluster
import Infrastructure
import Simulation
import Testing
import Vocabulary

/// Asks a wide-column store what it is told to, and keeps what it hears.
actor Clerk: Part, WideColumnUser {
    enum Inbox: Marked {
        case write([WideRow], Consistency, number: Int)
        /// All pages, one after the other.
        case read(WideRead, Consistency, number: Int)
        case news(WideNews<Clerk>)

        var mark: UInt64 {
            switch self {
            case .write(let rows, _, let number): Vocabulary.mark(1, rows[0].mark, UInt64(number))
            case .read(let read, _, let number): Vocabulary.mark(2, read.mark, UInt64(number))
            case .news(let news): Vocabulary.mark(3, news.mark)
            }
        }

        static var isCounted: Bool { true }
        func noteCopied() { if case .news(let news) = self { news.noteCopied() } }
        func noteDiscarded() { if case .news(let news) = self { news.noteDiscarded() } }
    }

    enum WideStep: Sendable {
        case written(Int)
        case read(Int, Consistency)
    }

    /// What was heard of one request.
    struct Answer: Equatable {
        var at: Instant
        /// Of the rows of all pages, in their order.
        var values: [UInt64] = []
        var pages = 0
        var error: WideColumnError?
    }

    nonisolated let seat: Seat
    private var client: WideColumnClient<Clerk>
    private var values: [Int: [UInt64]] = [:]  // by number; looked up only, never iterated
    private var pages: [Int: Int] = [:]  // likewise
    /// By number, of requests that are over.
    private(set) var answers: [Int: Answer] = [:]

    init(seat: Seat, ring: WideColumnRing, settings: WideColumnSettings) {
        self.seat = seat
        client = WideColumnClient(of: ring, settings: settings, on: seat)
    }

    static func wideColumn(_ news: WideNews<Clerk>) -> Inbox { .news(news) }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .write(let rows, let level, let number):
            if rows.count == 1 {
                client.write(rows[0], at: level, then: .written(number), in: shift)
            } else {
                client.write(rows, at: level, then: .written(number), in: shift)
            }
        case .read(let read, let level, let number):
            client.read(read, at: level, then: .read(number, level), in: shift)
        case .news(let news):
            switch client.hear(news, in: shift) {
            case .written(.written(let number)): answers[number] = Answer(at: shift.now)
            case .page(let page, let rest, .read(let number, let level)):
                values[number, default: []] += page.rows.map { $0[0].value }
                pages[number, default: 0] += 1
                page.letGo()
                if let rest { return client.read(rest, at: level, then: .read(number, level), in: shift) }
                answers[number] = Answer(
                    at: shift.now, values: values[number]!, pages: pages[number]!)
            case .failed(let error, .written(let number)), .failed(let error, .read(let number, _)):
                answers[number] = Answer(at: shift.now, error: error)
            case .written(.read), .page(_, _, .written): Issue.record("an answer to something else")
            case nil: break
            }
        }
    }
}
