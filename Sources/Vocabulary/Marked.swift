/// Something that a digest can fold: its *mark* is a number computed from its fields.
///
/// Equal values have equal marks, on every machine and in every build; values that differ have, as good as
/// always, different ones. A mark comes from the fields themselves, never from an address or a hash value.
public protocol Marked: Sendable {
    var mark: UInt64 { get }

    /// Whether it refers to something that is counted, as contents of a pool are. Then it is told when there is
    /// another message like it, and when it is thrown away and nobody gets it.
    static var isCounted: Bool { get }
    func noteCopied()
    func noteDiscarded()
}

extension Marked {
    @inlinable public static var isCounted: Bool { false }
    @inlinable public func noteCopied() {}
    @inlinable public func noteDiscarded() {}
}

/// A mark out of a number that names the case, and of its fields in order.
///
/// Each word is multiplied by an odd constant of its own, so that swapped fields are told apart. The digest
/// that folds the mark mixes it thoroughly, so this needs to be quick only.
@inlinable
public func mark(_ kind: UInt64, _ a: UInt64 = 0, _ b: UInt64 = 0, _ c: UInt64 = 0) -> UInt64 {
    (kind &+ a &* 0x9E37_79B9_7F4A_7C15) ^ (b &* 0xC2B2_AE3D_27D4_EB4F) &+ (c &* 0xD6E8_FEB8_6659_FD93)
}

/// Something that happened in the modelled world, as the ledger sees it: tapped, accepted, shown, dropped…
///
/// Facts are what a run is compared by: the behaviour digest folds their marks, in order.
public protocol Fact: Marked {}
