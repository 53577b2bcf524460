import Foundation
import Testing

/// Pages run. One after the other, for they are built in one folder.
@Suite("documentation", .serialized)
struct Documentation {
    /// The page's own commands, one after the other, and what a newcomer sees.
    @Test("a design written as the page says is a package of its own, with the whole command line")
    func yourOwnDesign() throws {
        let files = try Example.files(of: "docs/your-own-design.md").map { file in
            (file.path, file.text.replacing("\"../hubbub\"", with: "\"\(Example.root.path)\""))
        }
        #expect(
            files.map(\.0) == [
                "Package.swift", "Sources/post-office/main.swift", "Sources/post-office/PostOffice.swift",
                "Sources/post-office/Clerk.swift", "Sources/post-office/Porter.swift",
                "Sources/post-office/PassedOnOnce.swift",
                "Sources/post-office/ClerkRules.swift", "evening.yaml", "study.yaml",
                "Sources/post-office/MailRelay.swift", "Sources/post-office/main.swift", "broker.yaml",
            ])
        let relay = try #require(files.first { $0.0 == "Sources/post-office/MailRelay.swift" }?.1)
        #expect(relay.split(separator: "\n", omittingEmptySubsequences: false).dropLast().count <= 150)
        let scenario = try #require(files.first { $0.0 == "evening.yaml" }?.1)
        let slip = scenario.replacing("clerk.kept", with: "clerk.ketp").replacing(
            "letter-time", with: "leter-time")
        let example = try Example("post-office", files: files + [("slip.yaml", slip)])

        #expect(try example.run("validate", "evening.yaml") == ("", 0))
        let refused = try example.run("validate", "--format", "github", "slip.yaml")
        #expect(refused.code == 65)
        #expect(refused.output.contains("there is no 'leter-time' in clerk; did you mean 'letter-time'?"))
        #expect(refused.output.contains("unknown metric 'ketp' of role 'clerk'; did you mean 'kept'?"))

        let designs = try example.run("designs")
        #expect(
            designs.output.contains("post-office    Two clerks with a good memory and no paper, and a porter")
        )
        #expect(designs.code == 0)
        let design = try example.run("designs", "post-office")
        #expect(design.output.contains("CPU time of one letter"))
        #expect(design.output.contains("clerk.kept"))
        #expect(design.output.contains("A letter is passed on once, however often it is sent."))
        #expect(design.code == 0)

        let explained = try example.run("explain", "evening.yaml")
        #expect(explained.output.contains("letter-time: 1ms"))
        #expect(explained.output.contains("the largest kept of clerk is less than 200"))
        #expect(explained.code == 0)
        let metrics = try example.run("explain", "--metrics", "post-office")
        #expect(metrics.output.contains("letters in mind, not shown yet"))

        let run = try example.run("run", "evening.yaml", "--ascii", "--report")
        #expect(run.output.hasPrefix("hubbub run evening - post-office - seed 1"))
        #expect(run.output.contains("PASS"))
        #expect(run.output.contains("clerk.kept max"))
        #expect(run.code == 0)
        #expect(run.output.contains("not tested"))

        let impatient = ["run", "evening.yaml", "--ascii", "--verbose", "--set", "client.timeout=20ms"]
        let honest = try example.run(impatient)
        #expect(!honest.output.contains("passed-on-once"), "it was tested, and held")
        #expect(honest.code < 3)
        let hasty = try example.run(impatient + ["--set", "design=hasty-office"])
        #expect(hasty.code == 3)
        #expect(hasty.output.contains("A letter is passed on once, however often it is sent.: broken "))
        #expect(hasty.output.contains("was passed on again at 0."), "in seconds, as in the line above it")
        // What is to be typed names the program that has the design.
        #expect(hasty.output.contains("  post-office explain Reports/runs/evening/"), "\(hasty.output)")
        let story = try example.run("explain", "Reports/runs/evening/latest")
        #expect(story.output.contains("\n  post-office run evening.yaml --set"), "\(story.output)")
        #expect(try example.run("help", "run").output.contains("\n  post-office run [FILE...] "))
        // One thing is wrong with it, and nothing else: its phones find the other clerk like those of the honest one.
        func availability(_ output: String) -> Substring? {
            output.split(separator: "\n").first { $0.contains(" availability ") }
        }
        #expect(availability(honest.output)?.contains("ok ") == true, "\(honest.output)")
        #expect(availability(hasty.output) == availability(honest.output))
        let off = try example.run(
            impatient + ["--set", "design=hasty-office", "--set", "invariants.off=[passed-on-once]"])
        #expect(off.code < 3)

        // Its own baseline, with metrics and promises that nothing of the command line knows.
        let gate = ["check", "evening.yaml", "--baseline", "baseline.txt", "--ascii"]
        #expect(try example.run(gate + ["--update"]).code == 0)
        #expect(try example.run(gate).output.hasPrefix("same "))
        let slower = try example.run(gate + ["--set", "topology.clerk.letter-time=40ms"])
        #expect(slower.output.hasPrefix("REGRESSED   evening"), "\(slower.output)")
        #expect(slower.output.contains("clerk"), "\(slower.output)")
        #expect(slower.code == 1)
        let compared = try example.run([
            "compare", "evening.yaml", "--vary", "topology.clerk.letter-time=1ms,40ms", "--seeds", "1..3",
            "--ascii",
        ])
        #expect(compared.output.contains("clerk.kept max"), "\(compared.output)")
        #expect(compared.code == 0)
        let study = try example.run(["sweep", "study.yaml"])
        #expect(study.output.hasPrefix("topology.clerk.cores,seed,digest,verdict,"), "\(study.output)")
        #expect(study.output.split(separator: "\n").count == 3)

        try secondDesign(of: example)

        let crowded = try example.run("run", "evening.yaml", "--ascii", "--set", "users.online=50%")
        #expect(crowded.code == 1)
    }

    /// A log, a registry and a cache: a broker loses power, and nothing that was accepted is lost; unless it was
    /// accepted before the log had it.
    private func secondDesign(of example: Example) throws {
        let roles = try example.run("designs", "mail-relay").output
        for role in ["relay", "mail-log", "log-controller", "membership", "presence", "sentinel"] {
            #expect(roles.contains(role), "\(roles)")
        }
        let held = try example.run("run", "broker.yaml", "--ascii")
        #expect(held.output.contains("PASS"), "\(held.output)")
        #expect(held.output.contains("mail-log.lag max"))
        #expect(held.code == 0)
        let lost = try example.run([
            "run", "broker.yaml", "--ascii", "--set", "topology.relay.acks=none", "--set",
            "topology.relay.idempotence=off",
        ])
        #expect(lost.output.contains("FAIL lost count"), "\(lost.output)")
        #expect(lost.output.contains("An accepted letter is shown to everybody it was due to.: broken"))
        #expect(lost.code == 3)

        let gate = ["check", "broker.yaml", "--baseline", "broker.txt", "--ascii"]
        #expect(try example.run(gate + ["--update"]).code == 0)
        #expect(try example.run(gate).output.hasPrefix("same "))
        let slower = try example.run(gate + ["--set", "topology.relay.request-time=40ms"])
        #expect(slower.output.hasPrefix("REGRESSED   broker"), "\(slower.output)")
        #expect(slower.output.contains("relay"), "\(slower.output)")
        #expect(slower.code == 1)
    }
}
