import Results
import Vocabulary

// Cards with the figures that matter, and how many of what was asked for held.
extension Page {
    private struct Tile {
        var label: String
        var value: String
        var note: String
        var judgement: Judgement?
    }

    /// What thresholds judge, what did not hold first; then what people ask of every run.
    var cards: Markup {
        let judged = [Outcome.failed, .inconclusive, .held].flatMap { outcome in
            result.thresholds.filter { $0.outcome == outcome }
        }
        var tiles = judged.prefix(8).map { judgement in
            // A file of before a reason had its own place has it in that of the window.
            let isAll =
                judgement.window.hasPrefix("all, ")
                || judgement.outcome == .inconclusive && judgement.reason.isEmpty
            let limit = Wording.unbroken(Wording.limit(judgement))
            var (value, note) = (Wording.measured(judgement), limit)
            if case .never(let undelivered, let due)? = judgement.value, due > 0 {
                (value, note) = ("∞", "\(note) · \(shareText(undelivered, of: due)) never came")
            }
            return Tile(
                label: Wording.subject(judgement) + (isAll ? "" : " · \(judgement.window)"), value: value,
                note: note, judgement: judgement)
        }
        func add(_ label: String, _ value: String, _ note: String = "no threshold") {
            guard tiles.count < 10, !tiles.contains(where: { $0.label == label }) else { return }
            tiles.append(Tile(label: label, value: value, note: note))
        }
        if let all = result.summaries.first {
            add(
                "\(all.metric) p50", Wording.percentile(all.p50, of: all),
                "of \(grouped(all.count)) due\(excludedWarmup); no threshold")
            add("\(all.metric) p99", Wording.percentile(all.p99, of: all))
            if all.undelivered > 0 {
                add("never came", grouped(all.undelivered), shareText(all.undelivered, of: all.count))
            } else if !judged.contains(where: { $0.metric == all.metric && $0.statistic == "max" }) {
                add("slowest", Wording.percentile(all.max, of: all))
            }
        }
        for refused in result.refused {
            add(
                refused.isByRule ? "refused by a rule" : "refused in trouble", grouped(refused.count),
                ([refused.reason] + refused.limits).joined(separator: "; "))
        }
        for figure in result.figures.prefix(4) {
            guard !judged.contains(where: { $0.metric == figure.metric }), !isRepeated(figure) else {
                continue
            }
            add(figure.metric, figure.value?.description ?? "—")
        }
        return "<dl class=\"tiles\">\(tiles.map(markup))</dl>"
    }

    /// What is counted in metrics, where there is something that is not.
    var excludedWarmup: String { result.run.warmup > .zero ? ", warm-up excluded" : "" }

    /// `availability.service` says nothing of its own where it is what `availability` is.
    private func isRepeated(_ figure: Figure) -> Bool {
        guard let point = figure.metric.firstIndex(of: ".") else { return false }
        return result.figures.contains { $0.metric == figure.metric[..<point] && $0.value == figure.value }
    }

    private func markup(of tile: Tile) -> Markup {
        guard let judgement = tile.judgement else {
            return """
                <div class="tile"><dt>\(breakable(tile.label))</dt><dd>\(tile.value)<small>\(tile.note)</small></dd></div>
                """
        }
        return """
            <div class="tile judged \(judgement.outcome.rawValue)"><dt><a href="\(chart(of: judgement))">\
            \(breakable(tile.label))</a></dt><dd>\(tile.value)<small><b aria-hidden="true">\(Wording.mark(judgement.outcome))</b>\
            <span class="spoken">\(Wording.spoken(judgement.outcome)):</span> asked for \(tile.note)</small></dd></div>
            """
    }

    /// How many thresholds and promises held, and what became of the others.
    var outcome: Markup {
        guard !result.thresholds.isEmpty || !result.invariants.isEmpty else {
            return "<p class=\"lead\">Nothing was asked for.</p>"
        }
        let said = [ofThresholds, ofPromises].filter { !$0.isEmpty }.map { "<li>\($0)</li>" as Markup }
        return "<ul class=\"lead outcome\">\(said)</ul>"
    }

    private var ofThresholds: String {
        let counts = [Outcome.held, .failed, .inconclusive].compactMap { outcome -> String? in
            let count = result.thresholds.count { $0.outcome == outcome }
            return count == 0 ? nil : "\(grouped(count)) \(Wording.spoken(outcome))"
        }
        return result.thresholds.isEmpty ? "" : "Thresholds: \(counts.joined(separator: ", "))"
    }

    /// What is neither kept nor broken says why.
    private var ofPromises: String {
        func names(_ state: InvariantOutcome.PromiseState) -> [String] {
            result.invariants.filter { $0.broken > 0 ? state == .broken : $0.state == state }.map(\.name)
        }
        let parts: [(count: Int, state: String, which: String)] = [
            (names(.held).count, "held", ""),
            (names(.broken).count, "broken", ""),
            (
                names(.notKnown).count, "cannot be told",
                " (the run ended too early): " + names(.notKnown).joined(separator: ", ")
            ),
            (
                names(.notTested).count, "not tested",
                " (nothing happened that could have broken \(names(.notTested).count == 1 ? "it" : "them")): "
                    + names(.notTested).joined(separator: ", ")
            ),
            (
                names(.notPromised).count, "not promised by this design",
                ": " + names(.notPromised).joined(separator: ", ")
            ),
        ]
        let said = parts.filter { $0.count > 0 }.map { "\(grouped($0.count)) \($0.state)\($0.which)" }
        return said.isEmpty ? "" : "Promises: \(said.joined(separator: "; "))"
    }
}
