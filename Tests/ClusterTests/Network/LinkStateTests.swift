import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: network: links")
struct LinkStateTests {
    private static let rough = LinkProfile(
        delay: .delay(median: .milliseconds(20), p99: .milliseconds(90)), floor: .milliseconds(15),
        loss: .independent(Bernoulli(0.02)), duplication: Bernoulli(0.05),
        reordering: LinkProfile.Reordering(probability: Bernoulli(0.05), extra: .milliseconds(40)),
        corruption: Bernoulli(0.03))

    private func fates(
        _ conditions: LinkConditions, _ packets: Int = 1_000, entity: UInt32 = 3
    ) -> [Fate] {
        var link = LinkState(entity: entity)
        return (0..<packets).map {
            link.fate(of: .bytes(500), at: .at(.milliseconds(Int64($0))), under: conditions)
        }
    }

    @Test("a link's state is 24 bytes")
    func size() {
        #expect(MemoryLayout<LinkState>.stride == 24)
    }

    /// 10 ms from the link, 2 ms and 5 ms from two faults, 30 ms held up by the second. 1,000 bytes at the 4
    /// Mbit/s of the narrowest take 2 ms, so the second waits for 2 ms more.
    @Test("stretches add up, and the narrowest decides")
    func sum() {
        var conditions = LinkConditions(
            LinkProfile(delay: .delay(.milliseconds(10)), bandwidth: Bandwidth(.megabitsPerSecond(100))),
            named: "link", seed: 1)
        _ = conditions.apply(
            LinkProfile(delay: .delay(.milliseconds(2)), bandwidth: Bandwidth(.megabitsPerSecond(4))),
            named: "narrow")
        _ = conditions.apply(
            LinkProfile(
                delay: .delay(.milliseconds(1)), floor: .milliseconds(5),
                reordering: LinkProfile.Reordering(probability: Bernoulli(1), extra: .milliseconds(30)),
                corruption: Bernoulli(1)), named: "slow")
        var link = LinkState(entity: 0)
        for wait: Int64 in [2, 4] {
            #expect(
                link.fate(of: .bytes(1_000), at: .start, under: conditions)
                    == .delivered(
                        after: .milliseconds(47 + wait), corrupted: true, duplicateAfter: nil))
        }
    }

    /// 1,000 bytes take 8 ms at 1 Mbit/s, and 2,000 bytes of buffer hold two of them.
    @Test("a full buffer drops, and a second copy comes the second time")
    func buffer() {
        let conditions = LinkConditions(
            LinkProfile(
                delay: .delay(.milliseconds(1)), duplication: Bernoulli(1),
                bandwidth: Bandwidth(.megabitsPerSecond(1), buffer: .bytes(2_000))),
            named: "link", seed: 1)
        var link = LinkState(entity: 0)
        for after in [Span.milliseconds(9), .milliseconds(17)] {
            #expect(
                link.fate(of: .bytes(1_000), at: .start, under: conditions)
                    == .delivered(after: after, corrupted: false, duplicateAfter: after))
        }
        #expect(link.fate(of: .bytes(1_000), at: .start, under: conditions) == .dropped(.bufferFull))
    }

    @Test(
        "features are as frequent as stated, and a second copy has a delay of its own",
        arguments: Chance.seeds)
    func frequencies(seed: UInt64) {
        let packets = 50_000
        let fates = fates(LinkConditions(Self.rough, named: "link", seed: seed), packets)
        var arrived = 0
        var corrupted = 0
        var duplicated = 0
        var late = 0
        for case .delivered(let after, let isCorrupted, let second) in fates {
            arrived += 1
            #expect(after >= .milliseconds(15))
            if isCorrupted { corrupted += 1 }
            if after < .milliseconds(20) { late += 1 }
            if let second {
                duplicated += 1
                // The floor makes equal delays, which need no luck.
                #expect(second != after || after == .milliseconds(15) || after == .milliseconds(55))
            }
        }
        func check(_ count: Int, of trials: Int, _ probability: Double) {
            let trials = Double(trials)
            #expect(
                Chance.isNear(
                    Double(count), trials * probability,
                    standardError: (trials * probability * (1 - probability)).squareRoot()))
        }
        check(arrived, of: packets, 0.98)
        check(corrupted, of: arrived, 0.03)
        check(duplicated, of: arrived, 0.05)
        check(late, of: arrived, 0.5 * 0.95)  // below the median, and not held up
    }

    /// Loss decides whether a packet has a delay at all, so only what arrives is compared.
    @Test("turning a feature on moves no draw of another")
    func independence() {
        let plain = LinkProfile(delay: Self.rough.delay)
        func profile(_ change: (inout LinkProfile) -> Void) -> [Fate] {
            var profile = plain
            change(&profile)
            return fates(LinkConditions(profile, named: "link", seed: 5))
        }
        let delays = profile { _ in }.map(\.after)
        #expect(delays == profile { $0.duplication = Self.rough.duplication }.map(\.after))
        #expect(delays == profile { $0.corruption = Self.rough.corruption }.map(\.after))
        let lossy = profile { $0.loss = Self.rough.loss }.map(\.after)
        #expect(lossy.contains(nil))
        #expect(zip(delays, lossy).allSatisfy { $1 == nil || $0 == $1 })
        let reordered = profile { $0.reordering = Self.rough.reordering }.map(\.after)
        #expect(
            zip(delays, reordered).allSatisfy { delay, held in
                guard let delay, let held else { return false }
                return held == delay || held == delay + .milliseconds(40)
            })

        // Another link, seed or name is another sequence.
        let conditions = LinkConditions(plain, named: "link", seed: 5)
        #expect(delays != fates(conditions, entity: 4).map(\.after))
        #expect(delays != fates(LinkConditions(plain, named: "link", seed: 6)).map(\.after))
        #expect(delays != fates(LinkConditions(plain, named: "other", seed: 5)).map(\.after))
    }

    @Test(
        "a fault of strength zero changes nothing",
        arguments: [
            LinkProfile(), LinkProfile(delay: .delay(.zero)),
            LinkProfile(delay: .uniform(Uniform(from: 0, to: 0.4))),
            LinkProfile(loss: .independent(Bernoulli(0))), LinkProfile(loss: .chosen([])),
            LinkProfile(loss: .bursts(GilbertElliott(worsens: Bernoulli(0), recovers: Bernoulli(1)))),
            LinkProfile(
                reordering: LinkProfile.Reordering(probability: Bernoulli(0), extra: .seconds(1))),
            LinkProfile(reordering: LinkProfile.Reordering(probability: Bernoulli(1), extra: .zero)),
        ])
    func strengthZero(fault: LinkProfile) {
        for profile in [Self.rough, LinkProfile(loss: .bursts(Self.burst))] {
            let healthy = LinkConditions(profile, named: "link", seed: 9)
            var faulty = healthy
            _ = faulty.apply(fault, named: "fault")
            #expect(fates(healthy) == fates(faulty))
        }
    }

    private static let burst = GilbertElliott(worsens: Bernoulli(0.1), recovers: Bernoulli(0.3))

    @Test("a packet is lost exactly if some stretch alone would lose it", arguments: Chance.seeds)
    func union(seed: UInt64) {
        let bursts = LinkProfile(loss: .bursts(Self.burst))
        let other = LinkProfile(
            loss: .bursts(GilbertElliott(worsens: Bernoulli(0.2), recovers: Bernoulli(0.2))))
        func losses(_ profile: LinkProfile, _ faults: [LinkProfile]) -> [Bool] {
            var conditions = LinkConditions(profile, named: "link", seed: seed)
            for fault in faults { _ = conditions.apply(fault, named: "fault") }
            return fates(conditions).map { $0 == .dropped(.loss) }
        }
        let link = losses(bursts, [])
        let fault = losses(LinkProfile(), [other])
        #expect(losses(bursts, [other]) == zip(link, fault).map { $0 || $1 })
    }

    /// 1 − ½ · ½ · ½ = ⅞ of the packets.
    @Test("faults of one strength hit different packets", arguments: Chance.seeds)
    func ownDraws(seed: UInt64) {
        let half = LinkProfile(loss: .independent(Bernoulli(0.5)))
        var conditions = LinkConditions(half, named: "link", seed: seed)
        _ = conditions.apply(half, named: "one")
        _ = conditions.apply(half, named: "two")
        let lost = fates(conditions, 10_000).count { $0 == .dropped(.loss) }
        let standardError = (10_000 * 7.0 / 64).squareRoot()
        #expect(Chance.isNear(Double(lost), 8_750, standardError: standardError))
    }

    /// 2, 3 and 5 ms, and every sum of some of them.
    @Test("faults of one kind overlap and are removed in any order")
    func removal() {
        let healthy = LinkConditions(LinkProfile(delay: Self.rough.delay), named: "link", seed: 2)
        let extra: [Int64] = [2, 3, 5]
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            var conditions = healthy
            let ids = extra.map {
                conditions.apply(LinkProfile(delay: .delay(.milliseconds($0))), named: "\($0) ms")
            }
            var link = LinkState(entity: 3)
            var reference = LinkState(entity: 3)
            var sum: Int64 = 10
            for next in order {
                let expected = reference.fate(of: .bytes(500), at: .start, under: healthy).after
                #expect(
                    link.fate(of: .bytes(500), at: .start, under: conditions).after
                        == expected.map { $0 + .milliseconds(sum) })
                conditions.remove(ids[next])
                sum -= extra[next]
            }
            // What follows is as if there had never been a fault.
            for _ in 0..<100 {
                #expect(
                    link.fate(of: .bytes(500), at: .start, under: conditions)
                        == reference.fate(of: .bytes(500), at: .start, under: healthy))
            }
        }
    }

    /// The first fault leaves the link in its bad state, which the second would never leave and, 10⁻⁹ apart,
    /// never enters.
    @Test("a fault with bursts starts well, whatever an earlier one left behind")
    func burstsStartWell() {
        let base = LinkProfile(loss: .bursts(Self.burst))
        var conditions = LinkConditions(base, named: "link", seed: 4)
        let healthy = conditions
        var link = LinkState(entity: 1)
        var reference = link
        let always = GilbertElliott(worsens: Bernoulli(1), recovers: Bernoulli(0))
        let sticky = GilbertElliott(worsens: Bernoulli(1e-9), recovers: Bernoulli(0))
        let first = conditions.apply(LinkProfile(loss: .bursts(always)), named: "first")
        for _ in 0..<10 {
            let passes = link.passes(under: conditions)
            #expect(!passes)
            _ = reference.passes(under: healthy)
        }
        conditions.remove(first)
        _ = conditions.apply(LinkProfile(loss: .bursts(sticky)), named: "second")
        for _ in 0..<200 {
            #expect(link.passes(under: conditions) == reference.passes(under: healthy))
        }
    }

    @Test("two faults of one name, and a fault removed twice, stop the program")
    func refused() async {
        await #expect(processExitsWith: .failure) {
            var conditions = LinkConditions(LinkProfile(), named: "link", seed: 1)
            _ = conditions.apply(LinkProfile(), named: "fault")
            _ = conditions.apply(LinkProfile(), named: "fault")
        }
        await #expect(processExitsWith: .failure) {
            var conditions = LinkConditions(LinkProfile(), named: "link", seed: 1)
            let id = conditions.apply(LinkProfile(), named: "fault")
            conditions.remove(id)
            conditions.remove(id)
        }
    }

    /// Half of the round trips of the table, in ms; all but a hundredth of the delays lie below p99.
    @Test(
        "calibrated links have the calibrated percentiles",
        arguments: [
            (LinkProfile.sameHost, 0.015, 0.015), (.sameRack, 0.05, 0.25), (.sameZone, 0.125, 0.5),
            (.crossZone, 0.4, 1.25), (.between(.usEast, .usEast), 0.4, 1.25),
            (.between(.saEast, .saEast), 1, 3.125), (.between(.usEast, .euWest), 40.25, 44.275),
            (.between(.saEast, .apSoutheast), 164.05, 180.455), (.mobile4G(.up), 30, 200),
            (.mobile5G(.down), 25, 150), (.wifi(.down), 9.5, 133),
        ])
    func calibrated(profile: LinkProfile, median: Double, p99: Double) {
        #expect((profile.delay.quantile(0.5) / (median * 1e6) - 1).magnitude < 1e-9)
        #expect((profile.delay.quantile(0.99) / (p99 * 1e6) - 1).magnitude < 1e-9)
    }

    @Test("a way between regions is as long as the way back")
    func symmetry() {
        for a in LinkProfile.Region.allCases {
            for b in LinkProfile.Region.allCases {
                #expect(LinkProfile.between(a, b) == .between(b, a))
            }
        }
    }
}

extension Fate {
    fileprivate var after: Span? {
        if case .delivered(let after, _, _) = self { after } else { nil }
    }
}
