internal import Simulation
public import Vocabulary

/// A moment at which a machine had work in progress, and what: for whoever wants to hit it then.
public struct WorkMoment: Hashable, Sendable {
    public let time: Instant
    public let role: String
    /// Among the machines of the role.
    public let number: Int
    public let work: Interrupted
}

/// Looks at all machines at equal intervals and keeps moments at which they had work, in bounded memory.
///
/// A machine whose disk is in use a thousandth of the time is there as often as its cores are: of each machine
/// and each kind of work so many moments are kept; when there is no room for more, every second one is given
/// up, and half of those that come are passed over from then on.
struct WorkWatch {
    static let limit = 256

    let interval: Span
    let end: Instant
    private var series: [Series] = []

    private struct Series {
        let machine: Int
        let work: Interrupted
        var times: [Instant] = []
        var stride = 1
        var seen = 0
    }

    init(every interval: Span, until end: Instant) { (self.interval, self.end) = (interval, end) }

    mutating func note(_ work: Interrupted, on machine: Int, at time: Instant) {
        let place: Int
        if let known = series.firstIndex(where: { $0.machine == machine && $0.work == work }) {
            place = known
        } else {
            place = series.count
            series.append(Series(machine: machine, work: work))
        }
        defer { series[place].seen += 1 }
        guard series[place].seen % series[place].stride == 0 else { return }
        series[place].times.append(time)
        guard series[place].times.count > Self.limit else { return }
        series[place].stride *= 2
        series[place].times = stride(from: 0, to: series[place].times.count, by: 2).map {
            series[place].times[$0]
        }
    }

    /// By machine and kind of work, in the order in which these were met first.
    func moments(_ name: (Int) -> (role: String, number: Int)) -> [WorkMoment] {
        series.flatMap { series -> [WorkMoment] in
            let (role, number) = name(series.machine)
            return series.times.map {
                WorkMoment(time: $0, role: role, number: number, work: series.work)
            }
        }
    }
}

extension Cluster {
    /// Has all machines looked at from `start` to `end`, at such intervals. From the control lane: no digest
    /// sees it.
    public func watchWork(every interval: Span, from start: Instant, until end: Instant) {
        precondition(work == nil, "work is watched already")
        precondition(interval > .zero, "a look every \(interval)")
        work = WorkWatch(every: interval, until: end)
        world.turn(of: director).send(.noteWork, to: director, after: start - world.now)
    }

    /// When machines had work in progress; none when nobody watched.
    public var workMoments: [WorkMoment] {
        work?.moments { machine in
            let resident = machines[machine].pointee.resident
            return (roles[resident.role].pointee.name, Int(resident.number))
        } ?? []
    }

    func noteWork() {
        guard var watch = work else { return }
        for machine in machines where machine.pointee.processor != nil {
            let all = inProgress(on: machine)
            if !all.isEmpty { watch.note(all, on: machine.pointee.number, at: world.now) }
        }
        work = watch
        let next = world.now + watch.interval
        if next < watch.end {
            world.turn(of: director).send(.noteWork, to: director, after: watch.interval)
        }
    }
}
