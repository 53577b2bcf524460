internal import Simulation
public import Vocabulary

/// Many machines restart within a window, each at a moment of its own that is drawn, and perhaps again within
/// the next one: a bad deployment, a zone whose power comes and goes.
public struct RestartStorm: GradualFault {
    public let kind = "restart-storm"

    private let machines: MachineSet
    private let window: Span
    private let down: Span
    private let times: Int
    private let losing: CrashKind
    /// In the order of time; of one machine the end comes before the return.
    private var steps: [(time: Instant, machine: Int, isReturn: Bool)] = []
    private var taken = 0

    public init(
        _ machines: MachineSet, within window: Span, downFor down: Span, times: Int = 1,
        losing: CrashKind = .unsynced
    ) {
        precondition(window > .zero, "a window of \(window)")
        precondition(down > .zero, "down for \(down)")
        precondition(times >= 1, "\(times) restarts")
        self.machines = machines
        self.window = window
        self.times = times
        self.down = down
        self.losing = losing
    }

    public mutating func apply(to cluster: Cluster, id: Int) {
        var stream = cluster.stream(ofFault: id)
        var start = cluster.world.now
        let last = start + Self.longest
        for _ in 0..<times where start < last {
            for machine in machines.machines {
                let time = start + Span(nanoseconds: Int64(stream.below(Int(window.nanoseconds))))
                steps.append((time, machine, false))
                steps.append((time + down, machine, true))
            }
            start = start + window + down  // by then all are back
        }
        steps.sort { ($0.time, $0.machine) < ($1.time, $1.machine) }
    }

    /// Nobody sees what comes later.
    private static let longest = Span.hours(87_600)

    public mutating func proceed(in cluster: Cluster, id: Int) -> Span? {
        let now = cluster.world.now
        while taken < steps.count, steps[taken].time <= now {
            let machine = cluster.machines[steps[taken].machine]
            if steps[taken].isReturn {
                cluster.restart(machine)
            } else {
                cluster.noteHit(machine, at: .everythingWithLines, by: id)
                cluster.crash(machine, losing: losing)
            }
            taken += 1
        }
        return taken < steps.count ? steps[taken].time - now : nil
    }

    /// Whoever is down comes back, and whoever has not been down stays up.
    public mutating func heal(in cluster: Cluster, id: Int) {
        let wentDown = MachineSet(steps[..<taken].filter { !$0.isReturn }.map(\.machine))
        for step in steps[taken...] where step.isReturn && wentDown.contains(step.machine) {
            cluster.restart(cluster.machines[step.machine])
        }
        taken = steps.count
    }
}

/// Machines restart one after the other, in the order of their numbers: the next goes down a while after the
/// last is back. A part that is only to start anew is asked to end; with what a crash takes of the disk it is a crash.
public struct RollingRestart: GradualFault {
    public let kind = "rolling-restart"

    private let machines: MachineSet
    private let down: Span
    private let pause: Span
    private let losing: CrashKind
    private var left: [Int]
    private var isDown = false

    /// - Parameter pause: from one that is back to the next.
    public init(
        _ machines: MachineSet, downFor down: Span, pause: Span, losing: CrashKind = .process
    ) {
        precondition(down > .zero, "down for \(down)")
        precondition(pause > .zero, "a pause of \(pause)")
        self.machines = machines
        self.down = down
        self.pause = pause
        self.losing = losing
        left = machines.machines
    }

    public mutating func proceed(in cluster: Cluster, id: Int) -> Span? {
        guard let next = left.first else { return nil }
        let machine = cluster.machines[next]
        if isDown {
            isDown = false
            left.removeFirst()
            cluster.restart(machine)
            return left.isEmpty ? nil : pause
        }
        // Another fault may keep the last one down: then it is not back, and the next one waits.
        let last = machines.machines.last { $0 < next }
        if let last, !cluster.machines[last].pointee.isUp { return pause }
        isDown = true
        cluster.noteHit(machine, at: .everythingWithLines, by: id)
        if losing == .process { cluster.stop(machine) } else { cluster.crash(machine, losing: losing) }
        return down
    }

    public mutating func heal(in cluster: Cluster, id: Int) {
        if isDown { cluster.restart(cluster.machines[left[0]]) }
        isDown = false
        left = []
    }
}
