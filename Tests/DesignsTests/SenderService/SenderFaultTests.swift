import Chat
import Designs
import Testing

@Suite("sender-service: faults")
struct SenderFaultTests {
    private static func crash(_ target: String, losing kind: String = "unsynced", back: String = "20s")
        -> String
    {
        "faults: [{ name: fault, at: 30s, crash: { target: \"\(target)\", lose: \(kind), restart-after: \(back) } }]"
    }

    @Test(
        "X-4 the crash of any one machine loses nothing that was accepted",
        arguments: [
            "gateway[0]", "new-message-service[0]", "message-log[0]", "message-log-controller[0]",
            "message-generator[0]", "cache[0]", "recipient-log[0]", "message-consumer[0]", "host-assigner[0]",
            "host-registry[0]", "chat-host[0]", "message-service[0]", "message-store[0]",
            "connection-service[0]",
            "connection-store[0]", "autoscaler[0]", "file-server[0]",
        ])
    func crash(_ target: String) throws {
        let run = try SenderRun(drain: "120s", Self.crash(target))
        #expect(run.broken == [])
        #expect(run.counts.lost == 0)
        #expect(run.counts.duplicate == 0)
        #expect(run.counts.shown == run.counts.due)
    }

    /// A chat host that stands still for longer than a session, 10 s, is given up, and its users' messages are stored
    /// for them by others. It goes on within 100 ms of being known again, before it has told anybody to move: who was
    /// connected to it all the time has to ask for what they have missed.
    @Test("S0-17 a chat host that was given up and comes back has its users ask for what they missed")
    func takenBack() throws {
        let run = try SenderRun(
            drain: "120s", "faults: [{ name: fault, at: 30s, for: 14s, pause: { target: \"chat-host[0]\" } }]"
        )
        #expect(run.broken == [])
        #expect(run.counts.shown == run.counts.due)
    }

    /// Every 15 s nobody has a network for 3 s. Hosts take everybody to be there for longer than that, and say what comes
    /// over lines on which nobody hears; who comes back asks, over a new one, while the latest of it is on its way to the
    /// store. That is a letter or two of these seeds.
    @Test("S0-36 what a host said over a line that its device had left is not missed", arguments: [2, 3])
    func staleLines(_ seed: Int) throws {
        let run = try SenderRun(
            users: 1_000, drain: "60s", seed: seed,
            "faults: [{ name: away, at: 10s, every: 15s, for: 3s, disconnect: { target: client } }]")
        #expect(run.broken == [])
        #expect(run.counts.lost == 0)
    }

    /// A third of the letters goes to it for the 12 s for which gateways wait: 27 of 1,160, and apps send these again after 10 s.
    /// Were it asked for all of its 100 s, it would be each fifth one.
    @Test(
        "S0-12 a new-message service without power gets no letters once one was not answered",
        arguments: [1, 2])
    func deadService(_ seed: Int) throws {
        let run = try SenderRun(
            users: 40, devices: "{ 1: 100% }", load: "send: 10/m per user, size: 1KB, direct: 100%",
            duration: "3m", drain: "90s", seed: seed,
            Self.crash("new-message-service[0]", back: "100s")
                + "\nthresholds: [\"accept p95 < 1s\", \"accept max < 25s\"]")
        #expect(run.missed == [])
        #expect(run.broken == [])
    }

    /// One after the other is asked to end, and is back 5 s later. Before it ends, a broker has others lead, a consumer leaves
    /// its group, and a chat host the registry, and sends its users to others: else letters would wait until it is back, or
    /// until its session is over, for 9 to 30 s.
    @Test(
        "S0-17, S0-21 a new version of what letters pass through is hardly felt",
        arguments: ["message-log", "recipient-log", "message-generator", "message-consumer", "chat-host"])
    func newVersion(of role: String) throws {
        let run = try SenderRun(
            load: "send: 20/m per user, size: 1KB, direct: 100%", duration: "80s",
            """
            faults: [{ name: anew, at: 30s, rolling-restart: { target: \(role), gap: 12s, down: 5s } }]
            thresholds: ["delivery max < 4s during anew"]
            """)
        #expect(run.missed == [])
        #expect(run.broken == [])
    }

    /// The host's session of 10 s is over 10 to 12 s later, and until then its assigners name it: the machine refuses each line
    /// that phones open meanwhile. One that was not answered would cost them the 15 s of their patience with it.
    @Test("S0-17 people of a host whose process was killed are served when its session is over")
    func killedHost() throws {
        let run = try SenderRun(
            load: "send: 20/m per user, size: 1KB, direct: 100%",
            """
            client: { reconnect: { base: 100ms, cap: 200ms } }
            faults: [{ name: killed, at: 30s, crash: { target: "chat-host[0]", lose: process, restart-after: 60s } }]
            thresholds: ["delivery max < 13s"]
            """)
        #expect(run.missed == [])
        #expect(run.broken == [])
    }

