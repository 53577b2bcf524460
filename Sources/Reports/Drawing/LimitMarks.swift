import Results
import Vocabulary

/// The limits of a chart over time, each over the stretches in which it counts, and their names beside them,
/// where they cross neither each other nor the lines of the chart, if there is such a place.
struct LimitMarks {
    /// A level piece of a line, in thousandths.
    struct Plateau {
        var from: Double
        var to: Double
        var y: Double
    }

    private(set) var lines: Markup = ""
    private(set) var names: Markup = ""

    /// How high a name is in a chart of 320 pixels, and how wide a letter of it, in thousandths.
    private static let nameHeight = 46.0
    private static let letterWidth = 9.0

    init(
        of limits: [Judgement], in result: RunResult, _ timeline: Timeline, _ axis: Axis,
        beside steps: [Plateau]
    ) {
        var taken: [Room] = []
        for judgement in limits {
            guard let limit = judgement.limit.magnitude else { continue }
            let y = axis.place(of: limit)
            let stretches = JudgedWindow(of: judgement, in: result).stretches.map {
                (from: timeline.place(of: $0.lowerBound), to: timeline.place(of: $0.upperBound))
            }
            guard let longest = stretches.max(by: { $0.to - $0.from < $1.to - $1.from }) else { continue }
            let path = stretches.map {
                "M\(coordinate($0.from)) \(coordinate(y))H\(coordinate($0.to))M\(coordinate($0.from)) \(coordinate(y - 14))v28"
                    + "M\(coordinate($0.to)) \(coordinate(y - 14))v28"
            }.joined()
            lines += "<path class=\"limit\" d=\"\(path)\"/>"
            let text = "\(judgement.statistic) \(Wording.limit(judgement))"
            let rooms = Self.rooms(for: text, from: longest.from, to: longest.to, y: y)
            func isFree(_ room: Room) -> Bool {
                !taken.contains { $0.overlaps(room) } && !steps.contains { room.isCrossed(by: $0) }
            }
            // Rather across a line than across another name.
            let room =
                rooms.first(where: isFree)
                ?? rooms.first { room in !taken.contains { $0.overlaps(room) } } ?? rooms[0]
            taken.append(room)
            names += """
                <span class="limit-name \(judgement.outcome.rawValue)\(room.isEnd ? " end" : "" as Markup)\
                \(room.isBelow ? " below" : "" as Markup)" data-x="\(at: room.isEnd ? room.to : room.from)" \
                style="left:\(at: (room.isEnd ? room.to : room.from) / 10)%;top:\(at: y / 10)%">\(text)</span>
                """
        }
    }

    /// Where a name may stand: it ends or begins at `x`, above or below its limit.
    private struct Room {
        var from: Double
        var to: Double
        var y: Double
        var isEnd: Bool
        var isBelow: Bool

        var top: Double { isBelow ? y : y - LimitMarks.nameHeight }
        var bottom: Double { top + LimitMarks.nameHeight }

        func overlaps(_ other: Room) -> Bool {
            from < other.to && other.from < to && top < other.bottom && other.top < bottom
        }

        func isCrossed(by step: Plateau) -> Bool {
            step.from < to && from < step.to && step.y > top && step.y < bottom
        }
    }

    /// In the order in which they are tried: at the end of the line, at its beginning, between; above, then below.
    private static func rooms(for text: String, from: Double, to: Double, y: Double) -> [Room] {
        let width = letterWidth * Double(text.count)
        let isLong = to - from > width
        let last = max(0, 1_000 - width)
        let starts =
            isLong
            ? [to - width, from, from + (to - from - width) / 2] : [min(from, last), max(0, to - width)]
        return [false, true].flatMap { isBelow -> [Room] in
            // At the top there is room below only, and the other way round.
            guard isBelow ? y < 1_000 - nameHeight : y > nameHeight else { return [] }
            return starts.enumerated().map { index, start in
                Room(from: start, to: start + width, y: y, isEnd: isLong && index == 0, isBelow: isBelow)
            }
        }
    }
}
