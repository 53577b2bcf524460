internal import Chat
internal import Vocabulary

/// How thresholds look, as a regular expression: the words that may stand in them, each metric with what can be
/// asked of it and the units of the answer. Whether a phase or a fault has the name that one speaks of, no
/// expression knows.
enum ThresholdPattern {
    /// Of a design, whose roles and metrics are known.
    static func exact(for sheet: DesignSheet) -> String {
        var names: [(Metric, [String])] = []  // metrics of one kind and unit, together
        func add(_ name: String, _ metric: Metric) {
            if let place = names.firstIndex(where: { $0.0.kind == metric.kind && $0.0.unit == metric.unit }) {
                names[place].1.append(name)
            } else {
                names.append((metric, [name]))
            }
        }
        for metric in Metric.all {
            guard metric.isPerRole else {
                add(metric.name, metric)
                continue
            }
            for role in sheet.roles where metric != .lag || role.hasLag {
                add("\(role.name).\(metric.name)", metric)
            }
        }
        for own in sheet.metrics { add(own.name, own.metric) }
        let forms = names.map { metric, names in "(\(names.joined(separator: "|")))\(answers(of: metric))" }
        return "^(\(forms.joined(separator: "|")))\(clauses)$".replacing(".", with: "\\.")
    }

    /// What stands behind the name: statistic, operator and value.
    private static func answers(of metric: Metric) -> String {
        let operators = "\\s+(<|<=|>|>=|==|!=)\\s+"
        guard !metric.statistics.isEmpty else { return operators + value(metric.unit) }
        var units: [(Metric.Unit, [String])] = []
        for statistic in metric.statistics {
            let unit = metric.unit(of: statistic)
            let word = statistic == .percentile ? "p(100|[0-9]{1,2}(.[0-9]{1,4})?)" : statistic.rawValue
            if let place = units.firstIndex(where: { $0.0 == unit }) {
                units[place].1.append(word)
            } else {
                units.append((unit, [word]))
            }
        }
        let forms = units.map { unit, words in
            "(\(words.joined(separator: "|")))\(operators)\(value(unit))"
        }
        return "\\s+(\(forms.joined(separator: "|")))"
    }

    private static func value(_ unit: Metric.Unit) -> String {
        let number = "[0-9]+(.[0-9]+)?"
        let size = "(B|KB|MB|GB|KiB|MiB|GiB)"
        return switch unit {
        case .time: "(\(number)(ns|us|ms|s|m|h))+"
        case .count: "\(number)[kM]?"
        case .share: "\(number)%"
        case .bytes: number + size
        case .rate: "\(number)[kM]?/[smh]"
        case .byteRate: "\(number)\(size)/[smh]"
        }
    }

    private static let clauses =
        "(\\s+(during|before|after)\\s+[a-z0-9-]+)?(\\s+except\\s+[a-z0-9-]+)?"
        + "(\\s+where\\s+(region|access|kind)\\s+(==|!=)\\s+[a-z0-9-]+)?"
}
