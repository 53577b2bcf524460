import Simulation

/// A letter that an app has sent, or is going to, and that is neither accepted nor given up.
struct SentLetter: Sendable {
    let letter: Letter
    var attempts: UInt32 = 0
    /// Pieces of it that the other end of the line has.
    var pieces: UInt32 = 0
    /// False until it is sealed.
    var isReady = true
    /// Until the app sends it again, or gives it up.
    var timer: Timer?
}
