import Chat
import Designs
import Testing
import Vocabulary

/// Each promise has a design that breaks it by doing one thing wrong: it never says itself what a promise looks for.
@Suite("sender-service: broken rules")
struct SenderMutantTests {
    private static let kill =
        "faults: [{ name: kill, at: 30s, for: 20s, restart-storm: { target: X, times: 4, gap: 5s } }]"

    /// Accepted by the new-message service and not in the log when that is killed, again and again.
    @Test("X-4 a service that says 'accepted' before the log has the letter loses some")
    func acknowledgesFirst() throws {
        enum Mutant: SenderVariant {
            static var rules: SenderRules {
                changed(SenderRules()) { $0.newMessage.answersAtOnce = { true } }
            }
        }
        let fault = """
            faults:
              - { name: logs, at: 30s, crash: { target: message-log, restart-after: 20s } }
              - { name: kill, at: 40s, crash: { target: new-message-service, lose: process, restart-after: 1s } }
              - { name: later, at: 80s, crash: { target: file-server, restart-after: 1s } }
            """
        let run = try SenderRun(Mutant.self, drain: "120s", fault)
        #expect(run.isBroken("never-lost"))
        // The stores, whose sync is periodic, were not hit, and what was is no store.
        let causes = run.outcome.result.verdict.causes
        #expect(causes.contains { $0.contains("lost") } && !causes.contains { $0.contains("not synced") })
    }

    @Test("S0-14 a generator that saves a checkpoint before the batch is stored skips letters")
    func savesFirst() throws {
        enum Mutant: SenderVariant {
            static var rules: SenderRules { changed(SenderRules()) { $0.generator.savesFirst = { true } } }
        }
        let fault = """
            faults:
              - { name: logs, at: 30s, crash: { target: recipient-log, restart-after: 20s } }
              - { name: kill, at: 40s, crash: { target: message-generator, lose: process, restart-after: 1s } }
            """
        let run = try SenderRun(Mutant.self, drain: "120s", fault)
        #expect(run.isBroken("checkpoint-never-skips"))
        #expect(run.isBroken("never-lost"))
        #expect(try SenderRun(drain: "120s", fault).broken == [])
    }

    @Test("S0-17 an assigner that names hosts as it likes has two for one user")
    func twoHosts() throws {
        enum Mutant: SenderVariant {
            static var rules: SenderRules {
                changed(SenderRules()) {
                    $0.assigner.host = { _, assigner, view in view.hosts[assigner % 3] }
                }
            }
        }
        let run = try SenderRun(
            Mutant.self,
            "faults: [{ name: kill, at: 30s, crash: { target: \"host-assigner[0]\", restart-after: 20s } }]")
        #expect(run.isBroken("one-host-a-user"))
    }

    @Test("S0-5 a generator that opens bodies is seen")
    func opensBodies() throws {
        enum Mutant: SenderVariant {
            static var rules: SenderRules {
                changed(SenderRules()) { $0.generator.words = { _, open in open() } }
            }
        }
        #expect(try SenderRun(Mutant.self, duration: "20s").isBroken("bodies-sealed"))
    }

    /// The services that a gateway and a consumer ask are gone for a while, which both log.
    @Test("S0-31 an error in whose line a service names the sender is seen")
    func namesSender() throws {
        enum Mutant: SenderVariant {
            static var rules: SenderRules {
                changed(SenderRules()) {
                    $0.logs.remark = { line, letter in
                        line.error == nil ? nil : letter.map { "from \($0.sender.number)" }
                    }
                }
            }
        }
        let fault = "faults: [{ name: kill, at: 30s, crash: { target: host-assigner, restart-after: 5s } }]"
        let run = try SenderRun(Mutant.self, fault)
        #expect(run.isBroken("clean-logs"))
        #expect(run.broken.count == 1)
        #expect(try SenderRun(SenderService.self, fault).invariant("clean-logs")?.state == .held)
    }

    /// What is given to a consumer, and not stored or delivered when it is killed, is skipped.
    @Test("S0-16 a consumer that commits what it is not done with loses messages")
    func commitsTooEarly() throws {
        enum Mutant: SenderVariant {
            static var rules: SenderRules {
                changed(SenderRules()) { $0.consumer.commits.commits = { given, _ in given } }
            }
        }
        let fault = """
            faults:
              - { name: asked, at: 30s, crash: { target: connection-service, restart-after: 30s } }
              - { name: kill, at: 45s, crash: { target: message-consumer, lose: process, restart-after: 1s } }
            """
        #expect(try SenderRun(Mutant.self, drain: "120s", fault).isBroken("never-lost"))
        #expect(try SenderRun(drain: "120s", fault).broken == [])
    }
}
