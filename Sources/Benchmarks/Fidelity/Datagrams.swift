import Cluster
import Vocabulary

/// Sends numbered datagrams: so many at once, so many times, at equal intervals.
actor Sender: Part {

    enum Inbox: Marked {
        case send
        var mark: UInt64 { Vocabulary.mark(1) }
    }

    struct Plan: Sendable {
        let atOnce: Int
        var times = 1
        var interval = Span.zero
        let size: ByteCount
    }

    nonisolated let seat: Seat
    private let plan: Plan
    private let receiver: Endpoint<Receiver>
    private var sent = 0

    init(seat: Seat, plan: Plan, receiver: Endpoint<Receiver>) {
        self.seat = seat
        self.plan = plan
        self.receiver = receiver
    }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        for _ in 0..<plan.atOnce {
            shift.send(.datagram(number: sent, sent: shift.now), to: receiver, size: plan.size)
            sent += 1
        }
        guard sent < plan.atOnce * plan.times else { return }
        _ = shift.arm(.send, after: plan.interval)
    }
}

/// Writes down what arrives.
actor Receiver: Part {

    enum Inbox: Marked {
        case datagram(number: Int, sent: Instant)

        var mark: UInt64 {
            switch self {
            case .datagram(let number, let sent): Vocabulary.mark(1, UInt64(number), sent.nanoseconds)
            }
        }
    }

    /// The datagrams' numbers, and how long they were on their way.
    typealias Arrivals = [(number: Int, delay: Span)]

    nonisolated let seat: Seat
    /// In the order in which they came.
    private(set) var arrivals: Arrivals = []

    init(seat: Seat) { self.seat = seat }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .datagram(let number, let sent): arrivals.append((number, shift.now - sent))
        }
    }
}

extension Cluster {
    /// Lets `count` senders carry out one plan, and returns what a receiver got.
    func send(
        _ plan: Sender.Plan, from senders: Hardware, count: Int = 1, to receiving: Hardware
    ) -> Receiver.Arrivals {
        let receiver = add("receiver", Receiver.self, count: 1, on: receiving, in: .lab) { seat, _ in
            Receiver(seat: seat)
        }[0]
        let senders = add("sender", Sender.self, count: count, on: senders, in: .lab) { seat, _ in
            Sender(seat: seat, plan: plan, receiver: receiver)
        }
        for sender in senders { deliver(.send, to: sender, at: .start) }
        runDry()
        return inspect(receiver) { $0.arrivals }!
    }
}
