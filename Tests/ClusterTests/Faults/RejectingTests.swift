import Cluster
import Simulation
import Testing
import Vocabulary

/// 10 ms there, 20 ms of work and 10 ms back; 608 ns at the interfaces.
@Suite("cluster: partitions that answer")
struct RejectingTests {
    @Test("who is rejected is told at once: an open connection is reset, a new one refused")
    func rejected() {
        let hall = EchoHall()
        for time in [5, 60, 70, 200] as [Int64] { hall.ask(at: .milliseconds(time)) }
        hall.cluster.plan(
            Partition(between: hall.clientMachines, and: hall.serverMachines, packets: .reject),
            at: .at(.milliseconds(50)), for: .milliseconds(100))
        #expect(
            hall.heard() == [
                "1: answer at 45000.608us", "2: reset at 60ms", "3: refused at 70ms",
                "4: answer at 240000.608us",
            ])
    }

    @Test("where only new connections are cut, those that are open go on")
    func new() {
        let hall = EchoHall(clients: 2)
        for time in [5, 60] as [Int64] { hall.ask(by: 0, at: .milliseconds(time)) }
        for time in [60, 200] as [Int64] { hall.ask(by: 1, at: .milliseconds(time)) }
        hall.cluster.plan(
            Partition(
                between: hall.clientMachines, and: hall.serverMachines, packets: .reject, connections: .new),
            at: .at(.milliseconds(50)), for: .milliseconds(100))
        #expect(hall.heard(by: 0) == ["1: answer at 45000.608us", "2: answer at 100000.608us"])
        #expect(hall.heard(by: 1) == ["1: refused at 60ms", "2: answer at 240000.608us"])
    }

    @Test("a device is told so too, and the part at the other end is not")
    func line() {
        let salon = Salon()
        salon.cluster.plan(
            DeviceCut(between: DeviceSet(), packets: .reject), at: .at(.seconds(1)), for: .seconds(3))
        salon.tell(Guest.say(1), at: .seconds(2))
        salon.tell(Guest.open, at: .seconds(3))
        salon.tell(Guest.open, at: .seconds(5))
        #expect(salon.run() == .reachedEnd)
        #expect(salon.notes() == ["opened at 0s", "reset at 2s", "refused at 3s", "opened at 5.06s"])
        #expect(salon.butlerNotes == ["opened at 0s", "opened at 5.05s"])
    }

    @Test("a part that may not answer is told so, and the device is not")
    func lineDown() {
        let salon = Salon()
        salon.cluster.plan(
            DeviceCut(between: DeviceSet(), direction: .down, packets: .reject), at: .at(.seconds(1)),
            for: .seconds(3))
        salon.tellButler(.announce(5), at: .seconds(2))
        #expect(salon.run() == .reachedEnd)
        #expect(salon.notes() == ["opened at 0s"])
        #expect(salon.butlerNotes == ["opened at 0s", "reset at 2s"])
    }

    /// The SYNs of 2.6 s and 3.6 s get lost, that of 5.6 s does not.
    @Test("where only new lines are cut, the open one goes on")
    func newLine() {
        let salon = Salon()
        salon.cluster.plan(
            DeviceCut(between: DeviceSet(), connections: .new), at: .at(.seconds(1)), for: .seconds(3))
        salon.tell(Guest.say(1), at: .seconds(2))
        salon.tell(Guest.hangUp, at: .milliseconds(2_500))
        salon.tell(Guest.open, at: .milliseconds(2_600))
        #expect(salon.run() == .reachedEnd)
        #expect(salon.notes() == ["opened at 0s", "1 at 2021000.104us", "opened at 5.66s"])
    }

    @Test("a machine that has forgotten a line says so when the device speaks, and not before")
    func halfOpen() {
        let salon = Salon(guests: 2)
        salon.cluster.plan(LineReset(DeviceSet(numbers: [0]), .halfOpen), at: .at(.seconds(1)), for: nil)
        salon.tellButler(.announce(5), at: .seconds(2))
        for guest in 0...1 { salon.tell(Guest.say(1), to: guest, at: .seconds(3)) }
        #expect(salon.run() == .reachedEnd)
        #expect(salon.notes(of: 0) == ["opened at 0s", "reset at 3.02s"])
        #expect(salon.notes(of: 1) == ["opened at 0s", "5 at 2010000.052us", "1 at 3021000.104us"])
    }

    /// The ping of 120 s is there at 120.010 s. The machine goes on at 125 s and answers it, in time; or at
    /// 135 s, too late.
    @Test("a machine that stands still answers pings when it goes on", arguments: [true, false])
    func pings(folds: Bool) {
        func notes(pausedFor seconds: Int64, cores: Int? = nil) -> [String] {
            let salon = Salon(
                settings: LineSettings(
                    pingEvery: .seconds(30), answerWithin: .seconds(10), silenceLimit: .seconds(75),
                    foldsPings: folds))
            salon.cluster.plan(
                Pause(salon.cluster.machines(of: [salon.butler]), cores: cores), at: .at(.seconds(100)),
                for: .seconds(seconds))
            #expect(salon.run(until: .seconds(200)) == .reachedEnd)
            return salon.notes()
        }
        #expect(notes(pausedFor: 25) == ["opened at 0s"])
        #expect(notes(pausedFor: 35) == ["opened at 0s", "silent at 130s"])
        #expect(notes(pausedFor: 35, cores: 0) == ["opened at 0s"])
    }

    @Test("faults that come as one go as one")
    func joint() {
        let hall = EchoHall()
        for time in [5, 60, 200] as [Int64] { hall.ask(at: .milliseconds(time)) }
        hall.cluster.plan(
            Joint(
                "outage",
                [
                    Partition(between: hall.clientMachines, and: hall.serverMachines, packets: .reject),
                    Slow(hall.serverMachines, by: .times(3)),
                ]), at: .at(.milliseconds(50)), for: .milliseconds(100))
        #expect(
            hall.heard() == ["1: answer at 45000.608us", "2: reset at 60ms", "3: answer at 240000.608us"])
        #expect(hall.cluster.encounters.map(\.kind) == ["outage", "outage"])
    }
}
