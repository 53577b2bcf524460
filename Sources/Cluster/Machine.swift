public import Simulation
public import Vocabulary

/// What parts run on: cores with one queue before them, a network interface, and a state of health.
///
/// Whatever is meant for a part comes to its machine first: packets from the network, alarms that are due. It
/// waits for a core, is worked on, and takes effect when the work ends. A device of a user has no queue:
/// there it takes effect at once.
@usableFromInline
actor Machine: Component {
    @usableFromInline
    enum Inbox: Marked {
        /// The last bit has come over the link.
        case arrived(Packet)
        /// The network interface has taken it in, after others that came at the same time.
        case received(Packet)
        /// An alarm of a part.
        case due(Job)
        /// One that waits for no core.
        case dueBeside(Job)
        case finished(core: Int)
        /// Somebody waits for what the disk has done, or will do next.
        case diskDue
        /// It is time to try again to bring over the message at the head of a stream.
        case attempt(stream: Int)
        /// A packet that this machine sent was on a connection that has ended, or was refused at its far end.
        case broken(Packet)
        /// The SYN of a line; how long until each end may speak.
        case synArrived(LineNumber, client: Span, host: Span)
        /// The handshake of a line is over on this side.
        case lineReady(LineNumber)
        case lineEnded(LineNumber, LineEnd)
        /// A packet that this machine sent was for a connection that the other end would not open.
        case turnedAway(Packet)
        /// The time server answers.
        case correctClock
        /// A collection of garbage begins, and ends.
        case collect
        case collected
        /// Its part starts again, after it ran out of memory.
        case restart
        case power(PowerOrder)
        /// Its boot time is over.
        case booted

        @usableFromInline
        var mark: UInt64 {
            switch self {
            case .arrived(let packet): Vocabulary.mark(1, packet.mark)
            case .received(let packet): Vocabulary.mark(2, packet.mark)
            case .due(let job): Vocabulary.mark(3, UInt64(job.receiver.index))
            case .finished(let core): Vocabulary.mark(4, UInt64(core))
            case .diskDue: Vocabulary.mark(5)
            case .attempt(let stream): Vocabulary.mark(6, UInt64(stream))
            case .broken(let packet): Vocabulary.mark(7, packet.mark)
            case .synArrived(let line, _, _): Vocabulary.mark(8, line.word)
            case .lineReady(let line): Vocabulary.mark(9, line.word)
            case .lineEnded(let line, let end): Vocabulary.mark(10, line.word, UInt64(end.rawValue))
            case .turnedAway(let packet): Vocabulary.mark(11, packet.mark)
            case .correctClock: Vocabulary.mark(12)
            case .restart: Vocabulary.mark(13)
            case .power(let order): Vocabulary.mark(14, UInt64(order.rawValue))
            case .booted: Vocabulary.mark(15)
            case .collect: Vocabulary.mark(16)
            case .collected: Vocabulary.mark(17)
            case .dueBeside(let job): Vocabulary.mark(18, UInt64(job.receiver.index))
            }
        }
    }

    @usableFromInline nonisolated let home: Home
    nonisolated(unsafe) let state: MachinePointer

    init(home: Home, seat: Seat) {
        self.home = home
        state = seat.machine
    }

    @usableFromInline static var looksAhead: Bool { true }

    /// The row of a line is one of very many, and the packet names it; its part knows what else is.
    @usableFromInline
    func expect(_ message: Inbox) {
        guard case .arrived(let packet) = message, packet.kind == .uplink else { return }
        state.pointee.lines._withUnsafeGuaranteedRef {
            $0.prefetch(LineNumber(word: packet.parcel.label.1))
        }
        if let part = state.pointee.listener {
            state.pointee.core.expect(packet.parcel, at: part)
        }
    }

    @usableFromInline
    func receive(_ message: Inbox, in turn: Turn) {
        switch message {
        case .arrived(let packet): state.takeIn(packet)
        case .received(let packet): state.accept(packet)
        case .due(let job): state.ring(job)
        case .dueBeside(let job): state.ringBeside(job)
        case .finished(let core): state.finish(core)
        case .diskDue: state.lookAtDisk()
        case .attempt(let stream): state.pointee.cluster.network.attempt(on: stream)
        case .synArrived(let line, let client, let host):
            state.pointee.cluster.lines.answer(line, client: client, host: host, on: state)
        case .lineReady(let line): state.pointee.cluster.lines.greet(line, on: state)
        case .lineEnded(let line, let end): state.pointee.cluster.lines.endsAtHost(line, end, on: state)
        case .broken(let packet): state.lose(packet, because: .reset, saying: .reset)
        case .turnedAway(let packet): state.lose(packet, because: .refused, saying: .refused)
        case .correctClock: state.correctClock()
        case .collect: state.collect()
        case .collected: state.endCollection(isPaused: true)
        case .restart: state.pointee.cluster.restart(state)
        case .power(let order): state.pointee.cluster.carryOut(order, on: state)
        case .booted: state.pointee.cluster.finishBoot(of: state)
        }
    }
}

