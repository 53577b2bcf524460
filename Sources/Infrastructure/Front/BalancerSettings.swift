public import Cluster
public import Vocabulary

/// What can be set of a balancer in front of services.
public struct BalancerSettings: Settings {
    public var policy = Balancer.Policy.roundRobin
    public var boundedLoad = Factor(rounding: 1.25)
    public var checkEvery = Span.seconds(2)
    public var checkTimeout = Span.seconds(2)
    public var fall = 3
    public var rise = 2
    public var retryShare = Factor(rounding: 0.2)
    public var retriesPerSecond = 10

    public init() {}

    public static let knobs: [Knob<Self>] = [
        Knob("balance", \.policy, "which service gets a request", source: "S2-6"),
        Knob(
            "bounded-load", \.boundedLoad,
            "by how much the load of one may be above the mean, where keys decide",
            source: "hash-balance-factor"),
        Knob(
            "check-every", \.checkEvery, "how often each service is asked whether it is well", source: "inter"
        ),
        Knob("check-timeout", \.checkTimeout, "how long such an answer may take", source: "timeout check"),
        Knob(
            "fall", \.fall, "checks in a row that fail before it gets nothing more", in: 1...100,
            source: "fall"),
        Knob(
            "rise", \.rise, "checks in a row that succeed before it gets something again", in: 1...100,
            source: "rise"),
        Knob(
            "retry-share", \.retryShare, "how many requests may be sent once more, of each that is sent",
            source: "RetryBudget"),
        Knob(
            "retries-per-second", \.retriesPerSecond, "how many more may be, each second", in: 0...1_000_000,
            source: "RetryBudget"),
    ]
}
