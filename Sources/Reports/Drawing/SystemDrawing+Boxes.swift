import Results
import Vocabulary

// A box for each role: how many, how busy, and a square for each machine, by zone.
extension SystemDrawing {
    func draw(_ index: Int) -> Markup {
        let (role, box) = (roles[index], layout.boxes[index])
        let isBroken = marks.roles[index]
        let name = role.name.count > 25 ? "\(role.name.prefix(24))…" : role.name
        let own = result.topology.edges.first { $0.from == role.name && $0.to == role.name }
        let busiest = role.machines.map(\.utilisation).max()
        let unit =
            role.machines.isEmpty
            ? (role.count == 1 ? "person" : "people") : role.count == 1 ? "machine" : "machines"
        var said = ["\(grouped(role.count)) \(unit)"]
        if let own { said.append("↻ \(shortText(own.messages))") }
        let title =
            "\(role.name): \(said[0])" + (busy[index].map { ", \($0.words)" } ?? "")
            + (busiest.map { ", the busiest machine \(shareText($0, of: 1_000_000)) under load" } ?? "")
            + (own.map { ", \(grouped($0.messages)) messages among themselves" } ?? "")
            + (isBroken ? "; it was broken" : "")
        let cross: Markup =
            isBroken
            ? "<text class=\"cross\" x=\"\(at: box.x + SystemLayout.boxWidth - 12)\" y=\"\(at: box.y + 19)\">✗</text>"
            : ""
        let load: Markup =
            busy[index].map {
                "<text class=\"count\" x=\"\(at: box.x + 9)\" y=\"\(at: box.y + 46)\">\($0.words)</text>"
            } ?? ""
        let content: Markup = """
            <g class="box\(isBroken ? " broken" : "" as Markup)" data-box="\(index)"><title>\(title)</title>\
            <rect x="\(at: box.x)" y="\(at: box.y)" width="\(at: SystemLayout.boxWidth)" height="\(at: box.height)" rx="7"/>\
            <text class="role-name" x="\(at: box.x + 9)" y="\(at: box.y + 17)">\(name)</text>\
            <text class="count" x="\(at: box.x + 9)" y="\(at: box.y + 32)">\(said.joined(separator: " · "))</text>\
            \(load)\(cross)\(machines(of: index))</g>
            """
        guard let anchor = anchors[index] else { return "\(content)\n" }
        return "<a href=\"#\(anchor)\" data-load=\"\(anchor)\">\(content)</a>\n"
    }

    private func machines(of index: Int) -> Markup {
        let (role, box) = (roles[index], layout.boxes[index])
        guard !role.machines.isEmpty else { return "" }
        let lanes = zones.count > 1 ? zones : [""]
        let laneWidth = (SystemLayout.boxWidth - 18) / Double(lanes.count)
        let perRow = Self.perRow(zones: lanes.count)
        var markup: Markup = ""
        var y = box.y + 42 + Self.busyLine
        if lanes.count > 1 {
            for (lane, zone) in lanes.enumerated() {
                // A zone in which the role has nothing has nothing to be cut off.
                let isCut =
                    marks.zones.contains { zone == $0 || zone.hasSuffix("/\($0)") }
                    && role.machines.contains { $0.zone == zone }
                let x = box.x + 9 + Double(lane) * laneWidth
                if isCut {
                    markup += """
                        <rect class="cut" x="\(at: x - 4)" y="\(at: y - 5)" width="\(at: laneWidth)" \
                        height="\(at: box.bottom - y + 2)" rx="3"/>
                        """
                }
                markup += """
                    <text class="zone" x="\(at: x)" y="\(at: y + 6)">\(Self.zoneName(zone, among: roles))\
                    \(isCut ? " ✗" : "")</text>
                    """
            }
            y += 12
        }
        var filled = lanes.map { _ in 0 }
        for (number, machine) in role.machines.enumerated() {
            let lane = lanes.count > 1 ? lanes.firstIndex(of: machine.zone) ?? 0 : 0
            let (row, column) = filled[lane].quotientAndRemainder(dividingBy: perRow)
            filled[lane] += 1
            guard row < Self.mostRows else { continue }
            let place = (
                x: box.x + 9 + Double(lane) * laneWidth + Double(column) * Self.square,
                y: y + Double(row) * Self.square
            )
            let isBroken = marks.machines[index][number]
            let depth = min(4, (busy[index]?.shade(of: machine) ?? 0) / 200_000)
            markup += """
                <rect class="machine u\(depth)\(isBroken ? " broken" : "" as Markup)" x="\(at: place.x)" y="\(at: place.y)" \
                width="10" height="10" rx="2"><title>\(machine.name), \(machine.zone): \
                \(shareText(machine.utilisation, of: 1_000_000)) busy under load\(isBroken ? ", broken" : "")</title></rect>
                """
            if isBroken {
                // Red on a dark square would not be seen without light below it.
                let cross: Markup = "M\(at: place.x) \(at: place.y)l10 10m-10 0l10 -10"
                markup += "<path class=\"under\" d=\"\(cross)\"/><path class=\"strike\" d=\"\(cross)\"/>"
            }
        }
        return markup
    }
}
