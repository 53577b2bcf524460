import Chat
import Designs
import Vocabulary

/// A server that does one thing wrong.
extension ServerRules {
    /// It takes letters, and tells nobody.
    static let losesLetters = changed(ServerRules()) { $0.readers = { _, _, _, _ in } }

    /// It takes the next user for the recipient.
    static let mistakesUsers = changed(ServerRules()) { rules in
        let readers = rules.readers
        rules.readers = { letter, device, directory, body in
            readers(letter.readdressed, device, directory, body)
        }
    }

    static let ignoresBlocks = changed(ServerRules()) { rules in
        let change = rules.change
        rules.change = { if case .block = $0 {} else { change($0, $1, $2) } }
    }

    /// It sends what it has kept for somebody in the wrong order.
    static let turnsQueuesAround = changed(ServerRules()) { $0.order = { $0.reversed() } }

    static let readsBodies = changed(ServerRules()) { $0.words = { _, open in open() } }
}

/// An app that does one thing wrong.
extension AppRules {
    /// It shows what it has shown before.
    static let showsDuplicates = changed(AppRules()) { $0.shows = { _, _ in true } }

    static let ignoresBlocks = changed(AppRules()) { $0.heeds = { _, _ in false } }
}

func changed<Rules>(_ rules: Rules, _ change: (inout Rules) -> Void) -> Rules {
    var rules = rules
    change(&rules)
    return rules
}

extension Letter {
    /// To the next user.
    fileprivate var readdressed: Letter {
        guard case .direct(let user) = destination else { return self }
        return Letter(id: id, to: .direct(User(user.number + 1)), bytes: bytes)
    }
}