    /// All assigners begin anew within six seconds, and the registry is out of their reach meanwhile: until it is back
    /// none of them knows of any host, and none says that there is none.
    @Test("S0-17 an assigner that knows of no host yet has those wait who ask it")
    func newAssigners() throws {
        let run = try SenderRun(
            load: "send: 20/m per user, size: 1KB, direct: 100%", duration: "60s",
            """
            faults:
              - { name: cut, at: 29s, for: 10s, partition: { between: host-registry, and: host-assigner } }
              - { name: anew, at: 30s, crash: { target: host-assigner, lose: process, restart-after: 1s } }
            """)
        #expect(run.broken == [])
        #expect(run.counts.lost == 0)
        #expect(run.counts.shown == run.counts.due)
    }

    /// A consumer gets no answer to what it sends to hosts. It opens other connections when nothing has come through for 5 s,
    /// and the handshake is tried again after 1 and 3 s: or TCP would wait for up to a minute once the cut is healed.
    @Test(
        "S0-16 hosts that consumers have not reached for a minute get letters within 10 s", arguments: [1, 2])
    func cutFromHosts(_ seed: Int) throws {
        let run = try SenderRun(
            duration: "2m", seed: seed,
            """
            faults:
              - { name: cut, at: 20s, for: 60s, partition: { between: message-consumer, and: chat-host } }
            thresholds: ["delivery max < 70s"]
            """)
        #expect(run.missed == [])
        #expect(run.broken == [])
        #expect(run.counts.shown == run.counts.due)
    }

    /// The people of the first of four gateways are spread over the three others: each of these has a third more to do, and
    /// not one of them twice as much, which is more than it can: with that letters took 20 s.
    @Test("S0-11 the people of a gateway that is gone go to all others", arguments: [1, 2])
    func goneGateway(_ seed: Int) throws {
        let run = try SenderRun(
            users: 120, devices: "{ 1: 100% }", load: "send: 20/m per user, size: 1KB, direct: 100%",
            topology: ["gateway: { count: 4, cores: 1, request-time: 35ms }"], seed: seed,
            """
            faults: [{ name: gone, at: 30s, crash: { target: "gateway[0]", lose: process, restart-after: 50s } }]
            thresholds: ["delivery p99 < 4s"]
            """)
        #expect(run.missed == [])
        #expect(run.broken == [])
    }

    /// For 3 s no consumer reaches a host, whose phones do: their lines stay, and nobody asks for what they do not know
    /// of. Connections are refused at once, so a message is sent on its way again and again, until the host has it.
    @Test("S0-16 what a host could not be given reaches the phones that are with it as soon as it can")
    func hostOutOfReach() throws {
        let run = try SenderRun(
            load: "send: 20/m per user, size: 1KB, direct: 100%",
            """
            faults:
              - { name: cut, at: 30s, for: 3s, partition: { between: message-consumer, and: "chat-host[0]", packets: reject, connections: all } }
            """)
        #expect(run.broken == [])
        #expect(run.counts.shown == run.counts.due)
    }

    /// Six letters a second for 20 s are 120, and what was taken in the 5 s before, and not committed, is taken again; consumers
    /// also get what is for the sender's other devices. When all is done nothing is left.
    @Test(
        "S0-29 what lies in a log grows while nobody takes it, whatever keeps them from it",
        arguments: [
            ("message-generator", "crash: { target: message-generator, restart-after: 20s }"),
            ("message-generator", "for: 20s, pause: { target: message-generator }"),
            ("message-generator", "for: 20s, partition: { between: message-generator, and: message-log }"),
            ("message-consumer", "crash: { target: message-consumer, restart-after: 20s }"),
        ])
    func backlog(_ role: String, _ fault: String) throws {
        let run = try SenderRun(
            drain: "90s",
            """
            faults: [{ name: fault, at: 30s, \(fault) }]
            thresholds: ["\(role).backlog max >= 100", "\(role).backlog max <= 400", "\(role).backlog last == 0"]
            """)
        #expect(run.missed == [])
        #expect(run.broken == [])
    }

