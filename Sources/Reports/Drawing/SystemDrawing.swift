import Results
import Vocabulary

/// The system at one look: a box for each role with its machines by zone, a line between roles that talk as
/// wide as their traffic, and a cross on what was broken.
///
/// Sixty machines are a dozen boxes, so the drawing reads at any size of system. An arrow has its head where
/// most of the bytes go, and two of them where as many come back.
struct SystemDrawing {
    let result: RunResult
    let roles: [Topology.Role]
    let zones: [String]
    /// With one zone nothing goes between zones, whatever the zones of the phones are.
    private let hasZones: Bool
    let busy: [RoleBusy?]
    let layout: SystemLayout
    let marks: FaultMarks
    /// Where the load of a role is drawn, `role-3`; nil for one that nothing was measured of.
    let anchors: [String?]

    static let square = 13.0
    static let busyLine = 14.0
    static let mostRows = 6

    init(of result: RunResult, anchors: [String?]) {
        self.result = result
        self.anchors = anchors
        roles = result.topology.roles
        busy = roles.map { RoleBusy($0, in: result) }
        let zones = result.topology.zones
        hasZones = zones.count > 1
        // More of them than a box has room for are not told apart.
        let lanes = zones.count <= 4 ? zones : []
        self.zones = lanes
        marks = FaultMarks(of: result)
        layout = SystemLayout(
            of: result.topology,
            heights: roles.map { role in
                let rows = Self.rows(of: role, zones: lanes)
                return 42 + (rows == 0 ? 0 : Double(rows) * Self.square + 6 + Self.busyLine)
                    + (lanes.count > 1 && rows > 0 ? 12 : 0)
            })
    }

    static func perRow(zones: Int) -> Int {
        max(1, Int((SystemLayout.boxWidth - 20) / square) / max(1, zones))
    }

    private static func rows(of role: Topology.Role, zones: [String]) -> Int {
        guard !role.machines.isEmpty else { return 0 }
        let lanes =
            zones.count > 1
            ? zones.map { zone in role.machines.count { $0.zone == zone } } : [role.machines.count]
        let perRow = perRow(zones: zones.count)
        return min(mostRows, lanes.map { ($0 + perRow - 1) / perRow }.max() ?? 0)
    }

    /// What the shades of the squares say. Where all are pale, that nobody was busy says it better.
    var shadeWords: String {
        let shades = zip(roles, busy).flatMap { role, busy in role.machines.map { busy?.shade(of: $0) ?? 0 } }
        let most = shades.max() ?? 0
        guard most < 200_000 else { return "the darker, the busier its role at its busiest moment" }
        return most == 0
            ? "all are pale, since none had work"
            : "all are pale, since none was ever busier than \(shareText(most, of: 1_000_000))"
    }

    /// `home/a` is `a` where there is one region.
    static func zoneName(_ zone: String, among roles: [Topology.Role]) -> String {
        let regions = Set(roles.flatMap(\.machines).map(\.region))  // counted only
        return regions.count > 1 ? zone : zone.split(separator: "/").last.map(String.init) ?? zone
    }

    var markup: Markup {
        let most = layout.lines.map(\.messages).max() ?? 0
        let ports = ports
        // Labels go above all curves, and the busiest have the first choice of place.
        var written: [(x: Double, y: Double)] = []
        let order = layout.lines.indices.sorted {
            (layout.lines[$1].messages, $0) < (layout.lines[$0].messages, $1)
        }
        let drawn = order.map { draw($0, ports[$0], most: most, avoiding: &written) }
        return """
            <svg class="topology" viewBox="0 0 \(at: layout.width) \(at: layout.height)" width="\(at: layout.width)" \
            height="\(at: layout.height)" role="img" aria-label="\(roles.count) roles and the traffic between them; the \
            numbers are in the tables below">\(drawn.map(\.curve))\(roles.indices.map(draw))\(drawn.map(\.label))\
            </svg>
            """
    }

    // MARK: Lines

    private struct Ports {
        var from: Double
        var to: Double
    }

    /// Where each line leaves its boxes: beside each other, in the order of where they lead.
    private var ports: [Ports] {
        var ports = layout.lines.map { _ in Ports(from: 0, to: 0) }
        for box in layout.boxes.indices {
            for isTop in [true, false] {
                let ends = layout.lines.indices.filter { index in
                    let line = layout.lines[index]
                    guard line.a == box || line.b == box else { return false }
                    let other = layout.boxes[line.a == box ? line.b : line.a]
                    return isTop == (other.y < layout.boxes[box].y)
                }.sorted { one, two in
                    func target(_ index: Int) -> Double {
                        let line = layout.lines[index]
                        return layout.boxes[line.a == box ? line.b : line.a].middle
                    }
                    return (target(one), one) < (target(two), two)
                }
                for (place, index) in ends.enumerated() {
                    let share = Double(place + 1) / Double(ends.count + 1)
                    let x = layout.boxes[box].x + 14 + share * (SystemLayout.boxWidth - 28)
                    if layout.lines[index].a == box { ports[index].from = x } else { ports[index].to = x }
                }
            }
        }
        return ports
    }

