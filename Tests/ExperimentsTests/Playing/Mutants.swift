import Chat
import Designs
import Vocabulary

extension ServerRules {
    /// It takes letters, and tells nobody: after the answer to the sender nothing happens.
    static let losesLetters = {
        var rules = ServerRules()
        rules.readers = { _, _, _, _ in }
        return rules
    }()

    /// It takes the next user for the recipient.
    static let mistakesUsers = {
        var rules = ServerRules()
        let readers = rules.readers
        rules.readers = { letter, device, directory, body in
            guard case .direct(let user) = letter.destination else { return }
            let other = Letter(id: letter.id, to: .direct(User(user.number + 1)), bytes: letter.bytes)
            readers(other, device, directory, body)
        }
        return rules
    }()
}
