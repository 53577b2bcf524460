public import Vocabulary

/// A promise of a chat design: of every one, or of one alone, which lists it in its sheet.
///
/// It is one file: what is promised, what is observed, when that breaks it, and the evidence. A part gets its
/// watch from the site on which it is built (`Site.watch`), and tells it what it does.
public protocol ChatInvariant: Invariant {
    init()

    /// Whether a design makes it with its knobs as they stand; `knob` has their texts, by role and name.
    static func isPromised(with knob: (_ role: String, _ name: String) -> String?) -> Bool

    /// The letter that an observation is about, and whom it happened to, so that a run which is played once
    /// more can follow it; nil when it is about none.
    func letter(of observation: Observation) -> (LetterID, User)?
}

extension ChatInvariant {
    public static func isPromised(with knob: (_ role: String, _ name: String) -> String?) -> Bool { true }

    public func letter(of observation: Observation) -> (LetterID, User)? { nil }
}

extension ChatInvariant where Observation == Showing {
    public func letter(of showing: Showing) -> (LetterID, User)? { (showing.letter, showing.device.user) }
}

package protocol ChatWatch: PromiseWatch {
    /// The letter by which it was broken first, and whom that happened to.
    var firstLetter: (LetterID, User)? { get }
}

extension Watch: ChatWatch where Rule: ChatInvariant {
    package var firstLetter: (LetterID, User)? { first.flatMap { rule.letter(of: $0) } }
}
