import Results
import Simulation
import Vocabulary

/// Roles as boxes, in rows by how many hops they are from the people; machines as squares inside.
///
/// Sixty machines are a dozen boxes, so the drawing reads at any size of system. Traffic in the two
/// directions between two roles is one line, labelled with both in the table behind it.
struct TopologyDrawing {
    private struct Box {
        var role: Topology.Role
        var x = 0.0
        var y = 0.0
        var height = 0.0
        var rank = 0
    }

    /// Between two boxes, both directions together.
    private struct Line {
        var a: Int
        var b: Int
        var messages: UInt64
        var bytes: UInt64
        var title: String
    }

    private var boxes: [Box]
    private var lines: [Line] = []
    private var width = 0.0
    private var height = 0.0

    private static let boxWidth = 168.0
    private static let gap = 26.0
    private static let rowGap = 62.0
    private static let boxesPerRow = 5
    private static let squaresPerRow = 10

    init(of topology: Topology) {
        boxes = topology.roles.map { Box(role: $0) }
        func index(_ name: String) -> Int? { topology.roles.firstIndex { $0.name == name } }
        for edge in topology.edges {
            guard let from = index(edge.from), let to = index(edge.to), from != to else { continue }
            let (a, b) = (min(from, to), max(from, to))
            let text =
                "\(edge.from) → \(edge.to): \(grouped(edge.messages)) messages, \(bytesText(edge.bytes))"
            if let known = lines.firstIndex(where: { $0.a == a && $0.b == b }) {
                lines[known].messages += edge.messages
                lines[known].bytes += edge.bytes
                lines[known].title += " · " + text
            } else {
                lines.append(Line(a: a, b: b, messages: edge.messages, bytes: edge.bytes, title: text))
            }
        }
        rank()
        place()
    }

    /// Breadth first from the first role; what nothing leads to begins a walk of its own.
    private mutating func rank() {
        var isPlaced = boxes.map { _ in false }
        for start in boxes.indices where !isPlaced[start] {
            isPlaced[start] = true
            var frontier = [start]
            while !frontier.isEmpty {
                var next: [Int] = []
                for box in frontier {
                    for line in lines where line.a == box || line.b == box {
                        let other = line.a == box ? line.b : line.a
                        guard !isPlaced[other] else { continue }
                        isPlaced[other] = true
                        boxes[other].rank = boxes[box].rank + 1
                        next.append(other)
                    }
                }
                frontier = next
            }
        }
    }

    /// Rows from top to bottom; one of more than five boxes goes on in the next.
    private mutating func place() {
        var rows: [[Int]] = []
        // From the middle of its row, in boxes: whoever is below others stands below their mean, so that
        // fewer lines cross.
        var offsets = boxes.map { _ in 0.0 }
        for rank in 0...(boxes.map(\.rank).max() ?? 0) {
            let means = boxes.indices.map { box -> Double in
                let above = lines.filter { $0.a == box || $0.b == box }.map { $0.a == box ? $0.b : $0.a }
                    .filter { boxes[$0].rank < rank }.map { offsets[$0] }
                return above.isEmpty ? 0 : above.reduce(0, +) / Double(above.count)
            }
            let members = boxes.indices.filter { boxes[$0].rank == rank }
                .sorted { (means[$0], $0) < (means[$1], $1) }
            for (place, box) in members.enumerated() {
                offsets[box] = Double(place) - Double(members.count - 1) / 2
            }
            rows += stride(from: 0, to: members.count, by: Self.boxesPerRow).map {
                Array(members[$0..<min($0 + Self.boxesPerRow, members.count)])
            }
        }
        func rowWidth(_ row: [Int]) -> Double { Double(row.count) * (Self.boxWidth + Self.gap) - Self.gap }
        width = (rows.map(rowWidth).max() ?? 0) + 80
        height = 8
        for row in rows {
            var x = (width - rowWidth(row)) / 2
            for index in row {
                let lines = (boxes[index].role.machines.count + Self.squaresPerRow - 1) / Self.squaresPerRow
                boxes[index].height = 44 + Double(min(lines, 6)) * 14
                boxes[index].x = x
                boxes[index].y = height
                x += Self.boxWidth + Self.gap
            }
            height += row.map { boxes[$0].height }.max()! + Self.rowGap
        }
        height += 8 - Self.rowGap / 2
    }

