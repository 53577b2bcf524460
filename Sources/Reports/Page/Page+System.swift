import Results
import Vocabulary

// Who talks to whom: a drawing where there is room for one, a list on a phone, and the tables behind both.
extension Page {
    var system: Markup {
        guard !result.topology.roles.isEmpty else { return "<p>It was not kept.</p>" }
        let roles = gaugedRoles
        let anchors = result.topology.roles.map { role in
            roles.firstIndex(of: role.name).map { "role-\($0)" }
        }
        let drawing = SystemDrawing(of: result, anchors: anchors)
        let slice = result.gauges.first { $0.metric == "utilisation" }.map {
            ", and what it was at most in a slice of \(clockText($0.slice))"
        }
        let shown = result.faults.prefix(6).map { fault in
            """
            <li><b class="cross" aria-hidden="true">✗</b> \(fault.name) \(Wording.window(fault)): \(fault.kind) of \
            \(Wording.target(fault.target))</li>
            """ as Markup
        }
        let faults: Markup = shown.isEmpty ? "" : "<ul class=\"inline\">\(shown)</ul>"
        return """
            <p class="lead only-narrow">Each role with its machines and zones, and to whom it sends how many messages; \
            busy in the mean under load, and at most; ✗: broken.</p>\
            <p class="lead only-wide">A box for each role, in it a square for each machine, by zone; \(drawing.shadeWords). \
            Busy is the mean under load, from the warm-up to the last send\(slice ?? ""). Lines are as \
            wide as their messages are many, with their number on them and the head where the bytes go; ↻ is what \
            machines of one role say to each other. Point at a box for what it had to carry.</p>\(faults)\
            \(ZoneMap(of: result, drawing.marks)?.markup ?? "")
            <div class="scroll drawing">\(drawing.markup)</div>
            <div id="system-load" class="role" aria-live="polite" hidden="hidden"></div>
            \(list(drawing.marks, anchors))\(trafficTable)\(machineTable)
            """
    }

    /// For screens that are too narrow for the drawing.
    private func list(_ marks: FaultMarks, _ anchors: [String?]) -> Markup {
        let items = result.topology.roles.enumerated().map { index, role -> Markup in
            var zones: [String] = []
            for machine in role.machines where !zones.contains(machine.zone) { zones.append(machine.zone) }
            let said = zones.sorted().map { zone -> String in
                let isCut = marks.zones.contains { zone == $0 || zone.hasSuffix("/\($0)") }
                return SystemDrawing.zoneName(zone, among: result.topology.roles) + (isCut ? " ✗" : "")
            }
            let place = said.count > 4 ? "\(said.count) zones" : said.joined(separator: ", ")
            let busy = RoleBusy(role, in: result)?.words
            let broken = marks.machines[index].enumerated().filter(\.element).map {
                role.machines[$0.offset].name
            }
            let hit =
                broken.isEmpty
                ? (marks.roles[index] ? "✗ broken" : "")
                : "✗ " + broken.prefix(4).joined(separator: ", ") + (broken.count > 4 ? " and more" : "")
            let first = ["\(grouped(role.count))", place, busy ?? "", hit].filter { !$0.isEmpty }
            let talks = result.topology.edges.filter { $0.from == role.name }
                .sorted { ($1.messages, $0.to) < ($0.messages, $1.to) }
                .prefix(4).map { edge in
                    let number = result.topology.roles.firstIndex { $0.name == edge.to } ?? index
                    let (a, b) = (min(index, number), max(index, number))
                    let cross = marks.part(between: a, b).map { $0.isEmpty ? "✗ " : "✗ (\($0)) " } ?? ""
                    return "\(cross)\(edge.to == role.name ? "itself" : edge.to) \(shortText(edge.messages))"
                }
            let name: Markup =
                anchors[index].map { "<a href=\"#\($0)\">\(role.name)</a>" as Markup } ?? "\(role.name)"
            return """
                <li\(marks.roles[index] ? " class=\"broken\"" : "" as Markup)><b>\(name)</b> \
                <span>\(first.joined(separator: " · "))</span>\
                <small>→ \(talks.isEmpty ? "nobody" : talks.joined(separator: " · "))</small></li>
                """
        }
        return "<ul class=\"system-list\">\(items)</ul>"
    }

    private var trafficTable: Markup {
        let hasZones = result.topology.zones.count > 1
        let edges = result.topology.edges.map { edge in
            let across = edge.bytes == 0 ? "—" : shareText(edge.bytesAcross, of: edge.bytes)
            let cell: Markup = hasZones ? "<td class=\"number\">\(across)</td>" : ""
            return """
                <tr><th scope="row">\(edge.from) → \(edge.to)</th><td class="number">\(grouped(edge.messages))</td>\
                <td class="number">\(bytesText(edge.bytes))</td>\(cell)</tr>
                """ as Markup
        }
        let head: Markup = hasZones ? "<th scope=\"col\" class=\"number\">between zones</th>" : ""
        return """
            <details class="numbers"><summary>The numbers: traffic between roles</summary><div class="scroll"><table>\
            <thead><tr><th scope="col">from → to</th><th scope="col" class="number">messages</th>\
            <th scope="col" class="number">bytes</th>\(head)</tr></thead>\
            <tbody>\(edges)</tbody></table></div></details>
            """
    }

    private var machineTable: Markup {
        let machines = result.topology.roles.flatMap { role in
            role.machines.map { machine in
                """
                <tr><th scope="row">\(machine.name)</th><td>\(role.name)</td><td>\(machine.zone)</td>\
                <td>\(machine.region)</td><td class="number">\(shareText(machine.utilisation, of: 1_000_000))</td></tr>
                """ as Markup
            }
        }
        return """
            <details class="numbers"><summary>The numbers: machines</summary><div class="scroll"><table>\
            <thead><tr><th scope="col">machine</th><th scope="col">role</th><th scope="col">zone</th>\
            <th scope="col">region</th><th scope="col" class="number">busy under load</th></tr></thead><tbody>\(machines)</tbody>\
            </table></div></details>
            """
    }
}
