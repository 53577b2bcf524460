import Simulation
import Testing

@Suite("simulation: random: generator")
struct GeneratorTests {
    /// Where a sequence of numbers can be taken from. Those across keys read the same place of neighbouring
    /// streams: what a run does when a hundred thousand users draw their first number.
    enum Source: CaseIterable, Sendable {
        case oneStream, acrossEntities, acrossPurposes, acrossSeeds

        func numbers(seed: UInt64, count: UInt64) -> [UInt64] {
            switch self {
            case .oneStream:
                var stream = Streams(seed: seed, purpose: Purpose("draw")).stream(of: 7)
                return (0..<count).map { _ in stream.next() }
            case .acrossEntities:
                let streams = Streams(seed: seed, purpose: Purpose("draw"))
                return (0..<count).map { first(of: streams.stream(of: $0)) }
            case .acrossPurposes:
                return (0..<count).map {
                    first(of: Streams(seed: seed, purpose: Purpose("draw\($0)")).stream(of: 7))
                }
            case .acrossSeeds:
                return (0..<count).map {
                    first(of: Streams(seed: seed << 32 + $0, purpose: Purpose("draw")).stream(of: 7))
                }
            }
        }

        private func first(of stream: RandomStream) -> UInt64 {
            var stream = stream
            return stream.next()
        }
    }

    @Test(
        "passes the battery along a stream and across streams", arguments: Source.allCases, Significance.seeds
    )
    func battery(source: Source, seed: UInt64) {
        #expect(Battery.flaws(in: source.numbers(seed: seed, count: 1 << 18)) == [])
    }

    @Test("neighbouring entities, purposes and seeds share nothing", arguments: Significance.seeds)
    func neighbours(seed: UInt64) {
        #expect(
            neighbourFlaws { entity in
                Streams(seed: seed, purpose: Purpose("draw")).stream(of: entity)
            } == [])
        #expect(
            neighbourFlaws { purpose in
                Streams(seed: seed, purpose: Purpose("draw\(purpose)")).stream(of: 7)
            } == [])
        #expect(
            neighbourFlaws { offset in
                Streams(seed: seed + offset, purpose: Purpose("draw")).stream(of: 7)
            } == [])
    }

    /// 64 pairs of neighbours, 4,096 numbers of each.
    private func neighbourFlaws(_ stream: (UInt64) -> RandomStream) -> [String] {
        func numbers(_ keys: Range<UInt64>) -> [UInt64] {
            keys.flatMap { key in
                var stream = stream(key)
                return (0..<4_096).map { _ in stream.next() }
            }
        }
        return Battery.neighbourFlaws(numbers(0..<64), numbers(1..<65))
    }

    @Test("every bit of seed, entity and counter changes every bit of a draw", arguments: Significance.seeds)
    func avalanche(seed: UInt64) {
        let streams = Streams(seed: seed, purpose: Purpose("draw"))
        #expect(Battery.avalanches { streams.stream(of: $0).key })
        #expect(
            Battery.avalanches { entity in
                var stream = streams.stream(of: entity)
                return stream.next()
            })
        #expect(
            Battery.avalanches { drawn in
                var stream = streams.stream(of: 7, drawn: drawn)
                return stream.next()
            })
        #expect(
            Battery.avalanches { other in
                var stream = Streams(seed: seed ^ other, purpose: Purpose("draw")).stream(of: 7)
                return stream.next()
            })
    }
}

/// Each check of the battery, seen to reject.
@Suite("simulation: random: generator: what the battery finds")
struct GeneratorTwins {
    /// A sound sequence to spoil.
    private let numbers = GeneratorTests.Source.oneStream.numbers(seed: 1, count: 1 << 18)

    @Test("a bit that is set in a quarter of the numbers")
    func bit() {
        let spoilt = zip(numbers, numbers.dropFirst()).map { $0 & ($1 | ~(1 << 17)) }
        #expect(Battery.flaws(in: spoilt).isSuperset(of: [.bit, .byte(2)]))
        #expect(!Battery.flaws(in: spoilt).contains(.byte(3)))
    }

    /// 0 stands for 1 in the highest byte: no bit of it but the lowest strays, and by 1/256.
    @Test("a byte that is never zero")
    func byte() {
        let spoilt = numbers.map { $0 >> 56 == 0 ? $0 | 1 << 56 : $0 }
        #expect(Battery.flaws(in: spoilt).contains(.byte(7)))
    }

    /// Knuth's MMIX constants: good at the top, but its lowest k bits repeat after 2ᵏ numbers.
    @Test("a linear congruential generator")
    func linear() {
        var state: UInt64 = 1
        let spoilt = (0..<1 << 18).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state
        }
        let flaws = Battery.flaws(in: spoilt)
        for dimension in 2...4 { #expect(flaws.contains(.tuple(dimension: dimension, fromTop: false))) }
        #expect(!flaws.contains(.tuple(dimension: 2, fromTop: true)))
    }

    @Test("numbers that are the mean of two successive ones")
    func smoothed() {
        let spoilt = zip(numbers, numbers.dropFirst()).map { $0 / 2 + $1 / 2 }
        #expect(Battery.flaws(in: spoilt).contains(.serial(lag: 1)))
        #expect(!Battery.flaws(in: spoilt).contains(.serial(lag: 2)))
    }

    /// Every second number takes four bits from the one before.
    @Test("numbers that keep some bits of the one before")
    func sticky() {
        let spoilt = numbers.indices.map { index in
            index % 2 == 0
                ? numbers[index] : numbers[index - 1] & 0xF000_0000 | numbers[index] & ~0xF000_0000
        }
        #expect(Battery.flaws(in: spoilt) == [.flips(lag: 1)])
    }

    /// The golden sequence without a finalizer: even to a fault.
    @Test("a counter that is not mixed")
    func unmixed() {
        let spoilt = (0..<1 << 18).map { UInt64($0) &* Mixing.step }
        let flaws = Battery.flaws(in: spoilt)
        #expect(flaws.isSuperset(of: [.spacings, .serial(lag: 1), .flips(lag: 1), .byte(7)]))
    }

    /// Keys one step apart, and a draw that uses the key once: neighbours are one sequence, shifted by one.
    @Test("streams that are shifted copies")
    func shifted() {
        func numbers(of entity: UInt64) -> [UInt64] {
            (1...1 << 18).map { n in Mixing.finalize((1_000_000 &+ entity &+ n) &* Mixing.step) }
        }
        let flaws = Battery.neighbourFlaws(numbers(of: 0), numbers(of: 1))
        #expect(flaws == ["bits agree at shift 1", "pairs are uneven at shift 1"])
    }

    /// Keys that are small numbers, and only the second round after the counter.
    @Test("streams keyed without mixing")
    func unmixedKeys() {
        let first = (0..<UInt64(1 << 18)).map { entity in
            let z = (entity ^ entity >> 27) &* Mixing.secondFactor
            return z ^ z >> 31
        }
        #expect(!Battery.flaws(in: first).isEmpty)
        #expect(
            !Battery.avalanches { entity in
                let z = (entity ^ entity >> 27) &* Mixing.secondFactor
                return z ^ z >> 31
            })
    }
}