    private func draw(
        _ index: Int, _ ports: Ports, most: UInt64, avoiding written: inout [(x: Double, y: Double)]
    ) -> (curve: Markup, label: Markup) {
        let line = layout.lines[index]
        let (a, b) = (layout.boxes[line.a], layout.boxes[line.b])
        let isDown = a.y <= b.y
        let (upper, lower) = isDown ? (a, b) : (b, a)
        let isSameRow = a.y == b.y
        let (x1, x2) = isDown ? (ports.from, ports.to) : (ports.to, ports.from)
        let (y1, y2) = (upper.bottom, isSameRow ? lower.bottom : lower.y)
        // As wide as its share of the busiest line has it, by the root: ten times the traffic is three times
        // as wide.
        let thickness = max(1, 11 * (Double(line.messages) / Double(max(most, 1))).squareRoot())
        let head = max(5, thickness * 0.9)
        let (isThere, isBack) = (
            line.there.bytes > line.back.bytes / 3, line.back.bytes > line.there.bytes / 3
        )
        let (toLower, toUpper) = isDown ? (isThere, isBack) : (isBack, isThere)
        let top = y1 + (toUpper ? head : 0)
        let end = isSameRow ? y2 + (toLower ? head : 0) : y2 - (toLower ? head : 0)
        // Within a row the line hangs below it; else it leaves and arrives upright.
        let bend = isSameRow ? 46 : max(20, (end - top) / 2)
        let (c1, c2) = (top + bend, isSameRow ? end + bend : end - bend)

        /// A point of the curve; `t` from 0 to 1.
        func point(_ t: Double) -> (x: Double, y: Double) {
            let u = 1 - t
            return (
                u * u * u * x1 + 3 * u * u * t * x1 + 3 * u * t * t * x2 + t * t * t * x2,
                u * u * u * top + 3 * u * u * t * c1 + 3 * u * t * t * c2 + t * t * t * end
            )
        }
        let part = marks.part(between: line.a, line.b)
        let isBroken = part != nil
        var heads: Markup = ""
        if toUpper { heads += Self.head(x1, y1, head, up: true) }
        if toLower { heads += Self.head(x2, y2, head, up: isSameRow) }
        let middle = point(0.5)
        var cross: Markup = ""
        if let part {
            cross = "<text class=\"cross\" x=\"\(at: middle.x)\" y=\"\(at: middle.y + 7)\">✗</text>"
            if !part.isEmpty {
                cross +=
                    "<text class=\"part\" x=\"\(at: middle.x - 12)\" y=\"\(at: middle.y + 4)\">\(part)</text>"
                written.append((middle.x - 12 - 3 * Double(part.count), middle.y))
            }
        }
        let text = [line.there, line.back].filter { $0.messages > 0 }.map { edge in
            "\(edge.from) → \(edge.to): \(grouped(edge.messages)) messages, \(bytesText(edge.bytes))"
                + (hasZones
                    ? ", \(shareText(edge.bytesAcross, of: max(1, edge.bytes))) of it between zones" : "")
        }
        let curve: Markup = """
            <g class="edge\(isBroken ? " broken" : "" as Markup)" data-a="\(line.a)" data-b="\(line.b)"><title>\
            \(text.joined(separator: " · "))\(part.map { " · broken" + ($0.isEmpty ? "" : ": \($0)") } ?? "")</title><path style="stroke-width:\(at: thickness)" \
            d="M\(at: x1) \(at: top)C\(at: x1) \(at: c1) \(at: x2) \(at: c2) \(at: x2) \(at: end)"/>\(heads)\(cross)</g>
            """
        // The first of these places that is free of other labels and of boxes.
        // Beside a line that goes straight down, and upon all others.
        let isUpright = abs(x1 - x2) < 16
        let aside = isUpright ? thickness / 2 + 24 : 0
        let places = (isBroken && !isUpright ? [0.3, 0.7] : [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78]).map { t in
            (x: point(t).x + aside, y: point(t).y)
        }
        let free = places.first { place in
            !written.contains { abs($0.x - place.x) < 42 && abs($0.y - place.y) < 13 }
                && !layout.boxes.contains { box in
                    place.x + 20 > box.x && place.x - 20 < box.x + SystemLayout.boxWidth
                        && place.y + 7 > box.y && place.y - 7 < box.bottom
                }
        }
        guard let free else { return (curve, "") }
        written.append(free)
        return (
            curve,
            """
            <text class="traffic" x="\(at: free.x)" y="\(at: free.y + 4)">\(shortText(line.messages))</text>
            """
        )
    }

    private static func head(_ x: Double, _ y: Double, _ size: Double, up isUp: Bool) -> Markup {
        let base = isUp ? y + size : y - size
        return
            "<path class=\"head\" d=\"M\(at: x) \(at: y)L\(at: x - size * 0.75) \(at: base)H\(at: x + size * 0.75)z\"/>"
    }
}
