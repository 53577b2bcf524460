public import Vocabulary

/// How an app seals bodies, so that no service can open them (S0-5, S0-35, S2-16).
///
/// A system owes such apps five things. It takes each `Change` to its `PublicKeys`, and tells what comes of it
/// (`ToDevice.newKey`) to all `Connections` of the user and to the user's other devices, and to who is away on their
/// return (`ToDevice.missed`). It answers
/// `Question.Kind.keys`. It passes `Question.Kind.again` on to the devices of the letter's sender
/// (`ToDevice.resendWanted`); it need not keep it for those that are away, since it is asked until the letter comes. A
/// letter that has an addressee (`Envelopes.addressee`) goes to that device, though the letter is known already. And a
/// piece is answered (`ToDevice.pieceTaken`) on the line on which it came.
public enum Sealing: String, Choice {
    case none
    /// One ciphertext for each device that is to read it, of its owner's other ones too.
    case perDevice = "per-device"
    /// One ciphertext of a letter to a room. Its key goes with the first one, sealed for each device, and again
    /// when a reader or a reader's key has changed. Letters to one user are sealed as above.
    case groupKey = "group-key"
}

/// What sealing costs.
public struct SealingSettings: Hashable, Sendable {
    /// How long a device can open what was sealed with a key that it has replaced (S0-23).
    public var grace = Span.hours(168)
    /// For one ciphertext: a key agreement. The cipher itself, and opening one, take less than a hundredth of a
    /// round trip, and are left out.
    public var time = Span.microseconds(150)
    /// What a ciphertext weighs beside the body: header, key number, and the hash by which who opens it knows that
    /// the key was the right one (S0-24).
    public var overhead = ByteCount.bytes(100)

    public init() {}
}

/// The public key of a device: all but its number is left out. 0 says that the device has none any more.
@frozen
public struct PublicKey: Hashable, Sendable {
    public var device: DeviceID
    public var version: UInt16

    /// What a new device begins with.
    public static let firstVersion: UInt16 = 1

    @inlinable
    public init(of device: DeviceID, _ version: UInt16) {
        (self.device, self.version) = (device, version)
    }

    @inlinable public var mark: UInt64 { Vocabulary.mark(device.mark, UInt64(version)) }
}
