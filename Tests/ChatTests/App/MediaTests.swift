import Chat
import Cluster
import Simulation
import Testing
import Vocabulary

/// User 0 writes to user 1 at 1 s, and the letter has a file of 100,000 B: pieces of 64,000 and of 36,000.
///
/// Their line is open after three round trips, 6 ms. A hello of 302 B leaves first. Piece 0 is 64,250 B in 45 segments,
/// 66,590 B on the wire; piece 1 is 36,250 B in 26 segments, 37,602 B. What asks or answers without a piece is 302 B.
@Suite("app: files")
struct MediaTests {
    /// So much on the wire, by one link of a byte a microsecond and 1 ms, and through one interface of a byte a
    /// nanosecond.
    private static func way(_ bytes: Int64) -> Span {
        .nanoseconds(bytes * 1_000) + .milliseconds(1) + .nanoseconds(bytes)
    }

    private static let open = Instant.at(.seconds(1)) + .milliseconds(6)
    private static let hello = Span.nanoseconds(302 * 1_000)

    @Test("S0-41 an upload takes what its pieces take on the uplink, and a round trip each")
    func upload() {
        let first = Self.open + Self.hello + Self.way(66_590) + Self.way(302)
        let second = first + Self.way(37_602) + Self.way(302)
        let reading = FileHostRun(bytes: 100_000).play()
        #expect(
            reading.uploads == [
                .init(user: 0, isUpload: true, number: 0, time: first),
                .init(user: 0, isUpload: true, number: 1, time: second),
            ])
    }

    /// The letter of 1,326 B is with user 1 after a way up and one down, while the file is on its way: a piece is sent as
    /// soon as the host has it. The second one is there before it is asked for: user 1 has had the first for less than
    /// the second needed to come.
    @Test("S0-41 a download follows the upload piece by piece, and weighs what the file does")
    func download() {
        let stored = Self.open + Self.hello + Self.way(66_590)
        // Behind the answer to user 0, through the same interface.
        let first = stored + .nanoseconds(302) + Self.way(66_590)
        let stored2 = stored + Self.way(302) + Self.way(37_602)
        let asked = first + Self.way(302)
        let second = max(asked, stored2) + Self.way(37_602)
        let reading = FileHostRun(bytes: 100_000).play()
        #expect(
            reading.downloads == [
                .init(user: 1, isUpload: false, number: 0, time: first),
                .init(user: 1, isUpload: false, number: 1, time: second),
            ])
        #expect(reading.ledger.counts.shown == 1)
    }

    /// At 1.2 s all lines end; of the 16 pieces one or two are there. The apps are back within a second, and go on: what
    /// was under way is sent once more, and nothing that was there.
    @Test("S0-41 an upload whose line ends goes on where it was")
    func interrupted() {
        let reading = FileHostRun(bytes: 1_000_000)
        reading.cluster.plan(LineReset(DeviceSet()), at: .at(.milliseconds(1_200)), for: nil)
        let asked = reading.play().asked
        let up = asked.filter { $0.hasPrefix("up") }.map { Int($0.dropFirst(3))! }
        let down = asked.filter { $0.hasPrefix("down") }.map { Int($0.dropFirst(5))! }
        #expect(Set(up) == Set(0..<16))
        #expect(Set(down) == Set(0..<16))
        #expect(up == up.sorted())
        #expect(down == down.sorted())
        #expect(up.count - 16 <= 1)
        #expect(down.count - 16 <= 1)
        #expect(reading.uploads.count == 16)
        #expect(reading.downloads.count == 16)
    }

    /// Nothing gets through from 1.2 s until 61.2 s, and who tries is told at once.
    @Test("S0-41 a file waits for a line as long as it takes")
    func waits() {
        let reading = FileHostRun(bytes: 1_000_000)
        reading.cluster.plan(LineReset(DeviceSet()), at: .at(.milliseconds(1_200)), for: nil)
        reading.cluster.plan(
            DeviceCut(between: DeviceSet(), packets: .reject), at: .at(.milliseconds(1_200)), for: .minutes(1)
        )
        #expect(reading.play(until: .at(.minutes(5))).uploads.count == 16)
        #expect(reading.downloads.count == 16)
    }

    /// Who writes while a file is on its way to them sends theirs first, and then fetches the other one.
    @Test("S0-41 what is sent goes before what is fetched")
    func order() {
        let reading = FileHostRun(
            bytes: 1_000_000,
            script: [
                StubHostRun.letter(at: .seconds(1)),
                ScriptedAct(at: .milliseconds(1_500), user: User(1), .send(.direct(User(0)))),
            ]
        ).play()
        let ofUser1 = reading.pieces.filter { $0.user == 1 }
        let firstUpload = ofUser1.firstIndex { $0.isUpload } ?? 0
        let lastUpload = ofUser1.lastIndex { $0.isUpload } ?? 0
        #expect(firstUpload > 0, "user 1 had begun to fetch")
        #expect(lastUpload - firstUpload == 15, "nothing comes in between")
        #expect(ofUser1.filter { !$0.isUpload }.map(\.number) == Array(0..<16))
        #expect(reading.downloads.count == 32)
    }

    /// 5 s after the last piece that either of them has moved.
    @Test("a line for files is closed when there has been nothing to move for a while")
    func closes() {
        let reading = FileHostRun(bytes: 100_000).play()
        let ends = [reading.uploads, reading.downloads].map { $0.last!.time + .seconds(5) + .milliseconds(1) }
        #expect(reading.closings.count == 2)
        for (closing, end) in zip(reading.closings, ends) {
            #expect(closing >= end)
            #expect(closing < end + .milliseconds(1))
        }
    }

    @Test("a closed app moves nothing, and goes on when it is opened")
    func closedApp() {
        let reading = FileHostRun(
            bytes: 1_000_000,
            script: [
                StubHostRun.letter(at: .seconds(1)),
                ScriptedAct(at: .milliseconds(1_300), user: User(0), .goOffline),
                ScriptedAct(at: .seconds(30), user: User(0), .goOnline),
            ])
        let before = reading.play(until: .at(.seconds(29))).uploads.count
        #expect((1...4).contains(before))
        #expect(reading.play().uploads.map(\.number) == Array(0..<16))
        #expect(reading.downloads.count == 16)
    }
}
