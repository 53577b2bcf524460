/// What is kept of a room's letter when it is closed: for every seat that there was at the tap, as many
/// bits as a user may have devices.
struct ClosedRoomLetters: ~Copyable {
    struct ClosedLetter {
        var tapAt: UInt64  // number of the fact
        var tapped: UInt64  // ns
        var firstByte: Int
        var seats: UInt32
    }

    private var records = Store<ClosedLetter>()
    private var bits = Store<UInt8>()
    /// 1, 2, 4 or 8, so that no seat's bits lie in two bytes.
    private let width: Int

    init(deviceLimit: Int) {
        var width = 1
        while width < deviceLimit { width *= 2 }
        self.width = width
    }

    subscript(index: Int) -> ClosedLetter { records[index] }

    /// Takes the letter with nothing shown yet.
    mutating func append(tapAt: UInt64, tapped: UInt64, seats: UInt32) -> UInt32 {
        let first = bits.append(0, count: (Int(seats) * width + 7) / 8)
        return UInt32(
            records.append(ClosedLetter(tapAt: tapAt, tapped: tapped, firstByte: first, seats: seats)))
    }

    /// The devices of a seat that have shown the letter.
    func shown(_ index: Int, seat: Int) -> UInt8 {
        let (byte, shift) = place(index, seat)
        return byte.pointee >> shift & mask
    }

    func add(_ devices: UInt8, to index: Int, seat: Int) {
        let (byte, shift) = place(index, seat)
        byte.pointee |= devices << shift
    }

    private var mask: UInt8 { .max >> UInt8(8 - width) }

    private func place(_ index: Int, _ seat: Int) -> (byte: UnsafeMutablePointer<UInt8>, shift: UInt8) {
        let bit = seat * width
        return (bits.address(of: records[index].firstByte + bit / 8), UInt8(bit % 8))
    }

    var bytes: Int { records.bytes + bits.bytes }
}
