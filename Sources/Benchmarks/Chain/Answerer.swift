import Chat
import Cluster
import Simulation
import Vocabulary

extension Chain {
    /// Who is asked something about a user, and answers at once: the cache that keeps checkpoints (S0-21), the connection
    /// service that knows of blocks (S0-20), and the assigner that says which host serves a user (S0-17).
    final actor Answerer: Hop {
        enum Says {
            /// In a cache: it is stored.
            case done
            case notBlocked
            case host(among: Int)
        }

        enum Inbox: Marked {
            case asked(about: User, Ticket<OneWord>)

            var mark: UInt64 {
                switch self {
                case .asked(let user, let ticket): Vocabulary.mark(1, UInt64(user.number), ticket.mark)
                }
            }
        }

        nonisolated let seat: Seat
        private let says: Says
        private let cacheTime = Span.microseconds(10)  // cache.cpuPerOp
        private let time = Exponential(mean: 200_000)  // service.cpuPerRequest
        @exclusivity(unchecked) private var costs: RandomStream
        @exclusivity(unchecked) private(set) var handled: UInt64 = 0

        init(seat: Seat, says: Says) {
            self.seat = seat
            self.says = says
            costs = seat.stream("answers")
        }

        func cost(of message: Inbox) -> Span {
            switch says {
            case .done: cacheTime
            case .notBlocked, .host: time.time(&costs)
            }
        }

        func receive(_ message: Inbox, in shift: Shift) {
            switch message {
            case .asked(let user, let ticket):
                handled += 1
                shift.reply(answer(about: user), to: ticket, size: Chain.frame)
            }
        }

        private func answer(about user: User) -> OneWord {
            switch says {
            case .done, .notBlocked: OneWord(word: 0)
            case .host(let count): OneWord(word: user.number % UInt32(count))
            }
        }
    }

    /// A number; which one it is, its asker knows.
    struct OneWord: Marked {
        let word: UInt32

        var mark: UInt64 { UInt64(word) }
    }
}
