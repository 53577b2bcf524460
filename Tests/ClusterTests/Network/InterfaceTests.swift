import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: network: interfaces")
struct InterfaceTests {
    /// 1,500 bytes at 1 Gbit/s take 12 us. Three come at once, a fourth when the line has been idle for 4 us.
    @Test("a burst leaves one after the other")
    func burst() {
        var line = Interface(Bandwidth(.gigabitsPerSecond(1)))
        let size = ByteCount.bytes(1_500)
        #expect(line.send(size, at: .start) == .at(.microseconds(12)))
        #expect(line.send(size, at: .start) == .at(.microseconds(24)))
        #expect(line.queueingDelay(at: .start) == .microseconds(24))
        #expect(line.send(size, at: .at(.microseconds(6))) == .at(.microseconds(36)))
        #expect(line.queueingDelay(at: .at(.microseconds(40))) == .zero)
        #expect(line.send(size, at: .at(.microseconds(40))) == .at(.microseconds(52)))
        #expect(line.busyUntil == .at(.microseconds(52)))
    }

    /// 1,000 bytes at 1 Mbit/s take 8 ms; 3,000 bytes of buffer are 24 ms. The fourth would make it 32 ms; 8
    /// ms later, there is room for it, at the end of the 24 ms. One nanosecond earlier there is not.
    @Test("a small buffer refuses what a large one keeps waiting")
    func buffers() {
        let size = ByteCount.bytes(1_000)
        var small = Interface(Bandwidth(.megabitsPerSecond(1), buffer: .bytes(3_000)))
        var bloated = Interface(Bandwidth(.megabitsPerSecond(1), buffer: .megabytes(1)))
        for place in 1...3 {
            #expect(small.offer(size, at: .start) == .at(.milliseconds(8 * Int64(place))))
            #expect(bloated.offer(size, at: .start) == .at(.milliseconds(8 * Int64(place))))
        }
        #expect(small.offer(size, at: .start) == nil)
        #expect(bloated.offer(size, at: .start) == .at(.milliseconds(32)))
        #expect(small.offer(size, at: .at(.milliseconds(8) - .nanoseconds(1))) == nil)
        #expect(small.offer(size, at: .at(.milliseconds(8))) == .at(.milliseconds(32)))

        // 10⁶ bytes hold 1,000 of them: 8 s of waiting.
        for place in 5...1_000 {
            #expect(bloated.offer(size, at: .start) == .at(.milliseconds(8 * Int64(place))))
        }
        #expect(bloated.offer(size, at: .start) == nil)
        #expect(bloated.queueingDelay(at: .start) == .seconds(8))

        // A stream keeps what is too much in its own memory.
        #expect(small.send(.kilobytes(100), at: .at(.milliseconds(8))) == .at(.milliseconds(832)))
    }

    /// 8 Mbit/s are 1 us for a byte; a burst of 3,000 bytes is 3 ms of them. 2,000 and 1,000 pass at once;
    /// 1,000 more have to wait for 1 ms. At 2 ms the bucket has gained 1,000 since, and at 10 ms it is full,
    /// not fuller.
    @Test("a token bucket lets a burst pass, and then its rate")
    func tokens() {
        var bucket = Interface(Bandwidth(.megabitsPerSecond(8), burst: .bytes(3_000)))
        #expect(bucket.send(.bytes(2_000), at: .start) == .start)
        #expect(bucket.send(.bytes(1_000), at: .start) == .start)
        #expect(bucket.send(.bytes(1_000), at: .start) == .at(.milliseconds(1)))
        #expect(bucket.send(.bytes(1_000), at: .at(.milliseconds(2))) == .at(.milliseconds(2)))
        #expect(bucket.send(.bytes(3_000), at: .at(.milliseconds(10))) == .at(.milliseconds(10)))
        #expect(bucket.send(.bytes(5_000), at: .at(.milliseconds(10))) == .at(.milliseconds(15)))
    }

    @Test(
        "no line carries more than its rate and its burst", arguments: [0, 1, 10_000], Chance.seeds)
    func neverFaster(burst: Int64, seed: UInt64) {
        let bandwidth = Bandwidth(
            .kilobitsPerSecond(15_600), burst: .bytes(burst), buffer: .kilobytes(20))
        var line = Interface(bandwidth)
        var stream = Streams(seed: seed, purpose: Purpose("interface test")).stream(of: 0)
        var now = Instant.start
        var departures: [Departure] = []
        for _ in 0..<2_000 {
            now = now + .microseconds(Int64(stream.below(1_500)))
            let size = ByteCount.bytes(Int64(stream.below(1_500)))
            let left =
                stream.below(2) == 0 ? line.send(size, at: now) : line.offer(size, at: now)
            guard let left else { continue }
            #expect(left >= now)
            departures.append(Departure(at: left, size: size))
        }
        #expect(excess(departures, bandwidth) == nil)
    }

    /// 1-byte packets at 3 Mbit/s take 2,666.67 ns; rounded down, 2,666 ns, the line gains 1 ns in 4,000.
    @Test("the check notices a line that rounds down, and one that forgets its queue")
    func mutants() {
        let bandwidth = Bandwidth(.megabitsPerSecond(3))
        let rounded = (1...10).map { Departure(at: .at(.nanoseconds(2_666 * $0)), size: .bytes(1)) }
        #expect(excess(rounded, bandwidth) == "8 bits in 2.666us, up to 5.332us")
        let forgetful = (1...2).map { _ in Departure(at: .at(.microseconds(8)), size: .bytes(3)) }
        #expect(excess(forgetful, bandwidth) == "24 bits in 0s, up to 8us")
    }

    private struct Departure {
        var at: Instant
        var size: ByteCount
    }

    /// The first stretch in which more has left than rate · time + burst. A stretch begins where something
    /// has left.
    private func excess(_ departures: [Departure], _ bandwidth: Bandwidth) -> String? {
        for start in departures.indices {
            var bits: Int64 = 0
            for next in departures[(start + 1)...].prefix(50) {
                bits += next.size.bytes * 8
                let time = next.at - departures[start].at
                let allowed =
                    Int128(time.nanoseconds) * Int128(bandwidth.rate.bitsPerSecond)
                    + Int128(bandwidth.burst.bytes * 8) * 1_000_000_000
                if Int128(bits) * 1_000_000_000 > allowed {
                    return "\(bits) bits in \(time), up to \(next.at)"
                }
            }
        }
        return nil
    }
}
