internal import Chat

/// Which letters count: those with a tag that is, or is not, what the threshold says.
public struct Scope: Hashable, Sendable {
    public var tag: Tag
    public var value: String
    /// The value as samples carry it.
    package var number: UInt8
    /// Whether the tag must be the value, or must be another one.
    public var isEqual: Bool

    public enum Tag: String, Hashable, Sendable, CaseIterable {
        /// Of the recipient; of the sender where that is who waits for an answer.
        case region, access
        /// Whether the letter went to one person or to a room.
        case kind
    }

    /// The values of `kind`.
    static let kinds = ["direct", "room"]

    func contains(_ tags: Sample.Tags) -> Bool {
        let actual =
            switch tag {
            case .region: tags.region
            case .access: tags.access
            case .kind: tags.isRoom ? 1 : 0 as UInt8
            }
        return (actual == number) == isEqual
    }

    /// For a sentence about `people`: `for recipients in eu`.
    func words(for people: String) -> String {
        switch (tag, isEqual) {
        case (.region, true): "for \(people) in \(value)"
        case (.region, false): "for \(people) outside of \(value)"
        case (.access, true): "for \(people) on \(value)"
        case (.access, false): "for \(people) not on \(value)"
        case (.kind, _): (number == 1) == isEqual ? "in rooms" : "between two people"
        }
    }
}

extension Scope: CustomStringConvertible {
    public var description: String { "\(tag.rawValue) \(isEqual ? "==" : "!=") \(value)" }
}
