import Results
import Vocabulary

/// Where the roles of a system stand in its drawing: in rows by how many hops they are from the people, and
/// within a row near to those they talk to.
struct SystemLayout {
    struct Box {
        var x = 0.0
        var y = 0.0
        var height = 0.0
        var rank = 0

        var middle: Double { x + SystemLayout.boxWidth / 2 }
        var bottom: Double { y + height }
    }

    /// Between two roles: how much went from `a` to `b`, and back.
    struct RoleLink {
        var a: Int
        var b: Int
        var there: Topology.Edge
        var back: Topology.Edge

        var messages: UInt64 { there.messages + back.messages }
    }

    private(set) var boxes: [Box]
    private(set) var lines: [RoleLink] = []
    private(set) var width = 0.0
    private(set) var height = 8.0

    static let boxWidth = 164.0
    private static let gap = 15.0
    private static let rowGap = 66.0
    private static let boxesPerRow = 6

    init(of topology: Topology, heights: [Double]) {
        boxes = heights.map { Box(height: $0) }
        func index(_ name: String) -> Int? { topology.roles.firstIndex { $0.name == name } }
        for edge in topology.edges {
            guard let from = index(edge.from), let to = index(edge.to), from != to else { continue }
            let (a, b) = (min(from, to), max(from, to))
            let known =
                lines.firstIndex { $0.a == a && $0.b == b }
                ?? {
                    lines.append(RoleLink(a: a, b: b, there: Topology.Edge(), back: Topology.Edge()))
                    return lines.count - 1
                }()
            if from == a { lines[known].there = edge } else { lines[known].back = edge }
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
                    for other in neighbours(of: box) where !isPlaced[other] {
                        isPlaced[other] = true
                        boxes[other].rank = boxes[box].rank + 1
                        next.append(other)
                    }
                }
                frontier = next
            }
        }
    }

    private func neighbours(of box: Int) -> [Int] {
        lines.compactMap { $0.a == box ? $0.b : $0.b == box ? $0.a : nil }
    }

    private mutating func place() {
        // From the middle of its row, in boxes: whoever talks to others stands below or above their mean, so
        // that fewer lines cross. Down and up again a few times, until it hardly changes.
        var offsets = boxes.map { _ in 0.0 }
        let last = boxes.map(\.rank).max() ?? 0
        for sweep in 0..<8 {
            for rank in sweep % 2 == 0 ? Array(0...last) : (0...last).reversed() {
                let members = boxes.indices.filter { boxes[$0].rank == rank }
                let means = boxes.indices.map { box -> Double in
                    let near = neighbours(of: box).filter {
                        sweep == 0 ? boxes[$0].rank < rank : boxes[$0].rank != rank
                    }.map { offsets[$0] }
                    return near.isEmpty ? offsets[box] : near.reduce(0, +) / Double(near.count)
                }
                for (place, box) in members.sorted(by: { (means[$0], $0) < (means[$1], $1) }).enumerated() {
                    offsets[box] = Double(place) - Double(members.count - 1) / 2
                }
            }
        }
        var rows: [[Int]] = []
        for rank in 0...last {
            let members = boxes.indices.filter { boxes[$0].rank == rank }
                .sorted { (offsets[$0], $0) < (offsets[$1], $1) }
            rows += stride(from: 0, to: members.count, by: Self.boxesPerRow).map {
                Array(members[$0..<min($0 + Self.boxesPerRow, members.count)])
            }
        }
        func rowWidth(_ row: [Int]) -> Double { Double(row.count) * (Self.boxWidth + Self.gap) - Self.gap }
        width = max(480, (rows.map(rowWidth).max() ?? 0) + 8)
        for row in rows {
            // Few boxes in a row stand as far apart as there is room.
            let spare = row.count > 1 ? min(90, (width - 8 - rowWidth(row)) / Double(row.count)) : 0
            let all = rowWidth(row) + spare * Double(row.count - 1)
            var x = (width - all) / 2
            for box in row {
                (boxes[box].x, boxes[box].y) = (x, height)
                x += Self.boxWidth + Self.gap + spare
            }
            height += (row.map { boxes[$0].height }.max() ?? 0) + Self.rowGap
        }
        // Below the last row there is room only for lines within it.
        let hasLoops = lines.contains { boxes[$0.a].y == boxes[$0.b].y && boxes[$0.a].rank == last }
        height -= hasLoops ? 14 : Self.rowGap - 8
    }
}
