public import Vocabulary

/// The files that letters refer to, once for the run: what each weighs. A file is called after its letter, and where it
/// lies follows from who sent it, so a letter says in its body all that it takes to get the file. Services that carry
/// letters do not open bodies, and know nothing of files.
public final class Files {
    /// What is sent of a file at once. Each piece is answered before the next one is sent.
    public static let pieceSize = ByteCount.kilobytes(64)
    /// Pieces are numbered in 16 bits.
    public static let largestFile = ByteCount.megabytes(4_000)

    private struct SentFile {
        let bytes: UInt32
        let device: UInt8
    }

    private var files: [LetterID: SentFile] = [:]  // looked up only, never iterated

    public init() {}

    /// - Parameter device: the one of its sender's where it is.
    func put(_ bytes: UInt32, of letter: LetterID, on device: UInt8) {
        files[letter] = SentFile(bytes: bytes, device: device)
    }

    /// Nil when its letter has none.
    public func size(of letter: LetterID) -> ByteCount? {
        files.isEmpty ? nil : files[letter].map { .bytes(Int64($0.bytes)) }
    }

    /// Whether a device sent the file.
    func isFrom(_ device: DeviceID, _ letter: LetterID) -> Bool {
        device.user == letter.sender && files[letter]?.device == device.number
    }

    /// Pieces are numbered from 0; a file of nothing is one piece too.
    public func pieceCount(of letter: LetterID) -> Int {
        let bytes = size(of: letter)?.bytes ?? 0
        return max(1, Int((bytes + Self.pieceSize.bytes - 1) / Self.pieceSize.bytes))
    }

    /// All pieces but the last one have the same size; nothing where there is none.
    public func size(ofPiece number: Int, of letter: LetterID) -> ByteCount {
        let bytes = size(of: letter)?.bytes ?? 0
        return .bytes(min(max(0, bytes - Int64(number) * Self.pieceSize.bytes), Self.pieceSize.bytes))
    }
}
