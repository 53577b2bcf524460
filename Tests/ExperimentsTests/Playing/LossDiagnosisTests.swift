import Designs
import Experiments
import Results
import Testing

/// What letters were lost by, and which of them were only late.
@Suite("experiments: causes of losses")
struct LossDiagnosisTests {
    /// User 1 is away from 10 s on, for longer than the system keeps anything for them.
    @Test("letters that were kept for too short a time are put down to the knob that says how long")
    func age() throws {
        func verdict(_ retention: String) throws -> Results.Verdict {
            try played(
                """
                hubbub: 1
                name: away
                design: sender-service
                seed: 7
                duration: 2m
                drain: 3m
                users: { count: 10, contacts: 6 }
                load:
                  - { name: usual, send: 6/m per user, size: 1KB, direct: 100% }
                topology: { message-service: { retention: \(retention) } }
                script:
                  - { at: 10s, user: 1, go: offline }
                  - { at: 119s, user: 1, go: online }
                thresholds: [lost count == 0]
                """, on: SenderService.self
            ).result.verdict
        }
        let short = try verdict("30s")
        let cause = try #require(short.causes.first)
        #expect(cause.contains(" accepted letters were lost, "), "\(cause)")
        #expect(cause.hasSuffix(" of them sent longer ago than message-service.retention keeps them, 30s"))
        #expect(short.hints.contains { $0.hasPrefix("a longer message-service.retention, now 30s, ") })
        #expect(try verdict("21d").word == .passed)
    }

    /// Two letters a second are work for two cores, and there is one, or none: half of them wait at the end, or all. No limit of
    /// time says so.
    private func behind(letterTime: String = "1s", faults: String = "[]") throws -> Results.Verdict {
        try played(
            """
            hubbub: 1
            name: behind
            design: sender-service
            seed: 7
            duration: 2m
            drain: 10s
            users: { count: 10, contacts: 6 }
            load:
              - { name: usual, send: 12/m per user, size: 1KB, direct: 100% }
            topology: { message-generator: { count: 1, cores: 1, letter-time: \(letterTime) } }
            faults: \(faults)
            thresholds: [lost count == 0]
            """, on: SenderService.self
        ).result.verdict
    }

    @Test("letters that have not come by the end, and come when the run is played on, are late and not lost")
    func backlog() throws {
        let verdict = try behind()
        #expect(
            verdict.notes.contains {
                $0.contains(
                    " accepted letters had not come at the end, and came when the run was played on, the last "
                )
            }, "\(verdict.notes)")
        #expect(verdict.word == .passed, "\(verdict.reasons)")
    }

    /// A letter each minute comes after the end, for ten minutes: what takes longer is not waited for.
    @Test("letters that have not come when it has been played on are put down to who has too much to do")
    func standsStill() throws {
        let verdict = try behind(letterTime: "60s")
        #expect(
            verdict.causes.contains { cause in
                cause.contains(
                    " accepted letters were lost: they did not come either when the run was played on, and ")
                    && cause.contains(" waited in message-generator.backlog, which 10s before had ")
            }, "\(verdict.causes)")
        #expect(
            verdict.causes.contains { $0.hasPrefix("all 1 core of message-generator were busy from ") },
            "\(verdict.causes)")
        #expect(verdict.hints.contains { $0.contains("--set topology.message-generator.cores=") })
        #expect(!verdict.hints.contains { $0.contains("drain") }, "\(verdict.hints)")
    }

    /// Some of them were sent before the stores crashed, whose sync is periodic; but they have not come so far.
    @Test("what waits in a log is not put down to what stores had not synced when they crashed")
    func backlogAndCrash() throws {
        let verdict = try behind(
            letterTime: "60s",
            faults: "[{ name: power, at: 60s, crash: { target: message-store, restart-after: 5s } }]")
        #expect(verdict.causes.first?.contains(" accepted letters were lost") == true, "\(verdict.causes)")
        #expect(!verdict.causes.contains { $0.contains("not synced") }, "\(verdict.causes)")
    }

    /// User 1 is away when they are sent letters, and comes back when the stores have lost what came within the 10 s of their
    /// sync, on all nodes at once.
    @Test("letters that a store has not synced are put down to its crash")
    func notSynced() throws {
        let verdict = try played(
            """
            hubbub: 1
            name: away
            design: sender-service
            seed: 7
            duration: 1m
            drain: 1m
            users: { count: 10, contacts: 6 }
            load:
              - { name: usual, send: 12/m per user, size: 1KB, direct: 100% }
            script:
              - { at: 10s, user: 1, go: offline }
              - { at: 59s, user: 1, go: online }
            faults:
              - { name: power, at: 50s, crash: { target: message-store, restart-after: 5s } }
            thresholds: [lost count == 0]
            """, on: SenderService.self
        ).result.verdict
        let cause = try #require(verdict.causes.first)
        #expect(
            cause.hasSuffix(
                " lost: message-store.sync is periodic, so power took what was not synced yet"), "\(cause)")
    }

    /// User 15 has a new device, which user 0 does not know of. When it asks for their letter, the one that could seal it anew is
    /// gone, or its app is closed.
    @Test(
        "a letter that is not sealed anew is put down to its sender",
        arguments: [
            (
                "reinstall: ",
                "by senders who have lost the devices that could seal them anew for who cannot open them"
            ),
            (
                "go: offline",
                "to devices that could not open them, and for which their senders' apps did not seal them anew"
            ),
        ])
    func unopened(act: String, cause: String) throws {
        let result = try played(
            """
            hubbub: 1
            name: orphan
            design: sender-service
            seed: 1
            duration: 60s
            drain: 3m
            users: { count: 20, devices: { 1: 100% }, contacts: 5 }
            load:
              - { name: usual, send: 1/d per user, size: 1KB, direct: 100% }
            script:
              - { at: 20s, user: 15, reinstall: }
              - { at: 25s, user: 15, device: 1, go: offline }
              - { at: 30s, user: 0, send: user 15 }
              - { at: 35s, user: 0, ACT }
              - { at: 40s, user: 15, device: 1, go: online }
            thresholds: [lost count == 0]
            """.replacing("ACT", with: act), on: SenderService.self
        ).result
        #expect(result.verdict.causes == ["1 accepted letter was lost, 1 of them \(cause)"])
    }
}
