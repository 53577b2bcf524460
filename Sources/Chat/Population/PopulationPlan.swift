public import Simulation
public import Vocabulary

/// Who takes part and what they do, as a scenario says it: all that a town is built from.
public struct PopulationPlan: Sendable {
    public var users = 1
    /// Shares of users with 1, 2, 3… devices.
    public var devices: [Double] = [1]
    public var deviceLimit = 1
    /// Names and shares; a user's region and access network are drawn by them.
    public var regions: [(name: String, share: Double)] = [("local", 1)]
    public var accesses: [(name: String, share: Double)] = [("wifi", 1)]
    /// How many others each one writes to.
    public var contacts = 10
    /// Room sizes, and the shares of the letters to rooms that go to each size. Every user is in one room of
    /// each size.
    public var rooms: [(size: Int, share: Double)] = []
    /// The share of users whose app is open at any time, and how long they stay in and away, in ns; with 1
    /// they stay all the time.
    public var online = 1.0
    public var session: Spread = .exponential(Exponential(mean: 600e9))
    /// The share of users whose apps were hacked, so that they send to whom they should not.
    public var hacked = 0.0
    public var phases: [LoadPhase] = []
    public var script: [ScriptedAct] = []
    /// Taps after it do not happen.
    public var end = Span.zero

    public init() {}

    /// What a letter tapped from `from` on is like.
    public struct LoadPhase: Sendable {
        public var from: Span
        public var ramp: Span
        /// Taps a second of one user.
        public var perSecond: Double
        public var isConstant: Bool
        /// Whether the rate is that of the mean hour, and changes with the hour of the day (`DayCurve`).
        public var followsDay: Bool
        /// Of bodies, in bytes.
        public var size: Spread
        /// The share that goes to one contact, not to a room.
        public var direct: Double
        /// How many letters refer to a file, and what such a file weighs, in bytes.
        public var media: (share: Double, size: Spread)?

        public init(
            from: Span = .zero, ramp: Span = .zero, perSecond: Double, isConstant: Bool = false,
            followsDay: Bool = false, size: Spread, direct: Double = 1,
            media: (share: Double, size: Spread)? = nil
        ) {
            self.from = from
            self.ramp = ramp
            self.perSecond = perSecond
            self.isConstant = isConstant
            self.followsDay = followsDay
            self.size = size
            self.direct = direct
            self.media = media
        }
    }
}

/// An exact act of one user at one moment.
public struct ScriptedAct: Sendable {
    public var at: Span
    public var user: User
    /// On which of their devices, from 0.
    public var device: UInt8
    public var act: Act

    public enum Act: Hashable, Sendable {
        case send(Destination)
        case goOffline, goOnline
        case block(User), unblock(User)
        case join(Room), leave(Room)
        /// A device more; this one is lost; its app is installed anew, which makes it another device.
        case addDevice, loseDevice, reinstall
        /// A new key pair for this device.
        case newKey
        /// All that this device holds.
        case search
        /// One of the design's own, by its name.
        case own(String, ActSheet.ArgumentValue)
    }

    public init(at: Span, user: User, device: UInt8 = 0, _ act: Act) {
        self.at = at
        self.user = user
        self.device = device
        self.act = act
    }
}

extension PopulationPlan {
    /// So many devices a user has over the whole run at most, the lost ones counted.
    public static let mostDevices = 8

    /// How many devices come in the course of the run, for those users to whom any do.
    public var devicesToCome: [User: Int] {
        script.reduce(into: [:]) { if $1.act.bringsDevice { $0[$1.user, default: 0] += 1 } }
    }
}

extension ScriptedAct.Act {
    var bringsDevice: Bool { self == .addDevice || self == .reinstall }
}
