import Cluster
import Infrastructure
import Simulation
import Testing
import Vocabulary

/// What tests write: a number, of a kilobyte.
struct Note: LogPayload, Equatable {
    let number: Int
    var size: ByteCount { .bytes(1_000) }
    var mark: UInt64 { UInt64(number) }
}

/// Writes records, one at a time for each partition, and goes on to another broker where one does not take them.
actor Writer: Part {
    enum Inbox: Marked {
        case write(Int, to: Int, Acks)
        case answered(Write, Result<BatchAnswers, CallError>)
        case again(Write)

        var mark: UInt64 {
            switch self {
            case .write(let number, let partition, _): Vocabulary.mark(1, UInt64(number), UInt64(partition))
            case .answered(let write, _): Vocabulary.mark(2, UInt64(write.number))
            case .again(let write): Vocabulary.mark(3, UInt64(write.number))
            }
        }
    }

    /// One record, asked for as often as it takes.
    struct Write: Call {
        typealias Caller = Writer
        typealias Callee = LogBroker

        let number: Int
        let partition: Int
        let acks: Acks
        let record: Contents<LogRecord>
        var broker: Int

        var size: ByteCount { .bytes(60) + record[0].size }
        func request(_ ticket: Ticket<BatchAnswers>) -> LogBroker.Inbox {
            .produce([Batch(partition: partition, records: record.held())], acks, ticket)
        }
        func outcome(_ result: Result<BatchAnswers, CallError>) -> Writer.Inbox { .answered(self, result) }
    }

    nonisolated let seat: Seat
    private let brokers: Endpoints<LogBroker>
    private let caller: Caller<Write>
    private let isIdempotent: Bool
    private let goesOn: Bool
    private var leaders: [Int]
    private var sequences: [UInt32]
    /// By partition: the first of them is under way.
    private var queues: [[Write]]
    /// Which were acknowledged, and why the others were not.
    private(set) var acknowledged: [Int] = []
    private(set) var refused: [String] = []

    init(
        seat: Seat, brokers: Endpoints<LogBroker>, partitions: Int, isIdempotent: Bool, goesOn: Bool,
        deadline: Span
    ) {
        self.seat = seat
        self.brokers = brokers
        self.isIdempotent = isIdempotent
        self.goesOn = goesOn
        leaders = (0..<partitions).map { $0 % brokers.count }
        sequences = Array(repeating: 0, count: partitions)
        queues = Array(repeating: [], count: partitions)
        caller = seat.caller(
            by: CallPlan(
                deadline: deadline,
                retry: .never))
    }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .write(let number, let partition, let acks):
            sequences[partition] += 1
            let record = LogRecord(
                producer: isIdempotent ? 1 : 0, sequence: isIdempotent ? sequences[partition] : 0,
                time: shift.now, payload: Note(number: number))
            let contents = seat.pool(of: LogRecord.self).write(record)
            seat.remember(contents)
            queues[partition].append(
                Write(
                    number: number, partition: partition, acks: acks, record: contents,
                    broker: leaders[partition]))
            if queues[partition].count == 1 { sendNext(to: partition, in: shift) }
        case .answered(let write, let result):
            switch result {
            case .success(let answers):
                switch answers.answers[0].result {
                case .success:
                    acknowledged.append(write.number)
                    end(write, in: shift)
                case .failure(let error): goOn(write, because: "\(error)", in: shift)
                }
            case .failure(let error): goOn(write, because: "\(error)", in: shift)
            }
        case .again(let write): sendNext(to: write.partition, in: shift)
        }
    }

    private func goOn(_ write: Write, because reason: String, in shift: Shift) {
        guard goesOn else {
            refused.append("\(write.number): \(reason)")
            return end(write, in: shift)
        }
        if leaders[write.partition] == write.broker {
            leaders[write.partition] = (write.broker + 1) % brokers.count
        }
        _ = shift.arm(.again(write), after: .milliseconds(100))
    }

    private func end(_ write: Write, in shift: Shift) {
        seat.forget(write.record)
        queues[write.partition].removeFirst()
        if !queues[write.partition].isEmpty { sendNext(to: write.partition, in: shift) }
    }

    private func sendNext(to partition: Int, in shift: Shift) {
        var write = queues[partition][0]
        write.broker = leaders[partition]
        shift.call(write, at: brokers[write.broker], by: caller)
    }
}

/// Three controllers, brokers, and a writer, all in a zone of their own kind, 1 ms apart. Messages cost nothing; a
/// kilobyte takes a microsecond on the disk, and a sync a millisecond.
struct LogSite {
    static let rack = Zone(number: 0)
    static let office = Zone(number: 1)

