import Cluster
import Infrastructure
import Simulation
import Testing
import Vocabulary

@Suite("front: balancing")
struct BalancerTests {
    private func balancer(_ count: Int, _ policy: Balancer.Policy) -> Balancer {
        Balancer(
            count, policy, bound: Factor(rounding: 1.25),
            drawing: Streams(seed: 1, purpose: Purpose("balancer")).stream(of: 0))
    }

    @Test("round robin: one after the other, those left out that are not well")
    func roundRobin() {
        var balancer = balancer(4, .roundRobin)
        #expect((0..<6).map { _ in balancer.choose() } == [0, 1, 2, 3, 0, 1])
        balancer.setHealth(of: 2, to: false)
        #expect((0..<4).map { _ in balancer.choose() } == [3, 0, 1, 3])
        balancer.setHealth(of: 2, to: true)
        #expect((0..<4).map { _ in balancer.choose() } == [0, 1, 2, 3])
    }

    @Test("least connections: the one with the fewest, the first of those that are equal")
    func leastConnections() {
        var balancer = balancer(3, .leastConnections)
        #expect((0..<4).map { _ in balancer.choose() } == [0, 1, 2, 0])
        balancer.end(at: 2)
        #expect(balancer.choose() == 2)
        balancer.end(at: 0)
        balancer.end(at: 0)
        #expect((0..<2).map { _ in balancer.choose() } == [0, 0])
    }

    /// 40 requests of one key on four places: 1.25 times the mean of 10 are 13, rounded up; then the next place on the
    /// ring takes what comes, and none ever has more.
    @Test("consistent hashing: a key that is asked for too much goes to the next places")
    func boundedLoad() {
        var balancer = balancer(4, .consistent)
        let first = balancer.choose(key: 7)!
        for _ in 1..<40 { _ = balancer.choose(key: 7) }
        let loads = (0..<4).map { balancer.requests(at: $0) }
        #expect(loads.reduce(0, +) == 40)
        #expect(loads.max() == 13)
        #expect(balancer.requests(at: first) == 13)
    }

    @Test("one that drains gets nothing more, and is drained when it has ended all")
    func draining() {
        var balancer = balancer(2, .roundRobin)
        #expect((0..<4).map { _ in balancer.choose() } == [0, 1, 0, 1])
        balancer.setDraining(of: 0, to: true)
        #expect((0..<2).map { _ in balancer.choose() } == [1, 1])
        balancer.end(at: 0)
        #expect(!balancer.isDrained(0))
        balancer.end(at: 0)
        #expect(balancer.isDrained(0))
        balancer.setDraining(of: 1, to: true)
        #expect(balancer.choose() == nil)
        balancer.setDraining(of: 0, to: false)
        #expect(balancer.choose() == 0)
    }

    @Test("what has failed at one goes to another, as long as there is one")
    func other() {
        var balancer = balancer(2, .roundRobin)
        #expect((0..<3).map { _ in balancer.choose(otherThan: 1) } == [0, 0, 0])
        balancer.setHealth(of: 0, to: false)
        #expect(balancer.choose(otherThan: 1) == 1)
    }

    /// 100 servers with a load of 90 %. Each of them alone is M/M/1 when any gets a request: a mean of ρ/(1 − ρ) = 9.
    /// With the shorter of two queues the share of servers that have i or more is ρ^(2^i − 1) (Vvedenskaya, Dobrushin,
    /// Karpelevich, 1996), for many servers: Σ = 0.9 + 0.729 + 0.478 + 0.206 + 0.038 + 0.001 = 2.35.
    ///
    /// The chain is made uniform: each step is an arrival with λ/(λ + nμ) = 90/190, else an end at one of the servers,
    /// each as likely as the others, which is nothing at one that is idle. So the mean over steps is that over time.
    @Test(
        "two choices beat a random one as is known, and the fewest of all beat both",
        arguments: [(Balancer.Policy.random, 9.0), (.twoChoices, 2.353)])
    func twoChoices(policy: Balancer.Policy, expected: Double) {
        let count = 100
        var balancer = balancer(count, policy)
        var stream = Streams(seed: 2, purpose: Purpose("chain")).stream(of: 0)
        var (present, sum) = (0, 0)
        let (warmUp, steps) = (400_000, 6_000_000)
        for step in 0..<warmUp + steps {
            let draw = stream.below(190)
            if draw < 90 {
                _ = balancer.choose()
                present += 1
            } else if balancer.requests(at: draw - 90) > 0 {
                balancer.end(at: draw - 90)
                present -= 1
            }
            if step >= warmUp { sum += present }
        }
        let mean = Double(sum) / Double(steps) / Double(count)
        #expect(abs(mean - expected) < 0.05 * expected, "\(mean)")
    }
}
