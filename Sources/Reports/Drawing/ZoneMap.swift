import Results
import Vocabulary

/// The zones of a system with a line between any two, and a cross on the lines that were cut: what is broken
/// between zones lies on no box and on no line between roles.
struct ZoneMap {
    private let zones: [String]
    private let names: [String]
    private let severed: [FaultMarks.Severed]

    /// Nil where nothing was cut between zones.
    init?(of result: RunResult, _ marks: FaultMarks) {
        guard !marks.severed.isEmpty else { return nil }
        severed = marks.severed
        let all = result.topology.zones
        // More of them than a row has room for: those that were cut off from each other.
        zones =
            all.count <= 5
            ? all : all.filter { zone in marks.severed.contains { [$0.from, $0.to].contains(zone) } }
        names = zones.map { SystemDrawing.zoneName($0, among: result.topology.roles) }
    }

    private static let step = 108.0
    private static let boxWidth = 74.0
    private static let lift = 15.0

    var markup: Markup {
        let width = Self.step * Double(zones.count - 1) + Self.boxWidth + 2
        let top = 12 + Self.lift * Double(max(0, zones.count - 2))
        var lines: Markup = ""
        for a in zones.indices {
            for b in zones.indices where a < b { lines += line(a, b, top: top) }
        }
        let boxes = zones.indices.map { index -> Markup in
            let x = middle(index) - Self.boxWidth / 2
            return """
                <g class="box"><rect x="\(at: x)" y="\(at: top)" width="\(at: Self.boxWidth)" height="22" rx="5"/>\
                <text x="\(at: middle(index))" y="\(at: top + 15)">\(names[index])</text></g>
                """
        }
        return """
            <figure class="zone-map"><figcaption>Between zones</figcaption><svg class="zones" \
            viewBox="0 0 \(at: width) \(at: top + 24)" width="\(at: width)" height="\(at: top + 24)" role="img" \
            aria-label="Zones, and what was cut between them: \(words)">\(lines)\(boxes)</svg></figure>
            """
    }

    private var words: String {
        severed.map { "\($0.from) \($0.isOneWay ? "to" : "and") \($0.to)" }.joined(separator: ", ")
    }

    private func middle(_ index: Int) -> Double { 1 + Self.boxWidth / 2 + Self.step * Double(index) }

    /// Between neighbours straight, and above those that stand between.
    private func line(_ a: Int, _ b: Int, top: Double) -> Markup {
        let cuts = severed.filter {
            [zones[a], zones[b]] == [$0.from, $0.to] || [zones[b], zones[a]] == [$0.from, $0.to]
        }
        let (x1, x2, rise) = (middle(a), middle(b), Self.lift * Double(b - a - 1))
        let isNext = b == a + 1
        let y = isNext ? top + 11 : top - rise
        let path: Markup =
            isNext
            ? "M\(at: x1 + Self.boxWidth / 2) \(at: y)H\(at: x2 - Self.boxWidth / 2)"
            : "M\(at: x1) \(at: top)V\(at: y)H\(at: x2)V\(at: top)"
        // One way is told from both by an arrow that points to where nothing arrives.
        let isOneWay = cuts.count == 1 && cuts[0].isOneWay
        let arrow: Markup = isOneWay ? (cuts[0].to == zones[b] ? "✗→" : "←✗") : "✗"
        let cross: Markup =
            cuts.isEmpty
            ? "" : "<text class=\"cross\" x=\"\(at: (x1 + x2) / 2)\" y=\"\(at: y + 6)\">\(arrow)</text>"
        return """
            <g class="edge\(cuts.isEmpty ? "" : " broken" as Markup)"><path d="\(path)"/>\(cross)</g>
            """
    }
}
