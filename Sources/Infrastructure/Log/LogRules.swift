/// What brokers decide, apart from how they carry that out: a value, so that a test can put another rule in the place of
/// one, and see who finds it out.
public struct LogRules: Sendable {
    /// For whom a producer waits that wants so many to have its records.
    public var awaited: @Sendable (Acks) -> Acks = { $0 }
    /// Up to where a leader counts its records as committed: all in sync have those before `least`, it has those before
    /// `end`.
    public var highWatermark: @Sendable (_ least: Int, _ end: Int) -> Int = { least, _ in least }
    /// Whether a follower that ends at an offset, with a record of an epoch, has something that its leader has not: in the
    /// leader's log the records of epochs up to that one are of `epoch` at last, and end at `end`.
    public var diverges: @Sendable (_ offset: Int, _ lastEpoch: Int, _ epoch: Int, _ end: Int) -> Bool = {
        offset, lastEpoch, epoch, end in epoch != lastEpoch || end < offset
    }
    /// Whether who leads from now on knows which records producers had sent before.
    public var remembersProducers: @Sendable () -> Bool = { true }

    public init() {}
}
