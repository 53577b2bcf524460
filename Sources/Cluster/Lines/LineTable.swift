internal import Simulation
internal import Vocabulary

/// All lines of a cluster, a row each. What the part's side keeps is in one column, what the device's side
/// keeps in another; a row is used again when both sides have forgotten it.
struct LineTable {
    /// What the part's side keeps of a line: 96 bytes, for an idle one too.
    struct LineRow {
        /// From the part to the device.
        var path: StreamPath
        var link: LinkState
        /// The incarnation of the part that has accepted the line: its index in the mailbox of its role.
        var host: UInt32 = .max
        var machine: UInt32
        var deviceIndex: UInt32
        var deviceMailbox: UInt16
        var deviceLane: UInt8
        /// The access network that the device is in.
        var zone: UInt8
        /// When the latest packet of the device came in that was not a ping.
        var heardAt = Instant.start
        /// When the device's side became usable: its pings count from here.
        var openedAt = Instant.start
        var generation: UInt32 = 0
        var state: LineState = []

        var device: RawAddress {
            RawAddress(mailbox: Int(deviceMailbox), index: Int(deviceIndex), lane: Lane(deviceLane))
        }
    }

    struct LineState: OptionSet {
        let rawValue: UInt8

        /// Its ends know the line, each for itself.
        static let device = LineState(rawValue: 1)
        static let host = LineState(rawValue: 2)
        /// The device waits for its first answer.
        static let opening = LineState(rawValue: 4)
        /// Its pings are simulated one by one.
        static let watched = LineState(rawValue: 8)
        /// Something is wrong with the messages of the device, or with those for it.
        static let troubledUp = LineState(rawValue: 16)
        static let troubledDown = LineState(rawValue: 32)
        /// The device's router knows nothing of it any more.
        static let forgotten = LineState(rawValue: 64)
        /// The part's machine has had a word of the device.
        static let heard = LineState(rawValue: 128)
    }

    /// What the device's side keeps: 64 bytes.
    struct End {
        var path: StreamPath
        var link: LinkState
        /// When the latest message is there, its last bit taken in.
        var lastArrival = Instant.start
    }

    /// The lines before and behind one in the ring of all lines of a device.
    struct Neighbours {
        var next: UInt32
        var previous: UInt32
    }

    private(set) var rows: UnsafeMutablePointer<LineRow> = .allocate(capacity: 0)
    private(set) var ends: UnsafeMutablePointer<End> = .allocate(capacity: 0)
    private var neighbours: UnsafeMutablePointer<Neighbours> = .allocate(capacity: 0)
    private(set) var count = 0
    private var capacity = 0
    private var free: [UInt32] = []
    /// By mailbox and index of the device, one of its lines; `.max` where it has none.
    private var lines: [(first: UnsafeMutablePointer<UInt32>, count: Int)] = []

    /// - Parameter entity: what the random numbers of the line go by.
    mutating func add(from device: RawAddress, in zone: Zone, to machine: Int, entity: UInt32) -> LineNumber {
        let row = free.popLast().map(Int.init) ?? extend()
        let generation = rows[row].generation
        // The handshake measures the round trip.
        rows[row] = LineRow(
            path: StreamPath(.linux, isMeasured: true), link: LinkState(entity: entity),
            machine: UInt32(machine),
            deviceIndex: UInt32(device.index), deviceMailbox: UInt16(device.mailbox),
            deviceLane: device.lane.number, zone: UInt8(zone.number), generation: generation)
        ends[row] = End(path: StreamPath(.linux, isMeasured: true), link: LinkState(entity: entity))
        link(row, to: device)
        return LineNumber(row: row, generation: generation)
    }

    // MARK: One radio

    // All lines of a device go over one radio: while several of them send, each has an equal share of it. What a message
    // takes is worked out when it is sent, so a line that was alone is slowed down by one that begins later from its next
    // message on. What is sent again after a loss is not slowed down by the others, and a radio without a rate by nobody.

    /// How much longer a message takes, whose transmission begins then, because other lines of the device send too.
    func shareUplink(of row: Int, from start: Instant) -> Span {
        if neighbours[row].next == UInt32(row) { return .zero }
        let extra = share(row, from: start) {
            ends[$0].link.clear = ends[$0].link.clear + $1
            return ends[$0].link.clear
        }
        ends[row].path.available = ends[row].path.available + extra
        return extra
    }

