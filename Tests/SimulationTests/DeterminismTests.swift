import Testing

@Suite("kernel: determinism")
struct DeterminismTests {
    @Test("two processes, and debug and release, give the same digests")
    func builds() throws {
        let once = try Probe.run("digests")
        #expect(once.exitCode == 0)
        #expect(once.output.split(separator: "\n").count == 32)
        #expect(once.output.split(separator: "\n").allSatisfy { $0.contains("reached its end") })
        #expect(try Probe.run("digests").output == once.output)
        #expect(try Probe.run("digests", build: .debug).output == once.output)
    }

    @Test("eight worlds at once on two threads give what they give alone")
    func sideBySide() throws {
        let alone = try Probe.run("digests").output
        #expect(try Probe.run("digests-side-by-side").output == alone)
        #expect(try Probe.run("digests-side-by-side", build: .debug).output == alone)
    }
}

@Suite("kernel: faults")
struct FaultTests {
    @Test(
        "a fault ends the process with seed, time, event and the command that repeats it",
        arguments: ["precondition", "fatalError", "recursion"])
    func fault(kind: String) throws {
        let outcome = try Probe.run("fault", kind)
        #expect(outcome.exitCode == 70)
        #expect(outcome.output == "")
        let report = """

              seed 77, simulated time 1.500000000 s, event 1
              repeat it with: kernel-probe fault \(kind)

            """
        #expect(outcome.errors.hasSuffix(report), "\(outcome.errors)")
        // The cause, by the function in which it went wrong.
        #expect(
            outcome.errors.contains(#/internal fault\n  (it|a rule) [^\n]+\n  in [^\n]+\n  called by /#),
            "\(outcome.errors)")
        // The probe is the module of a design here.
        let blame = """

              the code of the design was at work: look there first
              while it was the turn of Wrecker[0]

            """
        #expect(outcome.errors.contains(blame), "\(outcome.errors)")
    }

    @Test("a fault beside a world is reported too")
    func faultOutside() throws {
        let outcome = try Probe.run("fault", "outside")
        #expect(outcome.exitCode == 70)
        #expect(
            outcome.errors.contains(
                #/internal fault\n  [^\n]+\n  in [^\0]*\n  repeat it with: kernel-probe fault outside\n$/#),
            "\(outcome.errors)")
    }
}
