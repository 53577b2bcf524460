import Simulation
import Testing

@Suite("simulation: random: spreads")
struct SpreadTests {
    private static let table = QuantileTable([(0, 1), (0.5, 2), (0.9, 5), (1, 20)])

    @Test("every spread takes one draw and the quantile of it, so that a file may replace one by another")
    func oneDraw() {
        let spreads: [Spread] = [
            .constant(3), .uniform(Uniform(from: 2, to: 5)), .exponential(Exponential(mean: 3)),
            .logNormal(LogNormal(median: 20, share: 0.99, below: 80, floor: 10)),
            .pareto(Pareto(from: 2, shape: 1.5, to: 100)), .table(Self.table),
        ]
        for spread in spreads {
            var stream = Streams(seed: 1, purpose: Purpose("spread")).stream(of: 0)
            var share = stream
            for _ in 0..<1_000 { #expect(spread.sample(&stream) == spread.quantile(share.openUnit())) }
            #expect(stream.drawn == 1_000)
        }
    }

    @Test("a spread is the distribution it holds")
    func held() {
        func check(_ spread: Spread, _ quantile: (Double) -> Double) {
            for step in 1..<100 {
                let share = Double(step) / 100
                #expect(spread.quantile(share) == quantile(share))
            }
        }
        let logNormal = LogNormal(median: 20, share: 0.99, below: 80, floor: 10)
        let pareto = Pareto(from: 2, shape: 1.5, to: 100)
        check(.constant(3)) { _ in 3 }
        check(.uniform(Uniform(from: 2, to: 5)), Uniform(from: 2, to: 5).quantile)
        check(.exponential(Exponential(mean: 3)), Exponential(mean: 3).quantile)
        check(.logNormal(logNormal), logNormal.quantile)
        check(.pareto(pareto), pareto.quantile)
        check(.table(Self.table), Self.table.quantile)
    }
}
