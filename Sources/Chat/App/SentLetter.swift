import Simulation

/// A letter that an app has sent, or is going to, and that is neither accepted nor given up.
struct SentLetter: Sendable {
    let letter: Letter
    var attempts: UInt32 = 0
    /// Until the app sends it again, or gives it up.
    var timer: Timer?
}