    var markup: Markup {
        let most = lines.map(\.messages).max() ?? 1
        var written: [(x: Double, y: Double)] = []
        let drawnLines = lines.map { draw($0, most: most, avoiding: &written) }
        return """
            <svg class="topology" viewBox="0 0 \(at: width) \(at: height)" width="\(at: width)" \
            height="\(at: height)" role="img" aria-label="\(boxes.count) roles and the traffic between them; the \
            numbers are in the tables below">\(drawnLines.map(\.curve))\(boxes.map(draw))\(drawnLines.map(\.label))\
            </svg>
            """
    }

    private func draw(
        _ line: Line, most: UInt64, avoiding written: inout [(x: Double, y: Double)]
    ) -> (curve: Markup, label: Markup) {
        let (a, b) = (boxes[line.a], boxes[line.b])
        let (upper, lower) = a.y <= b.y ? (a, b) : (b, a)
        let isSameRow = a.y == b.y
        let (x1, y1) = (upper.x + Self.boxWidth / 2, upper.y + upper.height)
        let (x2, y2) = (lower.x + Self.boxWidth / 2, isSameRow ? lower.y + lower.height : lower.y)
        // Within a row the line hangs below it; else it leaves and arrives upright.
        let bend = isSameRow ? Self.rowGap * 0.8 : (y2 - y1) / 2
        let (c1, c2) = (y1 + bend, isSameRow ? y2 + bend : y2 - bend)
        // From 1 to 6 wide, by the logarithm of its share of the busiest line.
        let share = Double(max(line.messages, 1)) / Double(max(most, 1))
        let thickness = max(1, 6 + Elementary.log(share) / Elementary.log(10) * 1.5)

        /// A point of the curve; `t` from 0 to 1.
        func point(_ t: Double) -> (x: Double, y: Double) {
            let u = 1 - t
            return (
                u * u * u * x1 + 3 * u * u * t * x1 + 3 * u * t * t * x2 + t * t * t * x2,
                u * u * u * y1 + 3 * u * u * t * c1 + 3 * u * t * t * c2 + t * t * t * y2
            )
        }
        // The first of these places that is free of other labels and of boxes.
        let places = [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78].map(point)
        let free = places.first { place in
            !written.contains { abs($0.x - place.x) < 88 && abs($0.y - place.y) < 14 }
                && !boxes.contains { box in
                    place.x + 44 > box.x && place.x - 44 < box.x + Self.boxWidth
                        && place.y + 8 > box.y && place.y - 8 < box.y + box.height
                }
        }
        let curve: Markup = """
            <g class="edge"><title>\(line.title)</title><path style="stroke-width:\(at: thickness)" \
            d="M\(at: x1) \(at: y1)C\(at: x1) \(at: c1) \(at: x2) \(at: c2) \(at: x2) \(at: y2)"/></g>
            """
        guard let free else { return (curve, "") }
        written.append(free)
        return (
            curve,
            """
            <text class="traffic" x="\(at: free.x)" y="\(at: free.y + 4)">\
            \(shortText(line.messages)) · \(bytesText(line.bytes))</text>
            """
        )
    }

    private func draw(_ box: Box) -> Markup {
        let role = box.role
        var zones: [String] = []
        for machine in role.machines where !zones.contains(machine.zone) { zones.append(machine.zone) }
        let place = zones.count > 2 ? "\(zones.count) zones" : zones.joined(separator: ", ")
        let under = "\(grouped(role.count))" + (place.isEmpty ? "" : " · \(place)")
        var squares: Markup = ""
        let shown = min(role.machines.count, 6 * Self.squaresPerRow)
        for (index, machine) in role.machines.prefix(shown).enumerated() {
            let x = box.x + 12 + Double(index % Self.squaresPerRow) * 14
            let y = box.y + 42 + Double(index / Self.squaresPerRow) * 14
            let depth = min(4, machine.utilisation / 200_000)
            squares += """
                <rect class="machine u\(depth)" x="\(at: x)" y="\(at: y)" width="11" height="11" rx="2"><title>\
                \(machine.name), \(machine.zone): \(shareText(machine.utilisation, of: 1_000_000)) busy</title></rect>
                """
        }
        let name = role.name.count > 21 ? "\(role.name.prefix(20))…" : role.name
        return """
            <g class="box"><rect x="\(at: box.x)" y="\(at: box.y)" width="\(at: Self.boxWidth)" \
            height="\(at: box.height)" rx="8"/><text class="role-name" x="\(at: box.x + 12)" y="\(at: box.y + 19)">\
            \(name)</text><text class="count" x="\(at: box.x + 12)" y="\(at: box.y + 34)">\(under)</text>\(squares)</g>

            """
    }
}