@usableFromInline typealias MachinePointer = UnsafeMutablePointer<MachineState>

/// The state of a machine. It lies behind a pointer, because the parts that run on it send through its
/// interface and arm its timers while the machine is at work on their behalf.
@usableFromInline
struct MachineState {
    // The cluster outlives its machines, and each event needs something of it: so it is reached without counting
    // references.
    let borrowedCluster: Unmanaged<Cluster>
    let network: Unmanaged<Network>
    @usableFromInline let lines: Unmanaged<Lines>
    @usableFromInline let core: UnsafeMutablePointer<Core>
    let cost: Unmanaged<WorkCost>
    @usableFromInline let number: Int
    @usableFromInline let zone: Zone
    let address: Address<Machine>
    /// Who lives here.
    @usableFromInline let resident: Target
    /// Starts an incarnation of it; nil as long as the machine is only reserved.
    var build: ((Seat, Int) -> RawAddress)?
    /// The incarnation that listens; nil while there is none.
    @usableFromInline var listener: RawAddress?
    /// Who keeps the calls that it has open, by kind.
    @usableFromInline var desks: [RawAddress] = []
    /// How many calls these have open.
    @usableFromInline var openCalls = 0
    /// How many crashes keep it down.
    var crashes = 0
    /// Whether one of them took the machine, and not only its part.
    var isDark = false
    /// Whether its part is to end, and has not yet.
    var isAskedToEnd = false
    var isUp: Bool { crashes == 0 && power.isOn }
    /// Whether its operating system answers: without a part it refuses.
    var answers: Bool { power.isOn && (crashes == 0 || !isDark) }
    var power: Power
    let bootTime: Span
    /// Whether all of its cores are paused.
    var standsStill: Bool { processor?.pointee.standsStill ?? false }
    /// Of its part, from 1; 0 as long as the machine has not been on.
    var incarnation: Int

    /// Nil on a user's device. In memory of its own, as the disk is.
    var processor: UnsafeMutablePointer<Processor<Job>>?
    /// The core whose work has its effect now, or had it last; nil for work that is charged afterwards.
    var finishing: Int? = 0
    /// What is due and waits for no work, only for the machine to run again.
    var heldBeside: [Job] = []
    /// The end of service, per core.
    let completions: UnsafeMutableBufferPointer<Timer?>
    /// In memory of its own: what is asked of it is done in place.
    var disk: UnsafeMutablePointer<Disk<DiskJob>>?
    var diskTimer: (due: Instant, timer: Timer)?
    var diskStream: RandomStream
    /// Those on the disk, by number.
    var files: [AnyRecordFile] = []
    var fileNumbers: [String: Int] = [:]  // looked up only, never iterated
    /// What its part keeps in memory of the pools.
    var remembered = Remembered()
    /// What the machine takes the time to be.
    var clock: LocalClock
    let clockCorrection: Span?
    var collecting: Collecting?
    var memory: MemoryLimits
    var connections: Quota
    let connectionMemory: ByteCount
    let pingEvery: Span?
    /// The faults that have it refuse to open connections.
    var refusals: [Int] = []
    /// The faults that have it answer calls with errors.
    var errors: [Errors] = []
    var outbound: Interface
    var inbound: Interface
    var streams = StreamNumbers()
    /// For how long its part bears with a connection over which nothing comes through; nil: as long as TCP does.
    var connectionPatience: Span?
    /// From and to the devices that come in by each zone: 2 · zone, and one more. Nil as long as none came.
    let deviceWays: UnsafeMutablePointer<WayPointer?>
    var forgetting = Forgetting()

