import Benchmarks
import Testing

/// Each formula at a place where its value can be worked out without it.
@Suite("fidelity: closed forms")
struct ClosedFormsTests {
    private func isClose(_ a: Double, _ b: Double) -> Bool { (a - b).magnitude <= 1e-12 * b.magnitude }

    @Test("M/M/1 at 0.8: five services on the average, and 3.2 customers wait")
    func singleServer() {
        #expect(isClose(ClosedForms.timeInSystem(utilisation: 0.8, service: 3), 15))
        #expect(isClose(ClosedForms.queueLength(utilisation: 0.8), 3.2))
        // Half of an exponential lies below ln 2 of its mean, 99 % below ln 100.
        #expect(
            isClose(
                ClosedForms.timeInSystem(quantile: 0.5, utilisation: 0.8, service: 1), 5 * 0.6931471805599453)
        )
        #expect(
            isClose(
                ClosedForms.timeInSystem(quantile: 0.99, utilisation: 0.8, service: 1), 5 * 4.605170185988091)
        )
    }

    /// c = 1: who comes waits when the server is busy, ρ. c = 2: 2ρ²/(1 + ρ), 1.28/1.8 at 0.8. c = 3 at a =
    /// 2: the sum of aᵏ/k! up to 2 is 5, a³/3! is 4/3, times 3 for the 1/(1 − ρ) is 4: 4/(5 + 4).
    @Test("Erlang's C for one, two and three servers")
    func erlang() {
        for utilisation in [0.1, 0.5, 0.8, 0.99] {
            #expect(isClose(ClosedForms.erlangC(servers: 1, utilisation: utilisation), utilisation))
        }
        #expect(isClose(ClosedForms.erlangC(servers: 2, utilisation: 0.8), 1.28 / 1.8))
        #expect(isClose(ClosedForms.erlangC(servers: 3, utilisation: 2.0 / 3), 4.0 / 9))
        // 1.28/1.8 of a service over 0.4 idle servers.
        #expect(isClose(ClosedForms.wait(servers: 2, utilisation: 0.8, service: 1), 16.0 / 9))
    }

    /// 0.8/0.2 = 4 services for exponential service, half of that for constant.
    @Test("Pollaczek and Khinchine, for M/M/1, M/D/1 and twice the variance")
    func pollaczekKhinchine() {
        #expect(isClose(ClosedForms.wait(utilisation: 0.8, service: 1, squaredVariation: 1), 4))
        #expect(
            isClose(
                ClosedForms.wait(utilisation: 0.8, service: 1, squaredVariation: 1),
                ClosedForms.wait(servers: 1, utilisation: 0.8, service: 1)))
        #expect(isClose(ClosedForms.wait(utilisation: 0.8, service: 1, squaredVariation: 0), 2))
        #expect(isClose(ClosedForms.wait(utilisation: 0.8, service: 1, squaredVariation: 2), 6))
    }

    /// 0.5/0.5 + 0.75/0.25.
    @Test("a tandem adds up its servers, each as if alone")
    func tandem() {
        #expect(isClose(ClosedForms.timeInTandem(gap: 1, services: [0.5, 0.75]), 4))
    }

    /// At 0.5: 1 + 2⁻² + 2⁻⁶ + 2⁻¹⁴ + 2⁻³⁰ + 2⁻⁶² services. Idle servers serve at once.
    @Test("two choices")
    func twoChoices() {
        #expect(
            isClose(
                ClosedForms.timeInSystemOfTwoChoices(utilisation: 0.5, service: 2),
                2 * (1.265625 + 0x1p-14 + 0x1p-30)))
        #expect(ClosedForms.timeInSystemOfTwoChoices(utilisation: 0, service: 1) == 1)
    }

    /// 1 − 0.9² = 0.19, and 0.99¹⁰⁰ = 0.36603.
    @Test("at least one of several")
    func atLeastOne() {
        #expect(isClose(ClosedForms.atLeastOne(of: 2, chance: 0.1), 0.19))
        #expect((ClosedForms.atLeastOne(of: 100, chance: 0.01) - 0.63397).magnitude < 1e-5)
    }

    /// z₉₉.₉/z₉₉ = 1.328362, and 2 to that power is 2.511.
    @Test("the tail of a lognormal distribution")
    func logNormal() {
        #expect((ClosedForms.logNormalP99_9(median: 10, p99: 20) - 25.11).magnitude < 0.01)
    }

    /// As many packets enter the bad state as leave it: with p = r it finds half of all, with r = 19p one in
    /// 20.
    @Test("Gilbert's link")
    func gilbert() {
        #expect(isClose(ClosedForms.gilbertLoss(worsens: 0.3, recovers: 0.3), 0.5))
        #expect(isClose(ClosedForms.gilbertLoss(worsens: 0.01, recovers: 0.19), 0.05))
        #expect(isClose(ClosedForms.gilbertBurst(recovers: 0.25), 4))
    }
}
