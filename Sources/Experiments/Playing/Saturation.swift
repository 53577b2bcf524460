internal import Cluster
internal import Vocabulary

/// What is counted second by second, until a role has too much to do for the first time: what a letter takes is seen there.
/// The second before that one is left out, too: what it has left over is the beginning of too much.
struct CalmSum: Sendable {
    private(set) var sum: UInt64 = 0
    private var latest: (UInt64, UInt64) = (0, 0)

    mutating func take(_ amount: UInt64, isCalm: Bool) {
        if isCalm { sum += latest.0 }
        latest = (latest.1, amount)
    }
}

/// When a role had more to do than it could: read second by second, of which no more is kept than a sentence
/// needs.
struct Saturation: Sendable {
    /// The longest time without a second in which it was otherwise.
    struct Streak: Hashable, Sendable {
        private(set) var longest: Range<Instant>?
        /// The fewest machines that were up in it, and the most.
        private(set) var machines = 0...0
        private var current: Range<Instant>?
        private var machinesOfCurrent = 0...0

        init() {}

        /// Whether the longest has not ended yet.
        var isLongestOn: Bool { current != nil && current == longest }

        mutating func take(_ holds: Bool, at second: Instant, of count: Int = 0) {
            guard holds else { return current = nil }
            if current == nil { machinesOfCurrent = count...count }
            machinesOfCurrent =
                min(machinesOfCurrent.lowerBound, count)...max(machinesOfCurrent.upperBound, count)
            let now = (current?.lowerBound ?? second)..<(second + .seconds(1))
            current = now
            if longest.map({ $0.upperBound - $0.lowerBound < now.upperBound - now.lowerBound }) ?? true {
                longest = now
                machines = machinesOfCurrent
            }
        }
    }

    let role: String
    /// All cores of all its machines that were up worked for 95 % of the time, or its disks did.
    var busyCores = Streak()
    var busyDisk = Streak()
    /// All cores of one machine, by its number.
    var busyMachines: [Streak] = []
    /// The network interfaces of all its machines were as full, each way.
    var fullSending = Streak()
    var fullReceiving = Streak()
    /// What all cores of all its machines worked, but for the second of a crash.
    var worked = Span.zero
    /// What they worked of that while the run was calm, in ns.
    var workedInCalm = CalmSum()
    /// What waits for them at the end.
    var waiting: (messages: UInt64, work: Span) = (0, .zero)
    /// Messages that found the queue before the cores full.
    var turnedAway: UInt64 = 0
    var turningAway: Range<Instant>?
    /// Connections that its machines had no room for.
    var connectionsRefused: UInt64 = 0
    var refusing: Range<Instant>?

    init(role: String) { self.role = role }

    /// It has had no more to do than it could, so far.
    var isCalm: Bool {
        busyCores.longest == nil && busyDisk.longest == nil && turnedAway == 0 && connectionsRefused == 0
    }

    /// - Parameters:
    ///   - machines: those that were up, each with what was read of it a second before.
    ///   - isCalm: whether no role had too much to do before this second, since the warm-up.
    ///   - sending: how full their network interfaces were in that direction, and `receiving` in the other.
    mutating func take(
        _ machines: [(now: MachineReading, before: MachineReading)], isCalm: Bool,
        sending: Double, receiving: Double, at second: Instant
    ) {
        func isBusy(_ now: ProcessorReading?, _ before: ProcessorReading?) -> Bool {
            guard let now, let before, now.time > before.time else { return false }
            return now.utilisation(since: before) >= 0.95
        }
        var areBusy = busyMachines.map { _ in false }
        for (now, before) in machines {
            for _ in areBusy.count..<max(areBusy.count, now.number + 1) { areBusy.append(false) }
            areBusy[now.number] = isBusy(now.processor, before.processor)
        }
        for _ in busyMachines.count..<areBusy.count { busyMachines.append(Streak()) }
        for (number, isBusy) in areBusy.enumerated() { busyMachines[number].take(isBusy, at: second) }
        busyCores.take(
            !machines.isEmpty && machines.allSatisfy { areBusy[$0.now.number] }, at: second,
            of: machines.count)
        busyDisk.take(
            !machines.isEmpty && machines.allSatisfy { isBusy($0.now.disk, $0.before.disk) }, at: second)
        fullSending.take(sending >= 0.95, at: second)
        fullReceiving.take(receiving >= 0.95, at: second)
        let coreTime = machines.reduce(Span.zero) { sum, pair in
            guard let now = pair.now.processor, let before = pair.before.processor else { return sum }
            return sum + (now.coreTime - before.coreTime)
        }
        worked += coreTime
        workedInCalm.take(UInt64(coreTime.nanoseconds), isCalm: isCalm)
        let rejected = machines.reduce(UInt64(0)) { sum, pair in
            sum + ((pair.now.processor?.rejected ?? 0) - (pair.before.processor?.rejected ?? 0))
        }
        if rejected > 0 {
            turnedAway += rejected
            turningAway = (turningAway?.lowerBound ?? second)..<(second + .seconds(1))
        }
        let refused = machines.reduce(UInt64(0)) { sum, pair in
            sum + pair.now.connectionsRefused - pair.before.connectionsRefused
        }
        guard refused > 0 else { return }
        connectionsRefused += refused
        refusing = (refusing?.lowerBound ?? second)..<(second + .seconds(1))
    }
}
