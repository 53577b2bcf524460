public import Results
import Vocabulary

/// The files for other tools: all measures over time as one table, all percentiles, all events.
public enum Export {
    /// `series.csv`: a row for each value. Times are in nanoseconds since the start; a value that never came
    /// is `inf`.
    public static func series(of result: RunResult) -> String {
        var text = "time_ns,role,metric,statistic,unit,value\n"
        for series in result.latencies {
            let role = series.isControl ? "control" : ""
            let columns = [
                ("p50", series.p50), ("p90", series.p90), ("p99", series.p99), ("p99.9", series.p99_9),
            ]
            for index in series.counts.indices {
                let time = (series.slice * Int64(index)).nanoseconds
                text += "\(time),\(role),\(cell(series.metric)),count,count,\(series.counts[index])\n"
                guard series.counts[index] > 0 else { continue }
                for (statistic, values) in columns {
                    let value = values[index].map(String.init) ?? "inf"
                    text += "\(time),\(role),\(cell(series.metric)),\(statistic),ns,\(value)\n"
                }
            }
        }
        for gauge in result.gauges {
            let name = "\(cell(gauge.role)),\(cell(gauge.metric)),,\(gauge.unit.rawValue)"
            for (index, value) in gauge.values.enumerated() {
                guard let value else { continue }
                text += "\((gauge.slice * Int64(index)).nanoseconds),\(name),\(value)\n"
            }
        }
        return text
    }

    /// `latency.hgrm`: the first metric over the whole run, in milliseconds; nil when nothing was measured.
    public static func percentiles(of result: RunResult) -> String? {
        result.spectra.first?.distribution.text
    }

    /// `events.ndjson`: a JSON object on each line.
    public static func events(of result: RunResult) -> String {
        result.events.map { $0.stored.line + "\n" }.joined()
    }

    private static func cell(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            + "\""
    }
}
