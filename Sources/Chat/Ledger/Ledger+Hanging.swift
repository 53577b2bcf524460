public import Vocabulary

/// Letters that people wait for, for the moment at which nothing is going to happen any more.
public struct HangingLetters: Hashable, Sendable {
    public var count: UInt64
    /// The one that was tapped first, and who waits for what.
    public var first: String
}

extension Ledger {
    /// What somebody waits for who could have it: a letter that the system has taken and not shown, and
    /// whose recipient has an app open, a network and a line; or one that it has not taken, of a sender who
    /// has. What is going to count as lost at the end is a broken promise, and not named twice.
    ///
    /// Nil when there is none. Asked of a run in which events are still to come, it is no reproach.
    public func hanging(before end: Instant) -> HangingLetters? {
        var count: UInt64 = 0
        var first: (letter: UnsafeMutablePointer<OpenLetter>, who: String)?
        func add(_ letter: UnsafeMutablePointer<OpenLetter>, _ who: @autoclosure () -> String) {
            count += 1
            // Places are used again, so the first one is not the oldest.
            if first.map({ letter.pointee.tapAt < $0.letter.pointee.tapAt }) ?? true {
                first = (letter, who())
            }
        }
        for number in 0..<letters.places {
            let letter = letters.address(of: number)
            guard letter.pointee.state.isDisjoint(with: [.isFree, .isRefused]) else { continue }
            let sender = letter.pointee.id.sender
            guard letter.pointee.acceptAt != 0 else {
                // Who was told that it was not sent waits for nothing.
                if !letter.pointee.state.contains(.isGivenUp),
                    canBeReached(sender, on: 1 << letter.pointee.device)
                {
                    add(letter, "\(sender) does not know whether the system has it")
                }
                continue
            }
            for copy in copyAddresses(of: letter) where copy.pointee.isAwaited {
                let recipient = User(copy.pointee.user)
                guard canBeReached(recipient, on: dueDevices(of: copy)) else { continue }
                if invariants.neverLost.isWatched, fate(of: copy, of: letter, at: end.nanoseconds) != nil {
                    continue
                }
                add(letter, "\(recipient) has not been shown it")
                break
            }
        }
        return first.map { letter, who in
            let tapped = Instant(nanoseconds: letter.pointee.tapped)
            return HangingLetters(
                count: count, first: "\(letter.pointee.id), tapped at \(tapped.inSeconds): \(who)")
        }
    }

    /// One of these devices has its app open, a network and a line to the system.
    private func canBeReached(_ user: User, on devices: UInt8) -> Bool {
        let person = person(user)
        var working = devices & person.pointee.devices & person.pointee.open & person.pointee.reach
        while working != 0 {
            let device = DeviceID(of: user, UInt8(working.trailingZeroBitCount))
            if times(device).pointee.lineTime != DeviceTimes.noLine { return true }
            working &= working - 1
        }
        return false
    }
}
