import Cluster
import Testing
import Vocabulary

@Suite("cluster: network: handshakes")
struct HandshakeTests {
    /// 40 ms there, 20 ms back: 60 ms each round trip. Where the client has the last word, the server waits
    /// for it, 40 ms more; where the server has, it goes on 20 ms before the client hears it.
    @Test(
        "a handshake takes its round trips",
        arguments: [
            (Handshake(.none), Int64(60), Int64(100)), (Handshake(.tls13), 120, 160),
            (Handshake(.tls12), 180, 160), (Handshake(.resumed), 60, 100),
            (Handshake(.tls13, upgradesToWebSocket: true), 180, 160),
            (Handshake(.tls12, upgradesToWebSocket: true), 240, 220),
            (Handshake(.resumed, upgradesToWebSocket: true), 120, 100),
        ])
    func roundTrips(handshake: Handshake, client: Int64, server: Int64) {
        let trip = RoundTrip(there: .milliseconds(40), back: .milliseconds(20))
        let usable = handshake.usable(from: .at(.seconds(1)), taking: trip)
        #expect(usable.client == .at(.milliseconds(1_000 + client)))
        #expect(usable.server == .at(.milliseconds(1_000 + server)))
    }

    /// Two lost: 1 s + 2 s, and then three round trips of 60 ms.
    @Test("a lost SYN costs a second, and twice as much each further time")
    func lostSYN() {
        let trip = RoundTrip(there: .milliseconds(30), back: .milliseconds(30))
        var opening = Opening(Handshake(.tls13, upgradesToWebSocket: true))
        #expect(
            opening.attempt(at: .start, passes: false, taking: trip, .linux)
                == .retry(at: .at(.seconds(1))))
        #expect(
            opening.attempt(at: .at(.seconds(1)), passes: false, taking: trip, .linux)
                == .retry(at: .at(.seconds(3))))
        let step = opening.attempt(at: .at(.seconds(3)), passes: true, taking: trip, .linux)
        #expect(
            step == .usable(opening.handshake.usable(from: .at(.seconds(3)), taking: trip), again: nil))
        guard case .usable(let usable, _) = step else { return }
        #expect(usable.client == .at(.milliseconds(3_180)))
        #expect(opening.syns == 3)
    }

    /// 5 s either way. What was sent at 3 s would be answered at 13 s, before the next one but one.
    @Test("a SYN whose answer takes longer than its timeout is sent again, as one that is lost")
    func lateAnswer() {
        let trip = RoundTrip(there: .seconds(5), back: .seconds(5))
        var opening = Opening(Handshake(.none))
        var times: [Int64] = []
        var now = Instant.start
        while case .usable(_, let again?) = opening.attempt(at: now, passes: true, taking: trip, .linux) {
            times.append((again - .start).nanoseconds / 1_000_000_000)
            now = again
        }
        // From 15 s on the next one is due after 16 s, and an answer there after 10 s.
        #expect(times == [1, 3, 7, 15])
    }

    /// 1 + 2 + 4 + 8 + 16 + 32 = 63 s: the seventh SYN, which is waited for another 60 s, the cap.
    @Test("the opening is given up after seven SYNs")
    func givenUp() {
        let trip = RoundTrip(there: .milliseconds(30), back: .milliseconds(30))
        var opening = Opening(Handshake(.none))
        var times: [Int64] = []
        var now = Instant.start
        while case .retry(let next) = opening.attempt(at: now, passes: false, taking: trip, .linux) {
            times.append((next - .start).nanoseconds / 1_000_000_000)
            now = next
        }
        #expect(times == [1, 3, 7, 15, 31, 63, 123])
        #expect(opening.syns == 7)
        #expect(opening.attempt(at: now, passes: true, taking: trip, .linux) == .gaveUp)
    }
}
