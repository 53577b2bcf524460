import Infrastructure
import Testing

@Suite("front: consistent hashing")
struct HashRingTests {
    /// 10,000 keys on 10 places with 128 points each: 1,000 at a place, and a standard deviation of 1/√128 of that for
    /// the points, 88; five of them to either side hold for ten places.
    @Test("each place has its share of the keys")
    func shares() {
        let ring = HashRing(10)
        var counts = Array(repeating: 0, count: 10)
        for key in 0..<10_000 { counts[ring.place(of: UInt64(key))] += 1 }
        #expect(counts.min()! > 560)
        #expect(counts.max()! < 1_440)
    }

    /// The eleventh place takes a share of one in eleven, 909 of 10,000, and no key moves between the others.
    @Test("one place more takes its share, and moves nothing else")
    func growth() {
        let (before, after) = (HashRing(10), HashRing(11))
        let moved = (0..<10_000).map(UInt64.init).filter { before.place(of: $0) != after.place(of: $0) }
        #expect((460...1_360).contains(moved.count))
        let places = Set(moved.map { after.place(of: $0) })
        #expect(places == [10])
    }

    @Test("the keys of a place that is not taken go to others, and no other key moves")
    func absence() {
        let ring = HashRing(5)
        var heirs: Set<Int> = []
        for key in 0..<1_000 {
            let (usual, place) = (ring.place(of: UInt64(key)), ring.place(of: UInt64(key)) { $0 != 2 })
            if usual == 2 { heirs.insert(place!) } else { #expect(place == usual) }
        }
        #expect(heirs == [0, 1, 3, 4])
        #expect(ring.place(of: 1) { _ in false } == nil)
    }
}
