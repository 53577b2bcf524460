public import Chat
public import Simulation
public import Vocabulary

/// What can be set of the server.
public struct ServerSettings: RoleSettings {
    public var machine = MachineSettings()
    public var serviceTime = Varied<Span>("exp 200us")
    public var receiptTime = Varied<Span>("20us")
    public var connectTime = Varied<Span>("500us")
    public var store = Store.first
    public var syncEvery = Span.seconds(30)
    public var envelope = ByteCount.bytes(250)
    public var bodyLimit = ByteCount.bytes(4_096)
    public var roomLimit = 1_000

    /// When a letter goes to the disk.
    public enum Store: String, Choice {
        /// Before it is acknowledged: what was accepted survives a loss of power.
        case first
        /// Behind the acknowledgement: faster, and a loss of power takes what was accepted since the last sync.
        case behind
    }

    public init() {}

    public static let knobs: [Knob<Self>] =
        MachineSettings.doorKnobs(at: \.machine) + [
            Knob(
                "service-time", \.serviceTime, "CPU time of one letter", source: "service.cpuPerRequest",
                relieves: .work),
            Knob("receipt-time", \.receiptTime, "CPU time of a receipt", source: "host.cpuPerMessage"),
            Knob(
                "connect-time", \.connectTime, "CPU time of a new line, its handshake included",
                source: "gateway.cpuTlsHandshake", relieves: .lines),
            Knob(
                "store", \.store,
                "whether letters are on the disk before they are acknowledged, or behind that",
                relieves: .loss(value: Store.first.rawValue)),
            Knob(
                "sync-every", \.syncEvery,
                "how often what is stored behind is synced, by the kernel's writing back; 0s for never",
                in: Span.bounds, source: "vm.dirty_expire_centisecs"),
            Knob(
                "envelope", \.envelope, "what a word to a device weighs beside a body",
                in: .zero ... .megabytes(100), source: "msg.envelopeBytes"),
            Knob("body-limit", \.bodyLimit, "the largest body it takes", source: "S0-2", limits: .letter),
            Knob(
                "room-limit", \.roomLimit, "the largest room it serves", in: 2...1_000_000, source: "S0-1",
                limits: .room),
        ]
}
