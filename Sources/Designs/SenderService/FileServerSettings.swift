public import Chat
public import Simulation
public import Vocabulary

/// What can be set of the file servers.
public struct FileServerSettings: RoleSettings {
    public var machine = MachineSettings()
    public var pieceTime = Varied<Span>("exp 25us")
    public var connectTime = Varied<Span>("500us")
    public var path = FilePath.apart
    public var linger = Span.minutes(1)
    public var entrySize = ByteCount.bytes(50)
    public var envelope = ByteCount.bytes(250)

    /// By which way files come and go.
    public enum FilePath: String, Choice {
        /// Apps have a channel of their own for them, to the file servers.
        case apart
        /// As letters do: over the line to a gateway, which passes them on.
        case gateways
    }

    public init() {}

    public static let knobs: [Knob<Self>] =
        MachineSettings.doorKnobs(at: \.machine) + [
            Knob(
                "piece-time", \.pieceTime, "CPU time of a piece of a file, to the disk or from there",
                source: "lb.cpuPerRequest", relieves: .work),
            Knob(
                "connect-time", \.connectTime, "CPU time of a new line, its handshake included",
                source: "gateway.cpuTlsHandshake", relieves: .lines),
            Knob(
                "path", \.path, "by which way files come and go: one of their own, or that of letters",
                source: "S0-41"),
            Knob(
                "linger", \.linger, "how long an app keeps its line here when it has no file to move",
                in: .milliseconds(1)...Span.hours(24)),
            Knob(
                "entry-size", \.entrySize,
                "what a piece takes in the list of what there is, which it reads after a crash",
                in: .bytes(1)...ByteCount.bytes(10_000)),
            Knob(
                "envelope", \.envelope, "what a word to a device weighs beside a piece",
                in: .zero ... .megabytes(100), source: "msg.envelopeBytes"),
        ]
}

/// What a file server decides, apart from how it carries that out.
public struct FileServerRules: Sendable {
    /// Whether an app is told of a piece only when the disk has synced it, with so many pieces of all: of the last one,
    /// and so of the whole file.
    public var syncs: @Sendable (_ pieces: Int, _ all: Int) -> Bool = { $0 == $1 }

    public init() {}
}
