/// What checks say of one service: it counts as dead after so many failures in a row, and as alive after so many
/// successes.
///
///     alive ──fall failures──▶ dead ──rise successes──▶ alive
public struct HealthRecord: Hashable, Sendable {
    public private(set) var isHealthy = true
    /// Checks in a row that say otherwise.
    private var against = 0

    public init() {}

    /// Whether that changes it.
    public mutating func note(_ isWell: Bool, fall: Int, rise: Int) -> Bool {
        guard isWell != isHealthy else {
            against = 0
            return false
        }
        against += 1
        guard against >= (isHealthy ? fall : rise) else { return false }
        isHealthy = isWell
        against = 0
        return true
    }
}
