import Testing

@Suite("sender-service: the registry of hosts while some of it cannot be reached")
struct SenderRegistryTests {
    private static func run(_ fault: String) throws -> SenderRun {
        try SenderRun(
            duration: "130s",
            """
            faults: [{ name: cut, at: 15s, for: 60s, \(fault) }]
            thresholds: ["delivery max < 10s"]
            """)
    }

    /// It comes back with a higher epoch, so that there is an election, in which it may win. What hosts had to say to it waits
    /// then, for up to a minute: they say it over new connections.
    @Test("a member that comes back after a minute does not take hosts for dead", arguments: 0..<3)
    func comesBack(member: Int) throws {
        let run = try Self.run("isolate: { target: \"host-registry[\(member)]\" }")
        #expect(run.missed == [])
        #expect(run.counts.shown == run.counts.due)
    }

    /// The other members are there, and pass on what hosts have to say.
    @Test("hosts that do not reach the member that leads are not taken for dead", arguments: 0..<3)
    func isPassedOn(member: Int) throws {
        let run = try Self.run("partition: { between: \"host-registry[\(member)]\", and: chat-host }")
        #expect(run.missed == [])
        #expect(run.counts.shown == run.counts.due)
    }

    @Test("hosts that reach no member are taken for dead")
    func reachesNone() throws {
        let run = try Self.run("partition: { between: host-registry, and: chat-host }")
        #expect(run.missed != [])
    }

    /// A group that has forgotten all votes elects nobody any more, and phones are sent to no host.
    @Test("who waits without a line is spoken of, though nothing of theirs is lost")
    func withoutLine() throws {
        let run = try SenderRun(
            duration: "90s",
            "faults: [{ name: f, at: 15s, crash: { target: host-registry, lose: disk, restart-after: 10s } }]"
        )
        #expect(run.outcome.result.verdict.notes.contains { $0.contains("but no line to the system") })
    }
}
