public import Vocabulary

/// What a machine is made of.
public struct Hardware: Sendable {
    /// Nil for a user's device: there nothing queues, and everything takes effect at once.
    public var processor: ProcessorPlan?
    public var disk: DiskPlan?
    public var clock: LocalClock
    /// How often the clock is set by a time server; never when nil.
    public var clockCorrection: Span?
    /// Nil where none stops its cores.
    public var collector: Collector?
    /// At which its part is ended, to start anew; none when nil.
    public var memory: MemoryLimit?
    /// How many connections it may have open, as its file descriptors allow.
    public var connectionLimit: Int
    /// What each of them takes of its memory.
    public var connectionMemory: ByteCount
    /// How often devices ping over a line to it; as the settings of all lines say when nil.
    public var pingEvery: Span?
    /// Of the network interface, each way.
    public var uplink: Bandwidth
    public var downlink: Bandwidth
    /// From the order to boot until its part begins, for a machine that was off.
    public var bootTime = Span.seconds(5)

    public struct ProcessorPlan: Sendable {
        public var cores: Int
        public var speed: Factor
        /// How many messages may wait for a core.
        public var queueLimit: Int

        public init(cores: Int, speed: Factor = .one, queueLimit: Int = .max) {
            self.cores = cores
            self.speed = speed
            self.queueLimit = queueLimit
        }
    }

    public struct DiskPlan: Sendable {
        public var profile: DiskProfile
        public var capacity: ByteCount
        /// How many operations may be under way at once.
        public var depth: Int
        /// How many may wait.
        public var queueLimit: Int

        public init(_ profile: DiskProfile, capacity: ByteCount, depth: Int = 1, queueLimit: Int = .max) {
            self.profile = profile
            self.capacity = capacity
            self.depth = depth
            self.queueLimit = queueLimit
        }
    }

    public init(
        processor: ProcessorPlan?, disk: DiskPlan? = nil, clock: LocalClock = LocalClock(),
        clockCorrection: Span? = nil, memory: MemoryLimit? = nil, connectionLimit: Int = .max,
        connectionMemory: ByteCount = .zero,
        uplink: Bandwidth, downlink: Bandwidth
    ) {
        self.processor = processor
        self.disk = disk
        self.clock = clock
        self.clockCorrection = clockCorrection
        self.memory = memory
        self.connectionLimit = connectionLimit
        self.connectionMemory = connectionMemory
        self.uplink = uplink
        self.downlink = downlink
    }
}
