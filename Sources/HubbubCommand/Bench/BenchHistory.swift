import History
import Vocabulary

/// What a bench run says beside those that were kept before: in which benchmarks more changed than noise does.
struct BenchHistory {
    private struct Trend {
        let name: String
        let before: Double?
        let now: Double
        let noise: Double
        let steps: [String]
        let isSlower: Bool
    }

    private let lines: [Trend]
    /// Those that are slower than the last time, beyond the noise of both.
    let slower: [String]
    let points: [SpeedHistory.SpeedSample]

    init(_ rows: [BenchRow], in history: SpeedHistory) throws(Failure) {
        var (lines, points): ([Trend], [SpeedHistory.SpeedSample]) = ([], [])
        for row in rows where row.plain == 0 {
            let rounds = row.rounds
            let now = Speed.median(rounds)
            let noise = Speed.noise(of: rounds)
            let name = row.benchmark.name
            let before: [SpeedHistory.SpeedSample]
            do throws(DatabaseError) { before = try history.points(of: name) } catch { throw Failure(error) }
            let last = before.last
            let band = max(noise, last?.noise ?? 0)
            let series = before.map(\.each) + [now]
            let steps = Speed.steps(in: series).map { place in
                let since = place < before.count ? before[place].time : "now"
                let (left, right) = (Speed.median(series[..<place]), Speed.median(series[place...]))
                return "\(BenchHistory.percent(right / left - 1)) since \(since)"
            }
            lines.append(
                Trend(
                    name: name, before: last?.each, now: now, noise: band, steps: steps,
                    isSlower: last.map { now / $0.each - 1 > band } ?? false))
            points.append(
                SpeedHistory.SpeedSample(
                    time: Stopwatch.dateAndTime, build: Build.name, benchmark: name, each: now, noise: noise))
        }
        (self.lines, self.points) = (lines, points)
        slower = lines.filter(\.isSlower).map(\.name)
    }

    var text: String {
        let rows = lines.map { line -> [String] in
            [
                line.name, line.before.map { decimal($0, places: 1) } ?? "—", decimal(line.now, places: 1),
                line.before.map { Self.percent(line.now / $0 - 1) } ?? "first time",
                "± " + Self.percent(line.noise).dropFirst(),
                (line.isSlower ? ["slower than noise"] : []).joined()
                    + (line.steps.isEmpty ? "" : " " + line.steps.joined(separator: ", ")),
            ]
        }
        return "\n" + table([["benchmark", "ns last", "ns now", "change", "noise", ""]] + rows)
    }

    var json: JSON {
        .array(
            lines.map { line in
                .object([
                    ("benchmark", .string(line.name)), ("ns_last", JSON(line.before)),
                    ("ns_now", .number(line.now)),
                    ("noise_share", .number(line.noise)), ("slower", .bool(line.isSlower)),
                    ("steps", .array(line.steps.map(JSON.string))),
                ])
            })
    }

    private static func percent(_ share: Double) -> String {
        (share < 0 ? "" : "+") + decimal(share * 100, places: 1) + " %"
    }
}

extension Failure {
    init(_ error: DatabaseError) {
        let code: ExitCode =
            switch error.problem {
            case .noDatabase, .foreign, .otherVersion, .damaged: .badFile
            case .notAccessible: .cannotCreate
            case .busy, .failed: .outputFailed
            }
        self.init(code, error.message)
    }
}
