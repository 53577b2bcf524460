import Chat
import Cluster
import Simulation
import Vocabulary

/// A design with metrics and acts of its own: a porter who keeps letters in his head until they are shown, and
/// takes tips. He sorts a letter in 20 ms; everything else takes him no time.
enum Lodge: Design {
    static let porter = Role("porter", "Takes letters and hands them out", in: 1...1, of: Porter.self)

    static let kept = MetricSheet.level("kept", of: porter, "letters that nobody has shown yet")
    static let passed = MetricSheet.flow("passed", of: porter, "letters that he passed on")
    static let weight = MetricSheet.flow("weight", of: porter, "what these letters weighed", in: .bytes)
    static let tips = MetricSheet.flow("tips", of: porter, "what he was given", .largerIsBetter)
    static let sorting = MetricSheet.durations(
        "sorting", of: porter, "from when a letter is there until it is sorted", plural: "letters sorted")

    static let crowded = MetricSheet.share(
        "crowded", of: porter, "the share of letters beside which he had another one in his head",
        plural: "letters passed on", .smallerIsBetter)

    static let tip = ActSheet("tip", "gives the porter so much", .count(0...1_000_000))
    static let wave = ActSheet("wave", "waves to somebody in the street", .user)
    static let call = ActSheet("call", "calls everybody in a room, or one of them", .recipient)
    static let enter = ActSheet("enter", "enters a room", .room)
    static let nod = ActSheet("nod", "nods", .nothing)
    static let greet = ActSheet("greet", "says something nice", .word(["good-morning", "good-night"]))

    static let sheet = DesignSheet(
        "lodge", "A porter with a good memory",
        roles: [porter],
        metrics: [kept, passed, weight, tips, sorting, crowded],
        acts: [tip, wave, call, enter, nod, greet])
    static let stages = [StageSheet("sorting", of: porter)]
    static let promises = Promises(sendsReceipts: false, sendsReads: false)

    static func build(on site: Site) -> (User) -> FrontDoor {
        let porters = site.add(porter) { seat, _ in Porter(seat: seat, site: site) }
        for (place, act) in sheet.acts.enumerated() {
            let doors = ActDoor.doors(to: porters) { .done(act: place, $0, $1) }
            site.acts.offer(act) { _ in doors[0] }
        }
        let doors = FrontDoor.doors(to: porters) { .said($0, $1) }
        return { _ in doors[0] }
    }
}

actor Porter: Host {
    typealias Heard = ToDevice

    enum Inbox: Marked {
        case opened(Line<ToDevice>)
        case said(FromDevice, Line<ToDevice>)
        case done(act: Int, ActSheet.ArgumentValue, Line<ToDevice>)
        case closed(Line<ToDevice>)

        var mark: UInt64 {
            switch self {
            case .opened(let line): Vocabulary.mark(1, line.mark)
            case .said(let word, let line): Vocabulary.mark(2, word.mark, line.mark)
            case .done(let act, let value, let line):
                Vocabulary.mark(3, UInt64(act), value.mark, line.mark)
            case .closed(let line): Vocabulary.mark(4, line.mark)
            }
        }
    }

    nonisolated let seat: Seat
    private let ledger: Ledger
    private var known = SeenLetters()
    private var devices: [Line<ToDevice>: DeviceID] = [:]  // looked up only, never iterated
    private var lines: [UInt32: Line<ToDevice>] = [:]  // by user; looked up only, never iterated
    private var letters: [Letter] = []
    private let kept: LevelMeter
    private let passed, weight, tips: FlowMeter
    private let sorting: DurationMeter
    private let crowded: ShareMeter

    init(seat: Seat, site: Site) {
        self.seat = seat
        ledger = site.ledger
        kept = site.meters.level(Lodge.kept, at: seat)
        passed = site.meters.flow(Lodge.passed, at: seat)
        weight = site.meters.flow(Lodge.weight, at: seat)
        tips = site.meters.flow(Lodge.tips, at: seat)
        sorting = site.meters.durations(Lodge.sorting)
        crowded = site.meters.share(Lodge.crowded, at: seat)
    }

    static func opened(_ line: Line<ToDevice>) -> Inbox { .opened(line) }
    static func closed(_ line: Line<ToDevice>, _: LineEnd) -> Inbox { .closed(line) }

    func cost(of message: Inbox) -> Span {
        if case .said(.send, _) = message { .milliseconds(20) } else { .zero }
    }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .opened: break
        case .closed(let line):
            guard let device = devices.removeValue(forKey: line) else { return }
            if lines[device.user.number] == line { lines[device.user.number] = nil }
        case .said(.hello(let device, _), let line):
            devices[line] = device
            lines[device.user.number] = line
            for letter in letters where letter.destination == .direct(device.user) {
                shift.say(.letter(letter), on: line, size: letter.size)
            }
        case .said(.send(let letter), let line): pass(letter, from: line, in: shift)
        case .said(.shown(let letter), _):
            letters.removeAll { $0.id == letter }
            kept.value = letters.count
        case .said: break
        case .done(let act, let value, let line):
            if let device = devices[line] { shift.tell(Deed(user: device.user, act: act, value: value)) }
            if act == 0, case .count(let count) = value { tips.add(count) }
        }
    }

    private func pass(_ letter: Letter, from line: Line<ToDevice>, in shift: Shift) {
        sorting.record(from: shift.service.arrived, to: shift.now)
        shift.say(.accepted(letter.id), on: line, size: .zero)
        guard known.insert(letter.id, by: 0), case .direct(let user) = letter.destination else { return }
        let place = Place.machine(shift.machineNumber)
        ledger.stamp(letter.id, for: nil, stage: Stage.wayOut, place: place, at: shift.now)
        crowded.add(!letters.isEmpty)
        letters.append(letter)
        kept.value = letters.count
        passed.add()
        weight.add(Int(letter.size.bytes))
        if let line = lines[user.number] { shift.say(.letter(letter), on: line, size: letter.size) }
    }
}

/// What somebody did, as the behaviour digest sees it.
struct Deed: Fact {
    let user: User
    let act: Int
    let value: ActSheet.ArgumentValue
    var mark: UInt64 { Vocabulary.mark(1, UInt64(user.number), UInt64(act), value.mark) }
}
