public import Simulation
public import Vocabulary

/// What can be set of a wide-column store, beside its machines.
public struct WideColumnSettings: Settings {
    public var replicas = 3
    public var tokens = 16
    public var writeTimeout = Span.seconds(2)
    public var readTimeout = Span.seconds(5)
    public var requestTimeout = Span.seconds(2)
    public var tries = 3
    public var avoid = Span.seconds(1)
    public var requestTime = Varied<Span>("60us")
    public var writeTime = Varied<Span>("40us")
    public var readTime = Varied<Span>("35us")
    public var rowTime = Varied<Span>("1us")

    public init() {}

    public static let knobs: [Knob<Self>] = [
        Knob("replicas", \.replicas, "nodes of each region that have each row", in: 1...7, source: "wide"),
        Knob("tokens", \.tokens, "places of a node on the ring", in: 1...256, source: "num_tokens"),
        Knob(
            "write-timeout", \.writeTimeout, "how long a coordinator waits for replicas to write",
            source: "wide.timeout"),
        Knob(
            "read-timeout", \.readTimeout, "how long a coordinator waits for replicas to read",
            source: "wide.timeout"),
        Knob(
            "request-timeout", \.requestTimeout, "how long a client waits for a coordinator",
            source: "basic.request.timeout"),
        Knob("tries", \.tries, "coordinators that a client asks before it gives up", in: 1...10),
        Knob(
            "avoid", \.avoid, "how long a client avoids a coordinator that has failed it",
            source: "advanced.reconnection-policy.base-delay"),
        Knob(
            "request-time", \.requestTime, "CPU time of a request at its coordinator",
            source: "wide.opsPerNode", relieves: .work),
        Knob("write-time", \.writeTime, "CPU time of a row that a replica writes", source: "wide.opsPerNode"),
        Knob("read-time", \.readTime, "CPU time of a replica that reads", source: "wide.opsPerNode"),
        Knob("row-time", \.rowTime, "CPU time of a row that is read", source: "wide.opsPerNode"),
    ]
}
