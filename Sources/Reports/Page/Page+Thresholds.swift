import Results
import Vocabulary

// What was asked for and what was measured, with the way to the chart that shows it.
extension Page {
    var thresholds: Markup {
        guard !result.thresholds.isEmpty else { return "<p>The scenario has none.</p>" }
        let rows = result.thresholds.map { judgement in
            """
            <tr class="\(judgement.outcome.rawValue)"><td class="mark"><span aria-hidden="true">\
            \(Wording.mark(judgement.outcome))</span><span class="spoken">\(Wording.spoken(judgement.outcome))\
            </span></td><th scope="row"><a href="\(chart(of: judgement))" title="\(judgement.words)">\
            \(breakable(Wording.subject(judgement)))</a></th><td class="number value">\(Wording.measured(judgement))</td>\
            <td class="number limit-cell">\(Wording.limit(judgement))</td><td class="gauge">\(distance(judgement))</td>\
            <td class="window">\(judgement.window)</td><td class="margin">\(Wording.margin(judgement))</td></tr>

            """ as Markup
        }
        return """
            <table class="wide thresholds"><thead><tr><th scope="col"><span class="spoken">outcome</span></th>\
            <th scope="col">threshold</th><th scope="col" class="number">value</th>\
            <th scope="col" class="number">limit</th><th scope="col">against the limit</th>\
            <th scope="col">window</th><th scope="col">margin</th></tr></thead><tbody>
            \(rows)</tbody></table>
            """
    }

    /// A bar as long as the value, with the limit as a line at two thirds of the width.
    private func distance(_ judgement: Judgement) -> Markup {
        guard let limit = judgement.limit.magnitude, limit > 0, let value = judgement.value else { return "" }
        let share = value.magnitude.map { min(1, $0 / limit / 1.5) } ?? 1
        return """
            <span class="bar" aria-hidden="true"><span style="width:\(at: share * 100)%"></span>\
            <i style="left:66.7%"></i></span>
            """
    }

    /// Where what a threshold judges is drawn, or told if it is one number.
    func chart(of judgement: Judgement) -> Markup {
        if let number = latencyMetrics.firstIndex(of: judgement.metric) {
            return "#latency-chart-\(number)"
        }
        if let number = result.gauges.firstIndex(where: { $0.name == judgement.metric }) {
            return "#load-chart-\(number)"
        }
        if let number = result.figures.firstIndex(where: { $0.metric == judgement.metric }) {
            return "#figure-\(number)"
        }
        return judgement.metric == Metric.recovery.name ? "#faults" : "#invariants"
    }
}

extension Gauge {
    /// As thresholds call it: `server.queue`.
    var name: String { role.isEmpty ? metric : "\(role).\(metric)" }
}
