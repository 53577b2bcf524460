import Results
import Vocabulary

/// The horizontal axis that all charts over time share: from the start of the run to the end of the drain,
/// or to where it was over before that.
///
/// The drain is long, so that the last letter can come, and mostly silence: it takes a tenth of the width at most, and
/// time runs faster in it then.
struct Timeline {
    let end: Instant
    private let result: RunResult
    /// Up to here time is drawn to one scale: to the end of sends, or of the last fault.
    private let bend: Instant
    /// In thousandths of the width.
    private let bendPlace: Double

    init(of result: RunResult) {
        self.result = result
        end = result.run.end
        bend = min(end, result.faults.compactMap(\.to).reduce(result.run.endOfSends, max))
        bendPlace =
            end > .start ? max(900, Double(bend.nanoseconds) / Double(end.nanoseconds) * 1_000) : 1_000
    }

    /// In thousandths of the width.
    func place(of time: Instant) -> Double {
        guard end > .start else { return 0 }
        guard time > bend else { return Double(time.nanoseconds) / Double(bend.nanoseconds) * bendPlace }
        let rest = Double((time - bend).nanoseconds) / Double((end - bend).nanoseconds)
        return min(1_000, bendPlace + rest * (1_000 - bendPlace))
    }

    /// How much faster time runs beyond the bend; nil where it does not.
    var haste: Double? {
        guard end > bend, bend > .start else { return nil }
        let (before, after) = (
            (bend - .start).seconds / bendPlace, (end - bend).seconds / (1_000 - bendPlace)
        )
        return after > before * 1.001 ? after / before : nil
    }

    func place(of time: Span) -> Double { place(of: .at(time)) }

    /// Four to nine round moments.
    var ticks: [Instant] {
        let steps: [Int64] = [
            1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200,
        ]
        let last = haste == nil ? end : bend
        let seconds = steps.first { Int64(last.nanoseconds / 1_000_000_000) / $0 <= 8 } ?? 86_400
        let step =
            last.nanoseconds > 2_000_000_000 ? UInt64(seconds) * 1_000_000_000 : max(1, last.nanoseconds / 4)
        return Array(stride(from: 0, through: last.nanoseconds, by: Int(step))).map(Instant.init)
            + (haste == nil ? [] : [end])
    }

    /// The time of each fault, shaded over the whole height. One that lasts a moment only is a thin line.
    var shading: Markup {
        var markup: Markup = ""
        for fault in result.faults {
            let from = place(of: fault.from)
            let width = max(1, place(of: fault.to ?? end) - from)
            markup += """
                <rect class="fault" x="\(at: from)" y="0" width="\(at: width)" height="1000"/>
                """
        }
        let sendsEnd = place(of: result.run.endOfSends)
        if sendsEnd < 1_000 {
            markup += """
                <rect class="drain" x="\(at: sendsEnd)" y="0" width="\(at: 1_000 - sendsEnd)" height="1000"/>
                """
        }
        let warm = place(of: result.run.warmup)
        if warm > 0 {
            markup += "<rect class=\"drain\" x=\"0\" y=\"0\" width=\"\(at: warm)\" height=\"1000\"/>"
        }
        return markup
    }

    /// Where each fault begins and ends, as lines: over a drawing that hides the shading.
    var edges: Markup {
        var path = ""
        for fault in result.faults {
            path += "M\(coordinate(place(of: fault.from))) 0V1000"
            if let to = fault.to, place(of: to) - place(of: fault.from) >= 1 {
                path += "M\(coordinate(place(of: to))) 0V1000"
            }
        }
        return path.isEmpty ? "" : "<path class=\"edges\" d=\"\(path)\"/>"
    }

    /// For who cannot see the shading: `; faults: split 4m–5m`. Nothing without faults.
    var spokenFaults: String {
        let faults = result.faults.prefix(8).map { Wording.fault($0) }
        let rest = result.faults.count - faults.count
        return faults.isEmpty
            ? "" : "; faults: " + (faults + (rest > 0 ? ["and \(rest) more"] : [])).joined(separator: ", ")
    }

    /// Where phases of the load begin, and their names at the bottom of a large chart; nothing for one phase.
    var phases: (lines: Markup, names: Markup) {
        guard result.phases.count > 1 else { return ("", "") }
        var path = ""
        var names: Markup = ""
        for phase in result.phases {
            let from = place(of: phase.from)
            path += "M\(coordinate(from)) 0V1000"
            // One that is too short for its name has a line, and its name in the track of the load.
            guard place(of: phase.to) - from > 12 * Double(phase.name.count) else { continue }
            names += """
                <span class="phase-name" data-x="\(at: from)" style="left:\(at: from / 10)%">\(phase.name)</span>
                """
        }
        return ("<path class=\"phases\" d=\"\(path)\"/>", names)
    }

    /// The names of faults, at the top of a large chart, so many pixels below its edge.
    func names(below top: Int = 2) -> Markup {
        var markup: Markup = ""
        // Names of faults that begin close to each other go one below the other, as far as there is room.
        var lanes: [Double] = []
        for fault in result.faults.sorted(by: { $0.from < $1.from }) {
            let from = place(of: fault.from)
            let lane = lanes.firstIndex { $0 <= from } ?? lanes.count
            guard lane < 4 else { continue }
            let end = from + 14 * Double(fault.name.count + 3)
            if lane < lanes.count { lanes[lane] = end } else { lanes.append(end) }
            // Near the right edge the name stands to the left of its moment.
            let side: Markup = from > 780 ? "name left" : "name"
            markup += """
                <span class="\(side)" data-x="\(at: from)" style="left:\(at: from / 10)%;\
                top:\(at: Double(top) + Double(lane) * 15)px">\(fault.name)</span>
                """
        }
        return markup
    }

    /// Written below a chart.
    var labels: Markup {
        var markup: Markup = "<div class=\"xticks\" aria-hidden=\"true\">"
        for tick in ticks {
            markup += """
                <span data-x="\(at: place(of: tick))" style="left:\(at: place(of: tick) / 10)%">\
                \(clockText(tick))</span>
                """
        }
        return markup + "</div>"
    }

    var gridLines: Markup {
        var path = ""
        for tick in ticks.dropFirst() { path += "M\(coordinate(place(of: tick))) 0V1000" }
        return "<path class=\"grid\" d=\"\(path)\"/>"
    }
}