    init(
        cluster: Cluster, number: Int, zone: Zone, address: Address<Machine>, hardware: Hardware,
        resident: Target, isOn: Bool
    ) {
        borrowedCluster = .passUnretained(cluster)
        core = cluster.world.core
        network = .passUnretained(cluster.network)
        lines = .passUnretained(cluster.lines)
        cost = .passUnretained(cluster.roles[resident.role].pointee.cost)
        self.number = number
        self.zone = zone
        self.address = address
        self.resident = resident
        power = Power(isOn: isOn)
        bootTime = hardware.bootTime
        incarnation = isOn ? 1 : 0
        processor = hardware.processor.map {
            let place = UnsafeMutablePointer<Processor<Job>>.allocate(capacity: 1)
            place.initialize(to: Processor(cores: $0.cores, speed: $0.speed, queueLimit: $0.queueLimit))
            return place
        }
        completions = .allocate(capacity: hardware.processor?.cores ?? 0)
        completions.initialize(repeating: nil)
        disk = hardware.disk.map {
            let place = UnsafeMutablePointer<Disk<DiskJob>>.allocate(capacity: 1)
            place.initialize(
                to: Disk(
                    $0.profile, capacity: UInt64($0.capacity.bytes), depth: $0.depth,
                    queueLimit: $0.queueLimit))
            return place
        }
        diskStream = Streams(seed: cluster.world.seed, purpose: Purpose("disk")).stream(of: UInt64(number))
        clock = hardware.clock
        clockCorrection = hardware.clockCorrection
        collecting = hardware.collector.map {
            let streams = Streams(seed: cluster.world.seed, purpose: Purpose("collections"))
            return Collecting(collector: $0, draws: streams.stream(of: UInt64(number)))
        }
        memory = MemoryLimits(hardware.memory)
        connections = Quota(limit: hardware.connectionLimit)
        connectionMemory = hardware.connectionMemory
        pingEvery = hardware.pingEvery
        deviceWays = .allocate(capacity: 2 * cluster.zones.count)
        deviceWays.initialize(repeating: nil, count: 2 * cluster.zones.count)
        outbound = Interface(hardware.uplink)
        inbound = Interface(hardware.downlink)
    }

    func deallocate() {
        processor?.deinitialize(count: 1)
        processor?.deallocate()
        disk?.deinitialize(count: 1)
        disk?.deallocate()
        completions.deallocate()
        streams.deallocate()
        deviceWays.deallocate()
    }

    @usableFromInline var cluster: Cluster { borrowedCluster.takeUnretainedValue() }

    /// As the machine, to itself and others.
    @usableFromInline var turn: TurnOf<Machine> { core.turn(of: address) }
}

/// What a core works on: a message, and the incarnation of a part that it is for.
@usableFromInline
struct Job: BitwiseCopyable, Sendable {
    @usableFromInline let parcel: Parcel
    @usableFromInline let receiver: RawAddress

    @inlinable
    init(parcel: Parcel, receiver: RawAddress) {
        self.parcel = parcel
        self.receiver = receiver
    }
}

/// What a core does for a message.
@frozen @usableFromInline
struct JobCost {
    @usableFromInline let span: Span
    /// Whether the message has its effect before.
    @usableFromInline let comesAfter: Bool

    @inlinable
    init(span: Span, comesAfter: Bool) {
        self.span = span
        self.comesAfter = comesAfter
    }
}

extension MachinePointer {
    // MARK: In

    func takeIn(_ packet: Packet) {
        guard pointee.answers else { return miss(packet) }
        // The packet's last bit came now. Where another one was still coming in, this one is taken in after
        // it.
        let now = pointee.core.now
        let work = pointee.inbound.bandwidth.rate.transmissionTime(of: packet.size)
        let taken = pointee.inbound.send(taking: work, at: now - work)
        guard taken == now else {
            return pointee.turn.send(.received(packet), to: pointee.address, after: taken - now)
        }
        accept(packet)
    }

    func accept(_ packet: Packet) {
        guard pointee.answers else { return miss(packet) }
        guard !packet.isCorrupted else { return drop(packet, because: .corrupted) }
        switch packet.kind {
        case .answer, .end: acceptAnswer(packet)
        case .post: acceptPost(packet)
        case .news: acceptNews(packet)
        case .uplink:
            let accepted = pointee.lines._withUnsafeGuaranteedRef { $0.acceptUp(packet) }
            guard let (receiver, isFirst) = accepted else { return drop(packet, because: .reset) }
            guard admit(Job(parcel: packet.parcel, receiver: receiver)) else {
                if isFirst { pointee.cluster.lines.refuseFirst(packet, on: self) }
                return drop(packet, because: .overloaded)
            }
            noteDelivered(packet)
        case .request: acceptRequest(packet)
        case .downlink: preconditionFailure("what a device is told came to a machine")
        }
    }

