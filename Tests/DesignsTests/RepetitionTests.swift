import Chat
import Cluster
import Designs
import Simulation
import Testing
import Vocabulary

/// A device that says each thing twice, and writes down what it hears.
private actor Parrot: Device {
    typealias Heard = ToDevice

    nonisolated let socket: Socket
    private let id: DeviceID
    private let door: FrontDoor
    private var line: Line<ToDevice>?
    private(set) var receipts = 0
    private(set) var letters = 0

    init(socket: Socket, id: DeviceID, door: FrontDoor) {
        (self.socket, self.id, self.door) = (socket, id, door)
    }

    func receive(_ event: DeviceEvent<ToDevice>, in shift: Shift) {
        switch event {
        case .opened(let line): self.line = line
        case .closed: break
        case .due:
            let letter = Letter(id: LetterID(of: id.user, 0), to: .direct(User(1)), bytes: 100)
            for _ in 0..<2 { say(.send(letter), in: shift) }
        case .said(_, .letter(let letter)):
            letters += 1
            for _ in 0..<2 { say(.shown(letter.id), in: shift) }
        case .said(_, .receipt): receipts += 1
        case .said: break
        }
    }

    private func say(_ word: FromDevice, in shift: Shift) {
        if let line { shift.say(word, at: door, on: line, size: .bytes(100)) }
    }
}

@Suite("single-server: what comes twice")
struct RepetitionTests {
    /// User 0 sends a letter twice, and user 1 confirms it twice: it goes out once, and so does its receipt.
    @Test("a letter that comes twice is passed on once, and a second confirmation sends no second receipt")
    func repeated() {
        var plan = PopulationPlan()
        plan.users = 2
        let cluster = Cluster(seed: 1, zones: ["house", "wifi"]) { _, _ in
            LinkProfile(delay: .delay(.milliseconds(10)))
        }
        var settings = LedgerSettings()
        settings.stages = SingleServer.stageNames
        let assembly = Assembly(
            SingleServer.sheet, for: plan, in: cluster, zones: [[Zone(number: 0)]],
            setups: ["server": Site.Setup()], ledger: settings
        ) { _ in }
        let ledger = assembly.ledger
        let door = SingleServer.build(on: assembly.site)(User(0))
        let parrots: Addresses<Parrot> = cluster.add(count: 2, in: Zone(number: 1)) { socket, number in
            Parrot(socket: socket, id: DeviceID(of: User(UInt32(number)), 0), door: door)
        }
        for (number, parrot) in parrots.enumerated() {
            let id = DeviceID(of: User(UInt32(number)), 0)
            ledger.take(.appOpened(id), at: .start)
            let line = cluster.connect(parrot, in: Zone(number: 1), to: door)!
            cluster.preload(.hello(id, .first), on: line, into: door)
        }
        ledger.take(
            .tapped(LetterID(of: User(0), 0), on: DeviceID(of: User(0), 0), to: .direct(User(1))), at: .start)
        cluster.leave(Note(1), for: parrots[0], at: .at(.seconds(1)))
        #expect(cluster.run(until: .at(.seconds(10))) == .reachedEnd)
        #expect(cluster.world.inspect(parrots[1]) { $0.letters } == 1)
        #expect(cluster.world.inspect(parrots[0]) { $0.receipts } == 1)
    }

    /// A sync takes 15 s, so the app sends the letter once more before the server knows that it has it: both
    /// copies are on the disk. User 1 is away until the server has read it after a crash.
    @Test("a letter that is twice on the disk after a crash is kept once")
    func twiceOnDisk() {
        let run = SingleServerRun(
            server: ["sync": "15s"],
            script: [
                .user(1, .goOffline, at: .milliseconds(500)), .user(0, writesTo: 1, at: .seconds(1)),
                .user(1, .goOnline, at: .seconds(100)),
            ])
        run.crash(at: .seconds(60))
        _ = run.play()
        #expect(run.ledger.counts.accepted == 1)
        #expect(run.ledger.counts.shown == 1)
        #expect(run.ledger.counts.droppedAsDuplicate == 0)
        #expect(run.cluster.readings[0].stored > 2 * 1_024)  // both copies
    }
}
