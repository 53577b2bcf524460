internal import Cluster
internal import Simulation
internal import Vocabulary

/// In which order an app shows what comes, where its plan has a rule.
extension Phone {
    /// Whether a letter that has come may be shown now.
    enum Turn {
        case now
        /// Once its predecessor is shown; until then there is a placeholder.
        case later
        /// Never: it is not above what was shown before.
        case never
    }

    func turn(of letter: Letter) -> Turn {
        switch town.appPlan.order {
        case .none: return .now
        case .predecessor:
            guard let former = town.predecessors.letter(letter.order) else { return .now }
            return town.seen.contains(former, by: town.number(of: id)) ? .now : .later
        case .serverID:
            let cursor = town.cursors[town.number(of: id)]
            return letter.order == 0 || letter.order > cursor ? .now : .never
        }
    }

    /// The sender's device says which letter of the conversation it had last; the system numbers by itself.
    func ordered(_ letter: Letter) -> Letter {
        guard town.appPlan.order == .predecessor else { return letter }
        var letter = letter
        letter.order = town.predecessors.put(town.latest[conversation(of: letter)])
        // It shows what it sends.
        _ = town.seen.insert(letter.id, by: town.number(of: id))
        town.latest[conversation(of: letter)] = letter.id
        return letter
    }

    /// Behind the placeholder, unless it waits there already.
    func hold(_ letter: Letter) {
        let device = town.number(of: id)
        var held = town.held[device] ?? .init()
        guard town.heldLetters.first(in: held, where: { $0.id == letter.id }) == nil else { return }
        town.heldLetters.append(letter, to: &held)
        town.held[device] = held
        town.placeholders += 1
    }

    /// A letter was shown: what waited for it comes next.
    func passed(_ letter: Letter, in shift: Shift) {
        switch town.appPlan.order {
        case .none: break
        case .serverID:
            let device = town.number(of: id)
            town.cursors[device] = max(town.cursors[device], letter.order)
        case .predecessor:
            town.latest[conversation(of: letter)] = letter.id
            // Several may have named the same one.
            while let next = takeHeld(behind: letter) { show(next, in: shift) }
        }
    }

    private func takeHeld(behind letter: Letter) -> Letter? {
        let device = town.number(of: id)
        guard var held = town.held[device] else { return nil }
        let next = town.heldLetters.removeFirst(from: &held) {
            town.predecessors.letter($0.order) == letter.id
        }
        town.held[device] = held.isEmpty ? nil : held
        return next
    }

    /// What waits is not on the device once the app is closed; nobody was told that it had been shown.
    func dropHeld() {
        guard !town.held.isEmpty, var held = town.held.removeValue(forKey: town.number(of: id)) else {
            return
        }
        while town.heldLetters.removeFirst(from: &held, where: { _ in true }) != nil {}
    }

    /// The conversation that a letter belongs to, as this device has it.
    func conversation(of letter: Letter) -> ConversationPlace {
        let word =
            if case .direct(let user) = letter.destination, user == id.user, letter.id.sender != id.user {
                Destination.direct(letter.id.sender).word
            } else {
                letter.destination.word
            }
        return ConversationPlace(device: UInt32(town.number(of: id)), conversation: word)
    }
}

/// A conversation on a device.
struct ConversationPlace: Hashable, Sendable {
    var device: UInt32
    var conversation: UInt32
}

/// The letters that others name as their predecessors, by handles of four bytes, from 1; 0 is none.
struct Predecessors {
    private var letters: [LetterID] = []

    mutating func put(_ letter: LetterID?) -> UInt32 {
        guard let letter else { return 0 }
        letters.append(letter)
        return UInt32(letters.count)
    }

    func letter(_ handle: UInt32) -> LetterID? { handle == 0 ? nil : letters[Int(handle) - 1] }
}
