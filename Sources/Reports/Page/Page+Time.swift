import Results
import Vocabulary

// Where the time went: over all letters, among the slowest, and step by step for single ones.
extension Page {
    var whereTheTimeWent: Markup {
        "\(stages)\n\(slowest)"
    }

    /// In the order of their colours.
    private var stagesByTime: [Stage] { result.stages.sorted { $0.sum > $1.sum } }

    private var stages: Markup {
        guard !result.stages.isEmpty else {
            return "<p>No letter got as far as to be shown: no stage was measured.</p>"
        }
        let stages = stagesByTime
        let all = stages.reduce(Span.zero) { $0 + $1.sum }
        let slow = stages.reduce(Span.zero) { $0 + $1.sumAmongSlowest }
        let hasSlow = slow > .zero
        let rows = stages.enumerated().map { index, stage in
            """
            <tr><th scope="row"><i class="swatch c\(min(index, 7))"></i>\(stage.name)</th>\
            <td class="number">\(share(stage.sum, of: all))</td>\
            <td class="number">\(hasSlow ? share(stage.sumAmongSlowest, of: slow) : "—")</td>\
            <td class="number">\(stage.p50.map(shortText) ?? "—")</td>\
            <td class="number">\(stage.p99.map(shortText) ?? "—")</td>\
            <td class="number">\(grouped(stage.count))</td><td class="number">\(perDelivery(stage.count))</td></tr>

            """ as Markup
        }
        let slowBar = hasSlow ? bar("slowest", stages.map { ($0, $0.sumAmongSlowest) }, of: slow) : ""
        return """
            <p class="lead">Over all deliveries\(excludedWarmup). A passage is once \
            through a stage; a letter may pass one several times.</p>
            <div class="stack">\(bar("all", stages.map { ($0, $0.sum) }, of: all))\(slowBar)</div>\
            \(components(of: stages, all: all, slow: slow))
            <div class="scroll"><table class="wide"><thead><tr><th scope="col">stage</th>\
            <th scope="col" class="number">of all time</th><th scope="col" class="number">among the slowest</th>\
            <th scope="col" class="number">p50</th><th scope="col" class="number">p99</th>\
            <th scope="col" class="number">passages</th><th scope="col" class="number">for each delivery</th></tr></thead><tbody>
            \(rows)</tbody></table></div>\(sentences(of: stages))
            """
    }

    private func perDelivery(_ count: UInt64) -> String {
        let deliveries = result.judgedDeliveries.map { $0.count - $0.undelivered } ?? 0
        return deliveries == 0 ? "—" : decimal(Double(count) / Double(deliveries), places: 1)
    }

    /// Who had the letters meanwhile: the stages of one role together. Left out where each has one stage.
    private func components(of stages: [Stage], all: Span, slow: Span) -> Markup {
        var sums: [(name: String, sum: Span, slow: Span)] = []
        for stage in stages {
            if let place = sums.firstIndex(where: { $0.name == stage.component }) {
                sums[place].sum = sums[place].sum + stage.sum
                sums[place].slow = sums[place].slow + stage.sumAmongSlowest
            } else {
                sums.append((stage.component, stage.sum, stage.sumAmongSlowest))
            }
        }
        guard sums.count < stages.count, sums.allSatisfy({ !$0.name.isEmpty }) else { return "" }
        let words = sums.sorted { $0.sum > $1.sum }.map { part in
            let among = slow > .zero ? " (\(share(part.slow, of: slow)) among the slowest)" : ""
            return "<li><b>\(part.name)</b> \(share(part.sum, of: all))\(among)</li>" as Markup
        }
        return "<p class=\"lead\">By who had the letters meanwhile:</p><ul class=\"inline\">\(words)</ul>"
    }

    private func sentences(of stages: [Stage]) -> Markup {
        let sentences =
            stages.filter { !$0.about.isEmpty }.map { "<li><b>\($0.name)</b>: \($0.about)</li>" as Markup }
            + stages.filter { !$0.calls.isEmpty }.map {
                "<li><b>\($0.name)</b>: it asked \($0.calls.prefix(4).map(Self.words).joined(separator: "; "))</li>"
            }
        return sentences.isEmpty ? "" : "<ul class=\"lead\">\(sentences)</ul>"
    }

    /// `new-message-service 9,923 times, p99 1.46ms, 12 without an answer`
    private static func words(_ calls: Stage.Calls) -> String {
        let times = calls.made == 1 ? "once" : "\(grouped(calls.made)) times"
        let taken = calls.p99.map { ", p99 \(shortText($0))" } ?? ""
        let lost = calls.unanswered > 0 ? ", \(grouped(calls.unanswered)) without an answer" : ""
        return "\(calls.callee) \(times)\(taken)\(lost)"
    }

    private func bar(_ name: String, _ parts: [(stage: Stage, sum: Span)], of whole: Span) -> Markup {
        let pieces = parts.enumerated().map { index, part -> Markup in
            let percent = whole > .zero ? part.sum.seconds / whole.seconds * 100 : 0
            guard percent >= 0.1 else { return "" }
            let text = percent >= 12 ? part.stage.name : ""
            return """
                <span class="c\(min(index, 7))" style="width:\(at: percent)%" \
                title="\(part.stage.name) \(share(part.sum, of: whole))">\(text)</span>
                """
        }
        return "<div class=\"row\" aria-hidden=\"true\"><b>\(name)</b><div>\(pieces)</div></div>"
    }

    private func share(_ part: Span, of whole: Span) -> String {
        guard whole > .zero else { return "—" }
        let percent = part.seconds / whole.seconds * 100
        return percent > 0 && percent < 0.1 ? "<0.1%" : decimal(percent, places: percent < 10 ? 1 : 0) + "%"
    }

    private var slowest: Markup {
        guard !result.slowest.isEmpty else { return "" }
        let stages = stagesByTime.map(\.name)
        let letters = result.slowest.prefix(20).enumerated().map { index, delivery in
            """
            <details class="letter"\(index == 0 ? " open=\"open\"" : "" as Markup)><summary>\
            <b class="number">\(delivery.taken.map(shortText) ?? "∞")</b> \(delivery.letter) · \(delivery.sender) \
            → \(delivery.recipient) · sent at \(clockText(delivery.sent))\(SpaceTime.longest(of: delivery))</summary>\
            \(SpaceTime(of: delivery, stages: stages).markup)</details>

            """ as Markup
        }
        return """
            <h3>\(slowestTitle(letters.count))</h3><p class="lead">\(neverNote)A line for each place, an arrow for each hop, a bar \
            for each wait or work\(result.stages.isEmpty ? "" : ", in the colours of the stages above"); the dot is where it was tapped. Time runs to the \
            right, but not to scale: each step is at least wide enough to be seen. Below each: what took 3% of its time and more.</p>
            \(letters)
            """
    }

    /// What never came has no order among itself.
    private func slowestTitle(_ count: Int) -> String {
        let never = result.slowest.prefix(count).count { $0.taken == nil }
        return never == count ? "\(count) of those that never came" : "The \(count) slowest"
    }

    private var neverNote: String {
        guard let all = result.summaries.first, all.undelivered > 0 else { return "" }
        let counted = result.run.warmup > .zero ? " after the warm-up" : ""
        let due = "\(grouped(all.count)) that were due\(counted)"
        return all.undelivered == all.count
            ? "None of the \(due) ever came. "
            : "Of \(due) \(grouped(all.undelivered)) never came: they are slower than all others. "
    }
}
