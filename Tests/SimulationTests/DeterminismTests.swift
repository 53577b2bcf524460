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
            internal fault
              seed 77, simulated time 1.500000000 s, event 1
              repeat it with: kernel-probe fault \(kind)

            """
        #expect(outcome.errors.hasSuffix(report))
    }

    @Test("a fault beside a world is reported too")
    func faultOutside() throws {
        let outcome = try Probe.run("fault", "outside")
        #expect(outcome.exitCode == 70)
        #expect(
            outcome.errors.hasSuffix("internal fault\n  repeat it with: kernel-probe fault outside\n"))
    }
}
