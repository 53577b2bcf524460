/// What tests make an app or a server do wrong, to see that the invariants find it out.
package enum Mutation {
    /// A server accepts letters, and tells nobody.
    case losesLetters
    /// A server takes the next user for the recipient.
    case mistakesUsers
    /// A server pays no heed to blocks; or an app does.
    case ignoresBlocks
    /// A server sends what it has kept for somebody in the wrong order.
    case turnsQueuesAround
    /// A server looks into the bodies.
    case readsBodies
    /// An app shows what it has shown before.
    case showsDuplicates
}
