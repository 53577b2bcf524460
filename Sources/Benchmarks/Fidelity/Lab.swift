import Cluster
import Simulation
import Vocabulary

/// One zone, in which all machines of a system stand. What lies between any two of them is the same link;
/// without one named, a message is there as soon as the interfaces have passed it on.
extension Cluster {
    static func lab(seed: UInt64, link: LinkProfile = LinkProfile()) -> Cluster {
        Cluster(seed: seed, zones: ["lab"]) { _, _ in link }
    }

    /// Lets everything happen that is going to.
    func runDry() {
        run(until: .at(.hours(1_000_000)))
        precondition(world.pendingEvents == 0, "\(world.pendingEvents) events are left")
    }

    func run(until end: Instant) {
        let ending = run(until: end, eventLimit: .max)
        precondition(ending == .reachedEnd, "a known answer \(ending)")
    }

    /// The numbers that are drawn for `purpose`, by one of the parts that draw for it.
    func stream(_ purpose: String, of part: Int = 0) -> RandomStream {
        Streams(seed: world.seed, purpose: Purpose(purpose)).stream(of: UInt64(part))
    }
}

extension Zone {
    static var lab: Zone { Zone(number: 0) }
}

extension Bandwidth {
    /// Too fast to matter.
    static var unnoticed: Bandwidth { Bandwidth(.gigabitsPerSecond(1_000)) }
}

extension Hardware {
    /// Something outside of the measured system: what reaches it takes effect at once.
    static var outside: Hardware { Hardware(processor: nil, uplink: .unnoticed, downlink: .unnoticed) }

    static func server(cores: Int, speed: Factor = .one) -> Hardware {
        Hardware(
            processor: ProcessorPlan(cores: cores, speed: speed), uplink: .unnoticed, downlink: .unnoticed)
    }
}

extension Span {
    var milliseconds: Double { Double(nanoseconds) / 1e6 }
}

extension RandomStream {
    /// What number `position` of the stream is drawn as, wherever the stream stands.
    func draw<Value>(_ position: UInt64, _ sample: (inout RandomStream) -> Value) -> Value {
        var stream = self
        stream.drawn = position
        return sample(&stream)
    }
}

/// All messages of the measured systems are of this size, where nothing else is said.
let smallMessage = ByteCount.bytes(100)