    private func acceptRequest(_ packet: Packet) {
        guard let receiver = pointee.listener else {
            return reject(packet, because: .refused, saying: .refused)
        }
        if !pointee.errors.isEmpty, ReturnAddress(label: packet.parcel.label) != nil, failsCall() {
            noteDelivered(packet)
            return answer(packet, with: .failed)
        }
        guard admit(Job(parcel: packet.parcel, receiver: receiver)) else {
            return reject(packet, because: .overloaded, saying: .overloaded)
        }
        noteDelivered(packet)
    }

    /// A post belongs to a connection, and with it to one incarnation.
    private func acceptPost(_ packet: Packet) {
        guard let receiver = pointee.listener else {
            return returnPost(packet, because: .refused)
        }
        let news = PostNews(of: packet)
        if let news,
            !pointee.network._withUnsafeGuaranteedRef({ $0.isConnected(from: news.machine, to: self) })
        {
            return returnPost(packet, because: .reset)
        }
        guard admit(Job(parcel: packet.parcel, receiver: receiver)) else {
            return returnPost(packet, because: .overloaded)
        }
        if let news { pointee.core.discard(news.parcel) }
        noteDelivered(packet)
    }

    /// The sender is told that its post came to nothing, if it wants to know: 40 B on the wire.
    private func returnPost(_ packet: Packet, because reason: DropReason) {
        let news = PostNews(takenFrom: packet)
        drop(packet, because: reason)
        guard let news else { return }
        news.parcel.label = news.label
        let packet = Packet(parcel: news.parcel, target: pointee.resident, size: .bytes(40), kind: .news)
        convey(packet, toMachine: news.machine)
    }

    private func acceptNews(_ packet: Packet) {
        guard let news = PostNews(label: packet.parcel.label, parcel: packet.parcel) else { return }
        noteDelivered(packet)
        hear(news)
    }

    private func hear(_ news: PostNews) {
        let mailbox = pointee.resident.mailbox
        ring(
            Job(
                parcel: news.parcel,
                receiver: RawAddress(mailbox: Int(mailbox), index: news.index, lane: pointee.zone.lane)))
    }

    /// A packet has come to a machine that is down. What nobody acknowledges is sent again, until the machine is
    /// back and knows nothing of the connection, or its sender gives up: a post whose sender wants to know does
    /// that; of a call the deadline finds out.
    private func miss(_ packet: Packet) {
        guard packet.kind == .post, let news = PostNews(of: packet),
            pointee.cluster.network.sendAgain(packet, from: news, to: self)
        else { return drop(packet, because: .machineDown) }
    }

    /// It goes to the desk that keeps the open calls, if the incarnation that made the call is still there.
    private func acceptAnswer(_ packet: Packet) {
        let desk = RawAddress(
            mailbox: Int(packet.target.mailbox), index: Int(packet.target.number), lane: pointee.zone.lane)
        guard pointee.core.isThere(desk) else { return drop(packet, because: .refused) }
        noteDelivered(packet)
        pointee.core.hand(packet.parcel, to: desk)
    }

    /// The caller whose request it was learns of it; an answer is gone without a word.
    func lose(_ packet: Packet, because reason: DropReason, saying error: CallError) {
        if packet.kind == .news {
            guard let news = PostNews(label: packet.parcel.label, parcel: packet.parcel) else { return }
            // It was on its way to another machine, which has begun anew: nobody is there who would know what it is about.
            return news.machine == pointee.number ? hear(news) : pointee.core.discard(news.parcel)
        }
        if packet.kind == .post {
            let news = PostNews(takenFrom: packet)
            drop(packet, because: reason)
            if let news { hear(news) }
            return
        }
        let address = packet.kind == .request ? ReturnAddress(label: packet.parcel.label) : nil
        drop(packet, because: reason)
        if let address { pointee.cluster.hearFailed(address, error, on: self) }
    }

    private func reject(_ packet: Packet, because reason: DropReason, saying error: CallError) {
        let address = ReturnAddress(label: packet.parcel.label)
        drop(packet, because: reason)
        if let address { pointee.cluster.sayFailed(address, error, from: self) }
    }

    /// The machine itself answers a call.
    private func answer(_ packet: Packet, with error: CallError) {
        let address = ReturnAddress(label: packet.parcel.label)
        pointee.core.discard(packet.parcel)
        if let address { pointee.cluster.sayFailed(address, error, from: self) }
    }

