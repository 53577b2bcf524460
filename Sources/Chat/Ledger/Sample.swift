public import Vocabulary

/// What the ledger found out about one letter and one of its recipients: a value of a metric, for whoever
/// measures.
///
/// A sample belongs to the moment at which its sender *meant* to send, whenever it was taken.
@frozen
public struct Sample: Hashable, Sendable {
    @frozen
    public enum Metric: UInt8, CaseIterable, Sendable {
        /// Tap → the device learns that the system has it.
        case accept
        /// Tap → first shown on a device of a recipient who wants to be connected all that time.
        case delivery
        /// Tap → shown on every device of that recipient whose app is open.
        case deliveryToAll
        /// A recipient is back → everything sent meanwhile is shown.
        case catchUp
        /// Shown → the sender's device knows.
        case receipt
        /// Read → the sender's device knows.
        case read
    }

    public var metric: Metric
    public var tags: Tags
    public var intended: Instant
    /// Nil for what never came: it counts as infinitely late.
    public var latency: Span?

    public init(_ metric: Metric, _ tags: Tags, intended: Instant, latency: Span?) {
        self.metric = metric
        self.tags = tags
        self.intended = intended
        self.latency = latency
    }

    /// What the sample is about, for thresholds `where` something holds.
    @frozen
    public struct Tags: Hashable, Sendable {
        /// Of the recipient, by their numbers in the population.
        public var region: UInt8
        public var access: UInt8
        public var isRoom: Bool

        public init(region: UInt8, access: UInt8, isRoom: Bool) {
            self.region = region
            self.access = access
            self.isRoom = isRoom
        }
    }
}
