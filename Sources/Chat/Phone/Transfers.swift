internal import Simulation
internal import Vocabulary

/// The files that one device sends or wants, one after the other: the first one is under way.
struct Transfers {
    struct Transfer {
        let letter: LetterID
        let isUpload: Bool
        let began: Instant
        /// Those that the file server has, or the device.
        var pieces = 0
    }

    var queue: [Transfer] = []
    /// Where the channel for files leads, by number of the server.
    var server: Int?
    /// When there was nothing to do any more.
    var idleSince = Instant.start
}
