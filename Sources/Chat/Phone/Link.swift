internal import Cluster
internal import Vocabulary

/// One of an app's channels: its line, and how it gets another one.
struct Link {
    var line: Line<ToDevice>?
    /// Nil when it is to be asked for.
    var door: FrontDoor?
    /// Attempts to connect since a line was of use, or since the owner or the network made it try anew.
    var attempts: UInt32 = 0
    var linesOpened: UInt32 = 1
    /// Pauses drawn before attempts to connect.
    var pausesDrawn: UInt32 = 0
    var state: State = []
    /// How often it was sent elsewhere since it was served.
    var moves: UInt8 = 0
    /// How often it went on to another door, of a channel that tries others.
    var detours: UInt16 = 0

    struct State: OptionSet {
        let rawValue: UInt8
        static let connected = State(rawValue: 1)
        static let opening = State(rawValue: 2)
    }

    /// It was served, or there is reason to think that it will be: the next pause is the first one again.
    mutating func beginAnew() { (attempts, moves) = (0, 0) }

    /// Where nothing is known of it yet.
    static let none = Link()
}