    func shareDownlink(of row: Int, from start: Instant) -> Span {
        if neighbours[row].next == UInt32(row) { return .zero }
        let extra = share(row, from: start) {
            rows[$0].link.clear = rows[$0].link.clear + $1
            return rows[$0].link.clear
        }
        rows[row].path.available = rows[row].path.available + extra
        return extra
    }

    /// - Parameter delay: puts off when a line is through with what it sends, and says when that is.
    private func share(_ row: Int, from start: Instant, _ delay: (Int, Span) -> Instant) -> Span {
        var (extra, other) = (Span.zero, Int(neighbours[row].next))
        let work = max(.zero, delay(row, .zero) - start)
        while other != row {
            // What a line had still to send when its device gave it up is sent by nobody.
            if rows[other].state.contains(.device) {
                let shared = min(work, max(.zero, delay(other, .zero) - start))
                _ = delay(other, shared)
                extra += shared
            }
            other = Int(neighbours[other].next)
        }
        _ = delay(row, extra)
        return extra
    }

    private mutating func link(_ row: Int, to device: RawAddress) {
        while lines.count <= device.mailbox { lines.append((.allocate(capacity: 0), 0)) }
        let (first, count) = lines[device.mailbox]
        if device.index >= count {
            let larger = max(16, device.index + 1, count + count / 8)
            let new = Self.enlarge(first, count: count, to: larger)
            (new + count).initialize(repeating: .max, count: larger - count)
            lines[device.mailbox] = (new, larger)
        }
        let place = lines[device.mailbox].first + device.index
        if place.pointee == .max {
            neighbours[row] = Neighbours(next: UInt32(row), previous: UInt32(row))
        } else {
            let (before, after) = (Int(place.pointee), Int(neighbours[Int(place.pointee)].next))
            neighbours[row] = Neighbours(next: UInt32(after), previous: UInt32(before))
            neighbours[before].next = UInt32(row)
            neighbours[after].previous = UInt32(row)
        }
        place.pointee = UInt32(row)
    }

    private mutating func unlink(_ row: Int) {
        let device = rows[row].device
        let (before, after) = (neighbours[row].previous, neighbours[row].next)
        neighbours[Int(before)].next = after
        neighbours[Int(after)].previous = before
        let place = lines[device.mailbox].first + device.index
        if place.pointee == UInt32(row) { place.pointee = after == UInt32(row) ? .max : after }
    }

    private mutating func extend() -> Int {
        if count == capacity {
            // tight, since there is a row for each of very many devices
            capacity = max(16, capacity + capacity / 8)
            rows = Self.enlarge(rows, count: count, to: capacity)
            ends = Self.enlarge(ends, count: count, to: capacity)
            neighbours = Self.enlarge(neighbours, count: count, to: capacity)
        }
        (rows + count).initialize(
            to: LineRow(
                path: StreamPath(.linux, isMeasured: true), link: LinkState(entity: 0), machine: 0,
                deviceIndex: 0,
                deviceMailbox: 0, deviceLane: 0, zone: 0))
        (ends + count).initialize(
            to: End(path: StreamPath(.linux, isMeasured: true), link: LinkState(entity: 0)))
        (neighbours + count).initialize(to: Neighbours(next: UInt32(count), previous: UInt32(count)))
        count += 1
        return count - 1
    }

    private static func enlarge<Element>(
        _ old: UnsafeMutablePointer<Element>, count: Int, to capacity: Int
    ) -> UnsafeMutablePointer<Element> {
        let new = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
        preferLargePages(new, byteCount: capacity * MemoryLayout<Element>.stride)
        new.moveInitialize(from: old, count: count)
        old.deallocate()
        return new
    }

    /// Whether a line has not been given up by both of its ends.
    func isThere(_ line: LineNumber) -> Bool { rows[Int(line.row)].generation == line.generation }

    mutating func release(_ row: Int) {
        unlink(row)
        rows[row].generation &+= 1
        rows[row].state = []
        free.append(UInt32(row))
    }

    func deallocate() {
        rows.deallocate()
        ends.deallocate()
        neighbours.deallocate()
        for line in lines { line.first.deallocate() }
    }
}
