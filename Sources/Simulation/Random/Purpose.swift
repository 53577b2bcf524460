/// What a random number is drawn for: `Purpose("loss")`, `Purpose("typing")`.
///
/// Every purpose has streams of its own, so a draw added for one moves no draw of another, and recorded
/// results stay comparable. The number comes from the name alone: not from an order of declaration, which
/// edits change, nor from Swift's hash, which every process seeds anew.
@frozen
public struct Purpose: Hashable, Sendable {
    public let number: UInt64

    /// FNV-1a (Fowler, Noll, Vo) over the UTF-8 of the name, then mixed: names as alike as `a` and `b` differ
    /// in few bits before that.
    public init(_ name: String) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        number = Mixing.finalize(hash)
    }
}
