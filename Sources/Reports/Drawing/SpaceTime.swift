import Results
import Vocabulary

/// The way of one letter: a horizontal line for each place, an arrow for each hop, a bar for each wait.
///
/// Not to scale, because a wait of half a minute would leave no room for hops of a millisecond: each step has
/// a least width, and what is left is shared out by time. Each step carries its length as text.
struct SpaceTime {
    private let delivery: Delivery
    private let places: [String]
    /// Where each step of the path ends, from left to right.
    private let ends: [Double]
    private let takes: [Span]

    private static let width = 860.0
    private static let left = 168.0
    private static let lineHeight = 38.0
    private static let leastStep = 30.0

    init(of delivery: Delivery) {
        // What was never shown did not come to the end of its last step: it stays where that began.
        var delivery = delivery
        if delivery.taken == nil, let last = delivery.path.indices.last, last > 0 {
            delivery.path[last].place = delivery.path[last - 1].place
        }
        self.delivery = delivery
        var places: [String] = []
        for step in delivery.path where !places.contains(step.place) { places.append(step.place) }
        self.places = places
        let path = delivery.path
        takes = path.indices.map { $0 == 0 ? .zero : path[$0].time - path[$0 - 1].time }
        let total = takes.reduce(Span.zero, +)
        let steps = Double(max(1, path.count - 1))
        let room = Self.width - Self.left - 20
        let least = min(Self.leastStep, room / steps)
        var ends: [Double] = []
        for (index, take) in takes.enumerated() {
            guard index > 0 else {
                ends.append(Self.left)
                continue
            }
            let share = total > .zero ? take.seconds / total.seconds : 1 / steps
            ends.append(ends[index - 1] + least + (room - least * steps) * share)
        }
        self.ends = ends
    }

    /// ` · mostly recipient-log wait, 38.2s`
    static func longest(of delivery: Delivery) -> String {
        let path = delivery.path
        guard path.count > 1 else { return "" }
        if delivery.taken == nil, let last = path.last {
            return " · never shown: in \(last.stage) when the run ended"
        }
        let longest = (1..<path.count).max {
            path[$0].time - path[$0 - 1].time < path[$1].time - path[$1 - 1].time
        }!
        let take = path[longest].time - path[longest - 1].time
        return " · mostly \(path[longest].stage), \(shortText(take))"
    }

    var markup: Markup {
        guard delivery.path.count > 1 else { return "<p>Its path was not kept.</p>" }
        let height = Double(places.count) * Self.lineHeight + 30
        return """
            <div class="scroll"><svg class="spacetime" viewBox="0 0 \(at: Self.width) \(at: height)" \
            width="\(at: Self.width)" height="\(at: height)" role="img" \
            aria-label="The way of \(delivery.letter), step by step in the table below">\
            \(lines)\(steps)</svg></div>\(table)
            """
    }

    private func height(of place: String) -> Double {
        24 + Double(places.firstIndex(of: place)!) * Self.lineHeight
    }

    private var lines: Markup {
        var markup: Markup = ""
        for place in places {
            let y = height(of: place)
            let name = place.count > 24 ? "\(place.prefix(23))…" : place
            markup += """
                <path class="life" d="M\(at: Self.left) \(at: y)H\(at: Self.width - 8)"/>\
                <text class="place" x="\(at: Self.left - 10)" y="\(at: y + 4)">\(name)</text>
                """
        }
        return markup
    }

    private var steps: Markup {
        var markup: Markup = ""
        for index in 1..<delivery.path.count {
            let (step, before) = (delivery.path[index], delivery.path[index - 1])
            let (from, to) = (ends[index - 1], ends[index])
            let y = height(of: step.place)
            let take = shortText(takes[index])
            let isOpen = delivery.taken == nil && index == delivery.path.count - 1
            let until = isOpen ? "not over when the run ended" : "until \(moment(step.time))"
            let title: Markup = "<title>\(step.stage) · \(take) · \(until)</title>"
            if step.place == before.place {
                let words = isOpen ? "\(step.stage) \(take), never over" : "\(step.stage) \(take)"
                let isWide = to - from > Double(words.count) * 6.4
                let text = isWide ? words : to - from > 44 ? take : ""
                markup += """
                    <g class="wait\(isOpen ? " open" : "" as Markup)" tabindex="0">\(title)<rect x="\(at: from)" y="\(at: y - 6)" \
                    width="\(at: to - from)" height="12" rx="2"/><text x="\(at: (from + to) / 2)" y="\(at: y - 10)">\
                    \(text)</text></g>
                    """
            } else {
                let top = height(of: before.place)
                // Not quite to the end: the head of the arrow is 7 long.
                let length = ((to - from) * (to - from) + (y - top) * (y - top)).squareRoot()
                let (dx, dy) = ((to - from) / length, (y - top) / length)
                let (bx, by) = (to - 8 * dx, y - 8 * dy)
                markup += """
                    <g class="hop" tabindex="0">\(title)<path class="grip" d="M\(at: from) \(at: top)L\(at: to) \(at: y)"/>\
                    <path class="shaft" d="M\(at: from) \(at: top)L\(at: bx) \(at: by)"/>\
                    <path class="head" d="M\(at: to) \(at: y)L\(at: bx - 4 * dy) \(at: by + 4 * dx)\
                    L\(at: bx + 4 * dy) \(at: by - 4 * dx)z"/></g>
                    """
            }
        }
        let first = delivery.path[0]
        return """
            \(markup)<circle class="tap" cx="\(at: ends[0])" cy="\(at: height(of: first.place))" r="4"/>
            """
    }

    /// Since it was sent.
    private func moment(_ time: Instant) -> String { "+\(shortText(time - delivery.sent))" }

    private var table: Markup {
        let rows = delivery.path.indices.map { index in
            let step = delivery.path[index]
            let isOpen = delivery.taken == nil && index == delivery.path.count - 1 && index > 0
            return """
                <tr><td class="number">\(isOpen ? "∞" : moment(step.time))</td><th scope="row">\(step.stage)</th>\
                <td class="number">\(shortText(takes[index]))</td><td>\(step.place)</td></tr>
                """ as Markup
        }
        return """
            <details class="numbers"><summary>The numbers: step by step</summary><div class="scroll"><table>\
            <thead><tr><th scope="col" class="number">after</th><th scope="col">step</th>\
            <th scope="col" class="number">took</th><th scope="col">place</th></tr></thead><tbody>\(rows)</tbody>\
            </table></div></details>
            """
    }
}