    private func drop(_ packet: Packet, because reason: DropReason) {
        pointee.network._withUnsafeGuaranteedRef { $0.drop(packet, because: reason, at: self) }
    }

    private func noteDelivered(_ packet: Packet) {
        pointee.network._withUnsafeGuaranteedRef { $0.noteDelivered(packet, at: self) }
    }

    @usableFromInline
    func ring(_ job: Job) {
        // An alarm of an incarnation that is no more is gone.
        guard pointee.core.isThere(job.receiver) else { return pointee.core.discard(job.parcel) }
        // What the machine does for itself (alarms, ends of calls and of disk operations) finds room in a
        // full queue too: nobody is there who could be told that it was rejected.
        guard let processor = pointee.processor else { return take(job) }
        if !startAtOnce(job, processor) { processor.pointee.enqueueBeyondLimit(job, at: pointee.core.now) }
    }

    /// A thread of its own gets a core at once.
    func ringBeside(_ job: Job) {
        guard pointee.core.isThere(job.receiver) else { return pointee.core.discard(job.parcel) }
        ringAhead(job)
    }

    /// What waits for no work takes effect at once, as long as there is a core that runs.
    @usableFromInline
    func ringAhead(_ job: Job) {
        if pointee.standsStill { pointee.heldBeside.append(job) } else { takeAhead(job) }
    }

    func ringHeld() {
        let held = pointee.heldBeside
        pointee.heldBeside.removeAll()
        for job in held { ringBeside(job) }
    }

    /// Work takes effect now, and a core is charged for it.
    private func takeAhead(_ job: Job) {
        guard let processor = pointee.processor else { return take(job) }
        take(job, charging: cost(of: job).span, to: processor)
    }

    private func take(_ job: Job, charging cost: Span, to processor: UnsafeMutablePointer<Processor<Job>>) {
        pointee.finishing = nil
        take(job)
        // The part may have ended by it.
        if pointee.listener == job.receiver { processor.pointee.charge(cost, at: pointee.core.now) }
    }

    /// False when the queue before the processor is full.
    func admit(_ job: Job) -> Bool {
        guard let processor = pointee.processor else {
            take(job)
            return true
        }
        return startAtOnce(job, processor) || processor.pointee.enqueue(job, at: pointee.core.now)
    }

    // MARK: Work

    func cost(of job: Job) -> JobCost {
        pointee.cost._withUnsafeGuaranteedRef { $0.of(pointee.core, job) }
    }

    /// False when no core is ready for it.
    private func startAtOnce(_ job: Job, _ processor: UnsafeMutablePointer<Processor<Job>>) -> Bool {
        let now = pointee.core.now
        guard let core = processor.pointee.readyCore(at: now) else { return false }
        let cost = cost(of: job)
        if cost.comesAfter {
            take(job, charging: cost.span, to: processor)
        } else if cost.span == .zero, processor.pointee.serveAtOnce(on: core, at: now) {
            pointee.finishing = core
            take(job)
        } else {
            processor.pointee.assign(job, to: core, waited: 0, at: now)
            begin(core, cost: cost.span)
        }
        return true
    }

    private func begin(_ core: Int, cost: Span) {
        let now = pointee.core.now
        guard let end = pointee.processor?.pointee.begin(core, cost: cost, at: now) else { return }
        // What costs nothing takes effect at once: an event of the same instant would only be slower.
        if end == now { return complete(core) }
        pointee.completions[core] = pointee.turn.arm(.finished(core: core), after: end - now)
    }

    func finish(_ core: Int) {
        pointee.completions[core] = nil
        complete(core)
        startNext()
    }

    /// The part may send, arm and crash this machine.
    private func complete(_ core: Int) {
        guard let job = pointee.processor?.pointee.complete(core, at: pointee.core.now) else { return }
        pointee.finishing = core
        take(job)
    }

    private func take(_ job: Job) {
        pointee.core.hand(job.parcel, to: job.receiver)
        if pointee.memory.isLimited { checkMemory() }
    }

    func startNext() {
        while let start = pointee.processor?.pointee.next(at: pointee.core.now) {
            let cost = cost(of: start.work)
            guard cost.comesAfter, let processor = pointee.processor else {
                begin(start.core, cost: cost.span)
                continue
            }
            processor.pointee.charge(cost.span, on: start.core, at: pointee.core.now)
            pointee.finishing = nil
            take(start.work)
        }
    }
}
