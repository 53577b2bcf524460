public import Vocabulary

/// What can be kept in a file: it says itself what it takes on the disk.
public protocol FileRecord: Sendable {
    var size: ByteCount { get }
}

/// What a file on a machine is called, and which records are in it. It is declared once:
///
///     static let offsets = FileName<Offset>("offsets")
///
///     init(seat: Seat) {
///         offsets = seat.file(Self.offsets)
public struct FileName<Record: FileRecord>: Hashable, Sendable {
    public let text: String

    public init(_ text: String) { self.text = text }
}
