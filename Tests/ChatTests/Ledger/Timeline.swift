import Chat
import Vocabulary

/// A ledger that is told small stories: whole seconds, and samples as short texts.
final class Timeline {
    private final class Box { var samples: [Sample] = [] }
    private let box: Box
    let ledger: Ledger

    init(_ roster: Roster, _ settings: LedgerSettings = LedgerSettings()) {
        let box = Box()
        self.box = box
        ledger = Ledger(roster, settings) { box.samples += $0 }
    }

    /// Users with so many devices each; all their apps are opened at 0 s.
    convenience init(
        devices: [UInt8], rooms: [[UInt32]] = [], open: Bool = true,
        _ change: (inout LedgerSettings) -> Void = { _ in }
    ) {
        var settings = LedgerSettings()
        change(&settings)
        var roster = Roster(
            devices: devices, regions: devices.indices.map { UInt8($0) },
            accesses: devices.indices.map { _ in 0 }, deviceLimit: 4)
        for room in rooms { roster.addRoom(of: room.map { User($0) }) }
        self.init(roster, settings)
        for (user, count) in devices.enumerated() where open {
            for device in 0..<count { tell(0, .appOpened(DeviceID(of: User(UInt32(user)), device))) }
        }
    }

    func tell(_ seconds: Int64, _ facts: ChatFact...) {
        for fact in facts { ledger.take(fact, at: .at(.seconds(seconds))) }
    }

    func finish(_ seconds: Int64) { ledger.finish(at: .at(.seconds(seconds))) }

    /// `delivery 3 @1s 2s`: the metric, the recipient's region (which is the user's number here), the
    /// intended moment, the latency.
    var samples: [String] {
        box.samples.map { sample in
            let latency = sample.latency.map(\.description) ?? "never"
            return "\(sample.metric) \(sample.tags.region) @\(sample.intended) \(latency)"
        }
    }

    func samples(_ metric: Sample.Metric) -> [String] {
        samples.filter { $0.hasPrefix("\(metric) ") }
    }

    func evidence(_ promise: String) -> [String] {
        let findings = ledger.invariants.findings.first { $0.promise.name == promise }
        return findings?.violations.map(\.evidence) ?? ["there is no invariant '\(promise)'"]
    }
}

func letter(_ sender: UInt32, _ number: UInt32 = 0) -> LetterID { LetterID(of: User(sender), number) }
func device(_ user: UInt32, _ number: UInt8 = 0) -> DeviceID { DeviceID(of: User(user), number) }
