import Cluster
import Simulation
import Testing

@Suite("machine: ring")
struct RingTests {
    @Test("agrees with an array, however it grows and goes round", arguments: 1...3 as ClosedRange<UInt64>)
    func agreesWithArray(seed: UInt64) {
        var stream = Streams(seed: seed, purpose: Purpose("ring test")).stream(of: 0)
        var (ring, array, next) = (Ring<Int>(), [Int](), 0)
        for step in 0..<20_000 {
            // Longer and shorter by turns, a few hundred steps each.
            if stream.below(100) < (step / 300 % 2 == 0 ? 60 : 40) {
                ring.append(next)
                array.append(next)
                next += 1
            } else if !array.isEmpty {
                #expect(ring.removeFirst() == array.removeFirst())
            }
            #expect((0..<ring.count).map { ring[$0] } == array)
        }
        ring.removeAll()
        #expect(ring.count == 0)
    }
}
