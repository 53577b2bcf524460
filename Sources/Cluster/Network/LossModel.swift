public import Simulation

/// Which packets vanish on their way.
@frozen
public enum LossModel: Hashable, Sendable {
    case none
    /// Each on its own.
    case independent(Bernoulli)
    /// In bursts, as an overfull buffer or a fading radio loses them.
    case bursts(GilbertElliott)
    /// Exactly these, for a timeline worked out by hand.
    case chosen(ChosenPackets)

    /// The share of packets lost in the long run.
    public var mean: Double {
        switch self {
        case .none, .chosen: 0
        case .independent(let loss): loss.mean
        case .bursts(let bursts): bursts.mean
        }
    }

    /// Of each packet on its own; nil where it does not go by chance, packet by packet.
    var chance: Bernoulli? { if case .independent(let loss) = self { loss } else { nil } }

    /// Whether any packet at all can be lost: a fault turned down to zero is as good as none.
    var canLose: Bool {
        switch self {
        case .none: false
        case .independent, .bursts: mean > 0
        case .chosen(let packets): packets != []
        }
    }
}

/// Loss in bursts: a link is in a good or in a bad state, and moves between them from packet to packet.
///
/// E. N. Gilbert, *Capacity of a burst-noise channel* (1960), and E. O. Elliott (1963), who let the good
/// state lose packets too:
///
///             worsens
///     good ------------> bad       A packet moves the state first, and is then lost with the
///          <------------           probability of the state that it finds.
///             recovers
///
/// It starts in the good state. Time does not move it: a burst ends by packets, so a quiet link keeps its
/// state.
@frozen
public struct GilbertElliott: Hashable, Sendable {
    public let worsens: Bernoulli
    public let recovers: Bernoulli
    public let lossWhenGood: Bernoulli
    public let lossWhenBad: Bernoulli

    public init(
        worsens: Bernoulli, recovers: Bernoulli, lossWhenGood: Bernoulli = Bernoulli(0),
        lossWhenBad: Bernoulli = Bernoulli(1)
    ) {
        self.worsens = worsens
        self.recovers = recovers
        self.lossWhenGood = lossWhenGood
        self.lossWhenBad = lossWhenBad
    }

    /// The share of packets that find the bad state: p/(p + r), as many come as go.
    public var badShare: Double {
        worsens.probability > 0 ? worsens.probability / (worsens.probability + recovers.probability) : 0
    }

    /// The share of packets lost in the long run.
    public var mean: Double { badShare * lossWhenBad.probability + (1 - badShare) * lossWhenGood.probability }

    /// How many packets a bad state lasts on the average: 1/r, since every packet may end it.
    public var meanBurst: Double { 1 / recovers.probability }

    /// Moves the state and tells whether the packet is lost. Both shares are numbers in [0, 1), drawn for
    /// this packet.
    func loses(_ isBad: inout Bool, move: Double, loss: Double) -> Bool {
        isBad = isBad ? move >= recovers.probability : move < worsens.probability
        return loss < (isBad ? lossWhenBad : lossWhenGood).probability
    }
}

/// Some of the first 64 packets of a link, counted from 0: `[2, 5]`. A number with 64 bits, so that a loss
/// model holds no reference.
@frozen
public struct ChosenPackets: Hashable, Sendable, ExpressibleByArrayLiteral {
    let bits: UInt64

    public init(arrayLiteral packets: Int...) {
        bits = packets.reduce(0) { bits, packet in
            precondition(packet >= 0 && packet < 64, "packet \(packet) is none of the first 64")
            return bits | 1 << UInt64(packet)
        }
    }

    func contains(_ packet: UInt64) -> Bool { packet < 64 && bits >> packet & 1 == 1 }
}