    static var hardware: Hardware {
        let wire = Bandwidth(.gigabitsPerSecond(8))
        return Hardware(
            processor: .init(cores: 1),
            disk: .init(
                DiskProfile(
                    sync: .delay(.milliseconds(1)), read: .delay(.microseconds(100)),
                    bytesPerSecond: 1_000_000_000), capacity: .megabytes(1_000)),
            uplink: wire, downlink: wire)
    }

    let cluster: Cluster
    let controllers: Endpoints<LogController>
    let brokers: Endpoints<LogBroker>
    let writer: Endpoint<Writer>
    let settings: LogSettings

    init(
        seed: UInt64 = 1, brokers brokerCount: Int = 3, isIdempotent: Bool = true, goesOn: Bool = true,
        deadline: Span = .seconds(2), delay: Span = .milliseconds(1), disk: DiskProfile? = nil,
        rules: LogRules = LogRules(),
        agreementRules: AgreementRules = AgreementRules(), _ change: (inout LogSettings) -> Void = { _ in }
    ) {
        var settings = LogSettings()
        settings.partitions = 4
        settings.requestTime = Varied("0us")
        settings.recordTime = Varied("0us")
        change(&settings)
        self.settings = settings
        cluster = Cluster(seed: seed, zones: ["rack", "office"]) { _, _ in
            LinkProfile(delay: .delay(delay))
        }
        var hardware = Self.hardware
        if let disk { hardware.disk = .init(disk, capacity: .megabytes(1_000)) }
        let controllers = cluster.reserve(
            "log-controller", of: LogController.self, on: hardware, in: Array(repeating: Self.rack, count: 3))
        let brokers = cluster.reserve(
            "log", of: LogBroker.self, on: hardware,
            in: Array(repeating: Self.rack, count: brokerCount))
        (self.controllers, self.brokers) = (controllers, brokers)
        cluster.start(controllers) { seat, _ in
            LogController(
                seat: seat, controllers: controllers, agreement: AgreementSettings(), rules: agreementRules,
                log: settings, brokerCount: brokerCount)
        }
        cluster.start(brokers) { seat, _ in
            LogBroker(
                seat: seat, brokers: brokers, controllers: controllers, settings: settings, rules: rules)
        }
        writer =
            cluster.add("writer", count: 1, on: hardware, in: Self.office) { seat, _ in
                Writer(
                    seat: seat, brokers: brokers, partitions: settings.partitions, isIdempotent: isIdempotent,
                    goesOn: goesOn, deadline: deadline)
            }[0]
    }

    func machines(_ numbers: Int...) -> MachineSet { cluster.machines(of: numbers.map { brokers[$0] }) }

    /// Writes these numbers to a partition, one every `span` from `start` on.
    func write(
        _ numbers: Range<Int>, to partition: Int = 0, _ acks: Acks = .all, from start: Span,
        every span: Span = .milliseconds(10)
    ) {
        for (place, number) in numbers.enumerated() {
            cluster.deliver(
                .write(number, to: partition, acks), to: writer, at: .at(start + span * Int64(place)))
        }
    }

    func run(until end: Span) { #expect(cluster.run(until: .at(end)) == .reachedEnd) }

    var acknowledged: [Int] { cluster.inspect(writer) { $0.acknowledged } ?? [] }
    var refused: [String] { cluster.inspect(writer) { $0.refused } ?? [] }

    /// What a broker has of a partition, in order.
    func records(of broker: Int, partition: Int = 0) -> [Int] {
        cluster.inspect(brokers[broker]) {
            $0.look(at: partition, for: Note.self)?.records.map(\.number) ?? []
        } ?? []
    }

    /// What may be read at whoever leads a partition.
    func committed(partition: Int = 0) -> [Int] {
        for broker in brokers {
            let look = cluster.inspect(broker) { $0.look(at: partition, for: Note.self) } ?? nil
            if let look, look.replica.leads, look.replica.leadership == leadership(of: partition) {
                return look.records.prefix(look.replica.highWatermark - look.replica.start).map(\.number)
            }
        }
        return []
    }

    func replica(of broker: Int, partition: Int = 0) -> Replica? {
        cluster.inspect(brokers[broker]) { $0.replica(of: partition) } ?? nil
    }

    /// As the controller that leads has it.
    func leadership(of partition: Int = 0) -> Replica.Leadership? {
        for controller in controllers {
            let state = cluster.inspect(controller) { $0.leadsInEpoch == nil ? nil : $0.state } ?? nil
            if let state { return state.leaderships[partition] }
        }
        return nil
    }
}
