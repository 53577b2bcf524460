import Cluster
import Simulation
import Vocabulary

/// A customer of a queueing system.
struct Customer: Sendable {
    let number: UInt64
    let entered: Instant

    var mark: UInt64 { Vocabulary.mark(1, number, entered.nanoseconds) }
}

/// Lets customers in, as a Poisson process does: from outside, without a processor of its own.
actor Entrance: Part {

    enum Inbox: Marked {
        case next
        var mark: UInt64 { Vocabulary.mark(1) }
    }

    nonisolated let seat: Seat
    private let server: Endpoint<Server>
    private let gap: Exponential
    private let customers: UInt64
    private var stream: RandomStream
    private var admitted: UInt64 = 0

    init(seat: Seat, server: Endpoint<Server>, gap: Exponential, customers: UInt64, stream: RandomStream) {
        self.seat = seat
        self.server = server
        self.gap = gap
        self.customers = customers
        self.stream = stream
    }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        shift.send(
            .serve(Customer(number: admitted, entered: shift.now)), to: server, size: smallMessage)
        admitted += 1
        guard admitted < customers else { return }
        _ = shift.arm(.next, after: Span(roundingNanoseconds: gap.sample(&stream)))
    }
}

/// Serves customers on the cores of its machine, and sends them on or home.
///
/// What a customer costs is the draw of the customer's number, so it may be asked for again when service is
/// over.
actor Server: Part {

    enum Inbox: Marked {
        case serve(Customer)

        var mark: UInt64 {
            switch self {
            case .serve(let customer): customer.mark
            }
        }
    }

    nonisolated let seat: Seat
    private let service: Spread  // ns
    private let stream: RandomStream
    private var next: Endpoint<Server>?
    private let warmUp: UInt64
    /// Of the customers after the warm-up, in ns, since they entered the whole system.
    private(set) var timesInSystem = FineHistogram()
    /// The same without their service by this server.
    private(set) var waits = FineHistogram()

    init(seat: Seat, service: Spread, stream: RandomStream, warmUp: UInt64) {
        self.seat = seat
        self.service = service
        self.stream = stream
        self.warmUp = warmUp
    }

    func lead(to next: Endpoint<Server>) { self.next = next }

    func cost(of message: Inbox) -> Span {
        switch message {
        case .serve(let customer):
            Span(roundingNanoseconds: stream.draw(customer.number) { service.sample(&$0) })
        }
    }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .serve(let customer):
            if let next { return shift.send(message, to: next, size: smallMessage) }
            guard customer.number >= warmUp else { return }
            let time = shift.now - customer.entered
            timesInSystem.record(UInt64(time.nanoseconds))
            waits.record(UInt64((time - cost(of: message)).nanoseconds))
        }
    }
}
