import Cluster
import Testing
import Vocabulary

/// What a caller hears of a part that was killed while it owed an answer: what the operating system there says.
///
/// Client and server stand 10 ms apart, and the server works 20 ms on a question. A word of the system has 92 B on the
/// wire, which take 92 ns out of one interface and 92 ns into the other.
@Suite("calls: to a part that is killed")
struct KilledCalleeTests {
    private func kill(
        _ hall: EchoHall, losing kind: CrashKind = .process, at time: Span, for duration: Span? = nil
    ) {
        hall.cluster.plan(Crash(hall.serverMachines, losing: kind), at: .at(time), for: duration)
    }

    private func part(_ hall: EchoHall, at time: Span, for duration: Span?) {
        hall.cluster.plan(
            Partition(between: hall.clientMachines, and: hall.serverMachines), at: .at(time), for: duration)
    }

    /// Worked on at 15 ms, and at 5 ms still on its way.
    @Test(
        "the caller hears of it after the way back, once",
        arguments: [
            (Span.milliseconds(15), "1: reset at 25000.184us"), (.milliseconds(5), "1: reset at 15000.184us"),
        ])
    func killed(at time: Span, heard: String) {
        let hall = EchoHall(clients: 2)
        hall.ask(at: .zero)
        kill(hall, at: time)
        #expect(hall.heard() == [heard])
        #expect(hall.heard(by: 1) == [])
    }

    /// Each of two callers has two calls open; what is asked afterwards is refused: there and back.
    @Test("all that is open fails, and what is asked later is refused")
    func all() {
        let hall = EchoHall(clients: 2)
        for client in 0...1 {
            hall.ask(by: client, at: .zero)
            hall.ask(by: client, at: .milliseconds(1))
            hall.ask(by: client, at: .milliseconds(50))
        }
        kill(hall, at: .milliseconds(15))
        for client in 0...1 {
            let heard = hall.heard(by: client)
            #expect(heard.map { $0.prefix(13) } == ["1: reset at 2", "2: reset at 2", "3: refused at"])
        }
    }

    /// The answer leaves at 30 ms.
    @Test("an answer that has left is there before the word that the connection has ended")
    func answered() {
        let hall = EchoHall()
        hall.ask(at: .zero)
        kill(hall, at: .milliseconds(31))
        #expect(hall.heard().map { $0.prefix(9) } == ["1: answer"])
    }

    /// Its system is gone with it, or has forgotten the connection.
    @Test("a machine without power says nothing, and neither does one that has forgotten the connection")
    func silent() {
        for kind in [CrashKind.unsynced, .disk] {
            let hall = EchoHall()
            hall.ask(at: .zero)
            kill(hall, losing: kind, at: .milliseconds(15))
            #expect(hall.heard() == ["1: timedOut at 2s"])
        }
        let hall = EchoHall()
        hall.ask(at: .zero)
        hall.cluster.plan(
            ConnectionLoss(between: hall.serverMachines, and: hall.clientMachines, .halfOpen),
            at: .at(.milliseconds(14)), for: nil)
        kill(hall, at: .milliseconds(15))
        #expect(hall.heard() == ["1: timedOut at 2s"])
    }

    /// The word leaves at 15 ms and is sent again until the cut is over, at 500 ms.
    @Test("the word does not cross a cut, and comes when that is over")
    func cut() throws {
        let hall = EchoHall()
        hall.ask(at: .zero)
        part(hall, at: .milliseconds(14), for: nil)
        kill(hall, at: .milliseconds(15))
        #expect(hall.heard() == ["1: timedOut at 2s"])

        let healed = EchoHall()
        healed.ask(at: .zero)
        part(healed, at: .milliseconds(14), for: .milliseconds(486))
        kill(healed, at: .milliseconds(15))
        #expect(healed.heard(until: .milliseconds(509)) == [])
        #expect(healed.heard(until: .milliseconds(1_999)).map { $0.prefix(8) } == ["1: reset"])
    }

    /// The second question leaves at 100 ms on the connection with the part that is killed behind the cut.
    @Test("what was sent on the old connection does not come to the next incarnation")
    func oldConnection() {
        let hall = EchoHall()
        hall.ask(at: .zero)
        part(hall, at: .milliseconds(50), for: .milliseconds(950))
        hall.ask(at: .milliseconds(100))
        kill(hall, at: .milliseconds(200), for: .milliseconds(100))
        #expect(hall.heard().map { $0.prefix(8) } == ["1: answe", "2: reset"])
    }
}
