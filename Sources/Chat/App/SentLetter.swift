import Simulation

/// A letter that an app has sent, or is going to, and that nobody has accepted yet.
struct SentLetter: Sendable {
    let letter: Letter
    var attempts: UInt8 = 0
    /// Until the app sends it again.
    var timer: Timer?
}
