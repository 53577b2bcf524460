import History
import Testing

@Suite("History: the speed of benchmarks")
struct SpeedTests {
    /// Odd rounds 100 and even ones 102 are apart by 2 of 101; the median distance is 1.
    @Test("noise is what the same program does to itself")
    func noise() {
        #expect(Speed.noise(of: [100, 100, 100, 100, 100, 100]) == 0)
        let noise = Speed.noise(of: [102, 100, 102, 100, 102, 100])
        // 3 · 1.4826 · 1.2533 · (1/101) / √6 = 2.25 %, more than A against A, 1.98 %.
        #expect((noise - 3 * 1.4826 * 1.2533 / 101 / 6.0.squareRoot()).magnitude < 1e-12)
    }

    @Test("a step is found where it is, one outlier is none, and few points have none")
    func steps() {
        // 100, 101, 99 in turn, and a tenth more from the 13th on.
        let flat = (0..<24).map { 100 + [0.0, 1, -1][$0 % 3] }
        let stepped = flat.enumerated().map { $0 < 12 ? $1 : $1 * 1.1 }
        #expect(Speed.steps(in: flat) == [])
        #expect(Speed.steps(in: stepped) == [12])
        #expect(Speed.steps(in: stepped.map { $0 } + [300]) == [12])
        #expect(Speed.steps(in: Array(stepped[5..<24])) == [], "19 points are too few")
        let twice = stepped + (0..<10).map { 130 + [0.0, 1, -1][$0 % 3] }
        #expect(Speed.steps(in: twice) == [12, 24])
    }
}