    /// A letter takes a second of the one core that a generator has: of six that come in a second not even three are taken.
    @Test("S0-29 what lies in a log grows when it is taken more slowly than it comes")
    func slow() throws {
        let run = try SenderRun(
            topology: ["message-generator: { count: 3, cores: 1, letter-time: 1s }"],
            "thresholds: [\"message-generator.backlog max >= 200\", \"message-generator.backlog max <= 540\"]"
        )
        #expect(run.missed == [])
    }

    /// The host that serves a room passes a letter on to the hosts where members are, and one of them is out of its reach.
    @Test("S0-38 what a room's host could not pass on is passed on as soon as it can")
    func memberHostOutOfReach() throws {
        let run = try SenderRun(
            people: "  rooms: { sizes: { 8: 100% } }", load: "send: 20/m per user, size: 1KB, direct: 0%",
            topology: ["message-generator: { room-delivery: per-room }"],
            """
            faults:
              - { name: cut, at: 30s, for: 3s, partition: { between: chat-host, and: "chat-host[0]", packets: reject, connections: all } }
            """)
        #expect(run.broken == [])
        #expect(run.counts.shown == run.counts.due)
    }

    /// Every 5 s a third of the people have no network for 1 s. Some come back in the moments between the delivery of a letter
    /// to their room, which finds them away, and its storing: 35 ms of waiting for others and some 6 ms more, within the 50 ms
    /// after which all of the room would be sent it once more. That is two letters of one of these seeds, three of the other.
    @Test(
        "S0-38 a member who comes back is owed what their room was sent a moment before", arguments: [1, 5])
    func memberComesBack(_ seed: Int) throws {
        let run = try SenderRun(
            people: "  rooms: { sizes: { 20: 100% } }", load: "send: 20/m per user, size: 1KB, direct: 0%",
            duration: "40s", drain: "30s",
            topology: [
                "message-consumer: { count: 3, store-linger: 35ms }",
                "message-generator: { room-delivery: per-room }",
            ],
            seed: seed,
            "faults: [{ name: away, at: 10s, every: 5s, for: 1s, disconnect: { target: client, pick: 30% } }]"
        )
        #expect(run.broken == [])
        #expect(run.counts.shown == run.counts.due)
    }

    /// Hosts say that they are there every 3 s, this one at 27 s for the last time. From 36 s on it counts itself as dead, and
    /// from 38 s on it would be given up. It goes on in between, with all that was sent to its rooms meanwhile, and knows of no
    /// host until it is answered. The members are with other hosts, and do not ask.
    @Test("S0-38 a room's host that knows of no host passes letters on when it does")
    func roomHostWithoutView() throws {
        let run = try SenderRun(
            people: "  rooms: { sizes: { 8: 100% } }", load: "send: 6/m per user, size: 1KB, direct: 0%",
            duration: "60s", topology: ["message-generator: { room-delivery: per-room }"],
            "faults: [{ name: still, at: 28s, for: 9500ms, pause: { target: \"chat-host[0]\" } }]")
        #expect(run.broken == [])
        #expect(run.counts.shown == run.counts.due)
    }

    /// What a room's host has taken, and not passed on, is lost with it: here that of 2 s in which it stands still. It is back
    /// before its session is over, and says so itself, or is given up.
    @Test("S0-38 what a room's host had in hand when it crashed is not missed", arguments: ["3s", "30s"])
    func roomHostCrash(back: String) throws {
        let run = try SenderRun(
            people: "  rooms: { sizes: { 8: 100% } }", load: "send: 6/m per user, size: 1KB, direct: 0%",
            duration: "60s", topology: ["message-generator: { room-delivery: per-room }"],
            """
            faults:
              - { name: still, at: 30s, for: 3s, pause: { target: "chat-host[0]" } }
              - { name: gone, at: 32s, crash: { target: "chat-host[0]", lose: process, restart-after: \(back) } }
            """)
        #expect(run.broken == [])
        #expect(run.counts.shown == run.counts.due)
    }

    @Test(
        "S0-21 nothing is lost when logs lose their leaders or assign anew, or the cache forgets",
        arguments: [
            "leader-loss: { target: message-log, partition: 0 }",
            "leader-loss: { target: recipient-log, partition: 5 }",
            "rebalance: { target: message-log }", "rebalance: { target: recipient-log }",
            "flush: { target: cache }",
            "evict: { target: cache, share: 50% }",
        ])
    func parts(_ fault: String) throws {
        let run = try SenderRun(drain: "60s", "faults: [{ name: fault, at: 30s, \(fault) }]")
        #expect(run.broken == [])
        #expect(run.counts.shown == run.counts.due)
        #expect(run.counts.duplicate == 0)
    }
}
