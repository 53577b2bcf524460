/// A running summary of everything folded into it, in order: equal digests mean equal histories.
///
/// The words of one step are mixed among themselves first and join the running value last, so that the chain
/// from step to step is one rotation and one multiplication long.
@frozen
public struct Digest: Hashable, Sendable {
    public var value: UInt64

    @inlinable
    public init() { value = 0x2545_F491_4F6C_DD1D }

    @inlinable @inline(__always)
    public mutating func fold(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) {
        fold(
            Self.product(a ^ 0x9E37_79B9_7F4A_7C15, b ^ 0xC2B2_AE3D_27D4_EB4F)
                &+ Self.product(c ^ 0xD6E8_FEB8_6659_FD93, d ^ 0xA076_1D64_78BD_642F))
    }

    @inlinable @inline(__always)
    public mutating func fold(_ word: UInt64) {
        value = ((value << 23 | value >> 41) ^ word) &* 0xE703_7ED1_A0B4_28DB
    }

    /// Both halves of the 128-bit product: each bit of either factor reaches all of the result.
    @inlinable @inline(__always)
    static func product(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (high, low) = a.multipliedFullWidth(by: b)
        return high ^ low
    }
}

extension Digest: CustomStringConvertible {
    /// `7c1e-09aa-53d2-e410`
    public var description: String {
        let digits = String(value, radix: 16)
        let padded = Array(String(repeating: "0", count: 16 - digits.count) + digits)
        return stride(from: 0, to: 16, by: 4).map { String(padded[$0..<$0 + 4]) }.joined(separator: "-")
    }
}
