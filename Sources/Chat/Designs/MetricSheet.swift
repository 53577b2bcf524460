public import Vocabulary

/// A metric of one design only, `recipient-log.lag`: what it measures of one of its roles, beside what is
/// measured of every role.
///
///     static let waiting = MetricSheet.level("waiting", of: clerk, "letters kept for people who are away")
///
/// The sheet lists it; thresholds, help, results and reports are made from that. The role's parts get a meter
/// for it from `Site.meters`.
public struct MetricSheet: Hashable, Sendable {
    public let role: String
    /// Named without the role.
    public let metric: Metric

    /// As thresholds write it.
    public var name: String { "\(role).\(metric.name)" }

    /// What a level or a flow is counted in: something that may be added up over machines.
    public enum Amount: Sendable {
        case count
        case bytes
    }

    /// What the parts of a role hold at a moment, all together; read once a second.
    public static func level(
        _ name: String, of role: some RoleDescription, _ sentence: String, in amount: Amount = .count,
        _ direction: Metric.Preference = .smallerIsBetter
    ) -> MetricSheet { MetricSheet(name, role, amount.unit, .level, sentence, direction) }

    /// What goes through the parts of a role, added up for each second.
    public static func flow(
        _ name: String, of role: some RoleDescription, _ sentence: String, in amount: Amount = .count,
        _ direction: Metric.Preference = .neither
    ) -> MetricSheet { MetricSheet(name, role, amount.unit, .flow, sentence, direction) }

    /// What part of all that goes through a role is so: the hits of a cache's look-ups. It is one number for a run or
    /// a window, the sum of the one over the sum of the other. `plural` is what all of them are called.
    public static func share(
        _ name: String, of role: some RoleDescription, _ sentence: String, plural: String,
        _ direction: Metric.Preference = .largerIsBetter
    ) -> MetricSheet { MetricSheet(name, role, .share, .share, sentence, direction, plural: plural) }

    /// How long each piece of a role's work takes. `plural` is what the pieces are called, for sentences about
    /// many of them: `letters sorted`.
    public static func durations(
        _ name: String, of role: some RoleDescription, _ sentence: String, plural: String
    ) -> MetricSheet {
        MetricSheet(name, role, .time, .durations, sentence, .smallerIsBetter, plural: plural)
    }

    private init(
        _ name: String, _ role: some RoleDescription, _ unit: Metric.Unit, _ kind: Metric.Kind,
        _ sentence: String, _ direction: Metric.Preference, plural: String? = nil
    ) {
        self.role = role.sheet.name
        metric = .perRole(name, unit, kind, sentence, direction, plural: plural)
    }
}

extension MetricSheet.Amount {
    fileprivate var unit: Metric.Unit {
        switch self {
        case .count: .count
        case .bytes: .bytes
        }
    }
}
