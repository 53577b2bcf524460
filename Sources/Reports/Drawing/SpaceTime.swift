import Results
import Vocabulary

/// The way of one letter: a horizontal line for each place, an arrow for each hop, a bar for each wait.
///
/// Not to scale, because a wait of half a minute would leave no room for hops of a millisecond: each step has
/// a least width, and what is left, half of it all at least, is shared out by time. A step carries its length as
/// text where it has room for it; those that matter are listed below.
struct SpaceTime {
    private let delivery: Delivery
    private let places: [String]
    /// Where each step of the path ends, from left to right.
    private let ends: [Double]
    private let takes: [Span]
    /// The stages of the run, in the order of their colours.
    private let stages: [String]

    private static let width = 1_040.0
    private static let left = 168.0
    private static let lineHeight = 38.0
    private static let leastStep = 30.0
    /// From which share of the whole on a step is told.
    private static let leastTold = 0.03

    init(of delivery: Delivery, stages: [String]) {
        self.stages = stages
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
        let least = min(Self.leastStep, room / steps / 2)
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
        guard delivery.path.count > 1, let longest = delivery.longestStage else { return "" }
        if delivery.taken == nil, let last = delivery.path.last {
            return " · never shown: still under way (\(last.stage)) when the run ended"
        }
        return " · \(longest.isMost ? "mostly" : "longest in") \(longest.name), \(shortText(longest.sum))"
    }

    var markup: Markup {
        guard delivery.path.count > 1 else { return "<p>Its path was not kept.</p>" }
        let height = Double(places.count) * Self.lineHeight + 30
        return """
            <div class="scroll"><svg class="spacetime" viewBox="0 0 \(at: Self.width) \(at: height)" \
            width="\(at: Self.width)" height="\(at: height)" role="img" \
            aria-label="The way of \(delivery.letter), step by step in the table below">\
            \(lines)\(steps)</svg></div>\(longSteps)\(table)
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
                let words = isOpen ? "\(step.stage) \(take), not over" : "\(step.stage) \(take)"
                let options = takes[index] > .zero ? [words, take] : []
                let text = options.first { fits($0, to - from) } ?? ""
                markup += """
                    <g class="wait\(isOpen ? " open" : "" as Markup) \(colour(of: step.stage))" tabindex="0">\(title)<rect x="\(at: from)" y="\(at: y - 6)" \
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
                    <g class="hop \(colour(of: step.stage))" tabindex="0">\(title)<path class="grip" d="M\(at: from) \(at: top)L\(at: to) \(at: y)"/>\
                    <path class="shaft" d="M\(at: from) \(at: top)L\(at: bx) \(at: by)"/>\
                    <path class="head" d="M\(at: to) \(at: y)L\(at: bx - 4 * dy) \(at: by + 4 * dx)\
                    L\(at: bx + 4 * dy) \(at: by - 4 * dx)z"/>\(hopText("\(step.stage) \(take)", take, at: index))</g>
                    """
            }
        }
        let first = delivery.path[0]
        return """
            \(markup)<circle class="tap" cx="\(at: ends[0])" cy="\(at: height(of: first.place))" r="4"/>
            """
    }

    /// On its arrow, where that is long enough.
    private func hopText(_ words: String, _ take: String, at index: Int) -> Markup {
        let path = delivery.path
        let (from, to) = (ends[index - 1], ends[index])
        guard let text = [words, take].first(where: { fits($0, to - from - 20) }) else { return "" }
        let y = (height(of: path[index - 1].place) + height(of: path[index].place)) / 2
        return "<text x=\"\(at: (from + to) / 2)\" y=\"\(at: y + 4)\">\(text)</text>"
    }

    private func fits(_ text: String, _ width: Double) -> Bool { width > Double(text.count) * 6.4 }

    /// That of its stage in the table of stages, and a neutral one for what is in no table.
    private func colour(of stage: String) -> Markup {
        "s\(min(stages.firstIndex(of: stage) ?? 7, 7))"
    }

    /// What took a part of the whole that matters, step by step.
    private var longSteps: Markup {
        let total = takes.reduce(Span.zero, +)
        guard total > .zero else { return "" }
        let told = delivery.path.indices.dropFirst().compactMap { index -> Markup? in
            let share = takes[index].seconds / total.seconds
            guard share >= Self.leastTold else { return nil }
            let (step, before) = (delivery.path[index], delivery.path[index - 1])
            let place = step.place == before.place ? step.place : "\(before.place) → \(step.place)"
            return """
                <li><i class="swatch c\(min(stages.firstIndex(of: step.stage) ?? 7, 7))"></i><b>\(step.stage)</b> \
                \(shortText(takes[index])) (\(decimal(share * 100, places: 0))%) · \(place)</li>
                """
        }
        return "<ul class=\"inline\">\(told)</ul>"
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

extension Delivery {
    /// In which stage it was longest, over all its passages, and whether that was half of its way.
    var longestStage: (name: String, sum: Span, isMost: Bool)? {
        var sums: [(name: String, sum: Span)] = []
        for (before, step) in zip(path, path.dropFirst()) {
            let take = step.time - before.time
            if let place = sums.firstIndex(where: { $0.name == step.stage }) {
                sums[place].sum = sums[place].sum + take
            } else {
                sums.append((step.stage, take))
            }
        }
        let total = sums.reduce(Span.zero) { $0 + $1.sum }
        return sums.max { $0.sum < $1.sum }.map { ($0.name, $0.sum, $0.sum + $0.sum >= total) }
    }
}
