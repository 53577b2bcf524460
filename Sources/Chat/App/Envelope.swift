public import Vocabulary

/// What is around a sealed body: how many ciphertexts there are, and for whom.
///
/// A letter is sealed for the devices that its readers had when the run began, each with its first key, apart
/// from the exceptions. So most letters share a few envelopes, and one costs a letter nothing but a handle.
public struct Envelope: Hashable, Sendable {
    /// Of a letter that was sealed anew for one device which could not open it (S0-24): it is for no other one.
    public internal(set) var addressee: DeviceID?
    /// Ciphertexts of the body.
    public internal(set) var copies: UInt32
    /// Ciphertexts of a group key that go with it.
    public internal(set) var keyCopies: UInt32 = 0
    /// What each ciphertext weighs beside what is in it, in bytes.
    var overhead: UInt32
    /// Devices for which it was sealed otherwise than with their first keys, or not at all (0).
    var exceptions: [PublicKey] = []

    static let groupKeySize: UInt64 = 32

    /// With which key it was sealed for a device; nil when it is no exception.
    func version(for device: DeviceID) -> UInt16? { exceptions.first { $0.device == device }?.version }
}

/// The envelopes of a run, each once: whoever seals a letter puts its envelope in, and nobody takes it out.
public final class Envelopes {
    @exclusivity(unchecked) private var envelopes: [Envelope] = []
    @exclusivity(unchecked) private var handles: [Envelope: UInt32] = [:]  // looked up only, never iterated

    public init() {}

    func put(_ envelope: Envelope) -> UInt32 {
        if let handle = handles[envelope] { return handle }
        envelopes.append(envelope)
        let handle = UInt32(envelopes.count)
        precondition(handle <= Letter.largestEnvelope, "a letter has 21 bits for its envelope")
        handles[envelope] = handle
        return handle
    }

    /// Nil of a letter that is not sealed.
    public func envelope(of letter: Letter) -> Envelope? {
        letter.envelope == 0 ? nil : envelopes[Int(letter.envelope) - 1]
    }

    /// The one device that a letter was sealed anew for; nil of all other letters, those not sealed among them.
    /// A system knows the letter by then, and has to take this one to that device all the same.
    public func addressee(of letter: Letter) -> DeviceID? { envelope(of: letter)?.addressee }

    /// What it weighs on its way from the app into the system: all ciphertexts.
    public func size(of letter: Letter) -> ByteCount {
        guard let envelope = envelope(of: letter) else { return letter.size }
        let body = UInt64(envelope.copies) * UInt64(letter.bytes + envelope.overhead)
        let keys = UInt64(envelope.keyCopies) * (Envelope.groupKeySize + UInt64(envelope.overhead))
        return .bytes(Int64(body + keys))
    }

    /// What there is of it for one user in the system: a ciphertext for each of so many devices, but for the one that it came
    /// from. A body that all of them read with one key, or that is not sealed, is there once.
    public func size(of letter: Letter, for user: User, devices: Int) -> ByteCount {
        guard let envelope = envelope(of: letter) else { return letter.size }
        let readers = max(0, user == letter.id.sender && envelope.addressee == nil ? devices - 1 : devices)
        let bodies = Int64(min(readers, Int(envelope.copies))) * Int64(letter.bytes + envelope.overhead)
        let keys = UInt64(min(readers, Int(envelope.keyCopies)))
        return .bytes(bodies + Int64(keys * (Envelope.groupKeySize + UInt64(envelope.overhead))))
    }

    /// What it weighs on its way to one device: the ciphertexts that are for it.
    public func copySize(of letter: Letter) -> ByteCount {
        guard let envelope = envelope(of: letter) else { return letter.size }
        let key = envelope.keyCopies == 0 ? 0 : Envelope.groupKeySize + UInt64(envelope.overhead)
        return .bytes(Int64(UInt64(letter.bytes + envelope.overhead) + key))
    }
}
