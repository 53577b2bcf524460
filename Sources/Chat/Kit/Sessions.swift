public import Cluster
internal import Simulation
public import Vocabulary

/// What every host of devices has to keep: who is there, on which line each (the one on which it said hello
/// last), and what waits for whom: letters until the device says that it has shown them, all else until it
/// has been said (S4-14), or, where a host notes what it says, until the line is certain to have carried it.
///
/// It takes memory for the devices that are there and for those that something waits for, and for nobody
/// else; so a hundred hosts of one system take no more than one. Devices are known by numbers, as a
/// `Directory` counts them.
public struct Sessions: ~Copyable {
    /// What tests replace.
    public struct Rules: Sendable {
        /// Whether it is known who was on a line that has ended, and what waits for them.
        public var recalls: @Sendable (DeviceID) -> Bool = { _ in true }

        public init() {}
    }

    // Not private: in debug the compiler fails on a private type in a generic one that is not copyable.
    struct Guest: BitwiseCopyable {
        var line: Line<ToDevice>?
        var words = Lists<ToDevice>.List()
        var said = Lists<SaidReceipt>.List()
    }

    /// 24 bytes in its list, and a host has some for each device.
    struct SaidReceipt: BitwiseCopyable {
        let time: Instant
        let letter: LetterID
        /// The number of its reader, 31 bits, and one that says that the letter was read.
        private let readerWord: UInt32

        init(_ word: ToDevice, at time: Instant) {
            self.time = time
            switch word {
            case .receipt(let letter, let reader): (self.letter, readerWord) = (letter, reader.number)
            case .readReceipt(let letter, let reader):
                (self.letter, readerWord) = (letter, reader.number | 1 << 31)
            default: preconditionFailure("\(word) is no receipt")
            }
        }

        var word: ToDevice {
            let reader = User(readerWord & (1 << 31 - 1))
            return readerWord >> 31 == 1 ? .readReceipt(letter, from: reader) : .receipt(letter, from: reader)
        }
    }

    struct Arrival: BitwiseCopyable {
        var line: Line<ToDevice>?
        var user: UInt32 = 0
        var device: UInt8 = 0
        var number: UInt32 = 0
    }

    private let rules: Rules
    private var guests = NumberTable(free: Guest())  // by number of the device
    private var arrivals = NumberTable(free: Arrival())  // by slot of the line
    private var words = Lists<ToDevice>()
    private var said = Lists<SaidReceipt>()
    /// What was heard on lines on which nobody has said hello yet.
    private var early: [(line: Line<ToDevice>, word: FromDevice)] = []

    public init(rules: Rules = Rules()) { self.rules = rules }

    // MARK: Who is there

    public mutating func enter(_ device: DeviceID, number: Int, on line: Line<ToDevice>) {
        let arrival = Arrival(
            line: line, user: device.user.number, device: device.number, number: UInt32(number))
        arrivals.find(line.slot, orPut: arrival).pointee = arrival
        guests.find(number, orPut: Guest()).pointee.line = line
    }

    /// A line has ended. What waits for its device goes on waiting. Nil when nobody had said hello on it, or
    /// when the device is there on another line.
    @discardableResult
    public mutating func leave(_ line: Line<ToDevice>) -> DeviceID? {
        early.removeAll { $0.line == line }
        guard let arrival = arrival(on: line) else { return nil }
        arrivals.remove(line.slot)
        let number = Int(arrival.number)
        guard let guest = guests.find(number), guest.pointee.line == line else { return nil }
        guest.pointee.line = nil
        let device = DeviceID(of: User(arrival.user), arrival.device)
        guard rules.recalls(device) else {
            guests.remove(number)
            return nil
        }
        forgetIfAbsent(number)
        return device
    }

    /// Nil when nobody has said hello on this line.
    public func device(on line: Line<ToDevice>) -> DeviceID? {
        arrival(on: line).map { DeviceID(of: User($0.user), $0.device) }
    }

    /// How many devices are there.
    public var count: Int { arrivals.count }

    /// The devices that are there, in the order of their numbers.
    public var devices: [DeviceID] {
        arrivals.values.sorted { $0.number < $1.number }.map { DeviceID(of: User($0.user), $0.device) }
    }

    /// Nil when the device is not there.
    public func line(of device: Int) -> Line<ToDevice>? { guests.find(device)?.pointee.line }

    /// Slots are given out again, so who is there may have come by another line.
    private func arrival(on line: Line<ToDevice>) -> Arrival? {
        guard let arrival = arrivals.find(line.slot)?.pointee, arrival.line == line else { return nil }
        return arrival
    }

    /// Nothing waits for a device any more: it is nobody's. What has waited, in its order.
    public mutating func forget(_ device: Int) -> [ToDevice] {
        guard let guest = guests.find(device) else { return [] }
        var waited: [ToDevice] = []
        while let word = words.removeFirst(from: &guest.pointee.words, where: { _ in true }) {
            waited.append(word)
        }
        while said.removeFirst(from: &guest.pointee.said, where: { _ in true }) != nil {}
        forgetIfAbsent(device)
        return waited
    }

    private mutating func forgetIfAbsent(_ number: Int) {
        guard let guest = guests.find(number), guest.pointee.line == nil, guest.pointee.words.isEmpty,
            guest.pointee.said.isEmpty
        else { return }
        guests.remove(number)
    }

    // MARK: What was said before a hello

    /// A word waits until somebody says hello on its line, or until that has ended.
    public mutating func keep(_ word: FromDevice, until line: Line<ToDevice>) { early.append((line, word)) }

    public mutating func takeEarly(on line: Line<ToDevice>) -> [FromDevice] {
        guard !early.isEmpty else { return [] }
        let words = early.filter { $0.line == line }.map(\.word)
        early.removeAll { $0.line == line }
        return words
    }

    // MARK: What waits

    public mutating func keep(_ word: ToDevice, for device: Int) {
        words.append(word, to: &guests.find(device, orPut: Guest()).pointee.words)
    }

    /// Whether a letter is kept for a device.
    public func keeps(_ letter: LetterID, for device: Int) -> Bool {
        guard let guest = guests.find(device) else { return false }
        return words.first(in: guest.pointee.words) {
            if case .letter(let kept) = $0 { kept.id == letter } else { false }
        } != nil
    }

    /// Forgets a letter that a device has shown. False when it was not kept any more.
    public mutating func drop(_ letter: LetterID, for device: Int) -> Bool {
        guard let guest = guests.find(device) else { return false }
        let kept = words.removeFirst(from: &guest.pointee.words) {
            if case .letter(let kept) = $0 { kept.id == letter } else { false }
        }
        forgetIfAbsent(device)
        return kept != nil
    }

    /// All that is kept for a device, in its order, to be said now.
    public mutating func take(for device: Int) -> [ToDevice] {
        guard let guest = guests.find(device) else { return [] }
        let all = words.elements(of: guest.pointee.words)
        while words.removeFirst(
            from: &guest.pointee.words, where: { if case .letter = $0 { false } else { true } }) != nil
        {}
        return all
    }

    // MARK: What may not have been heard

    /// A receipt was said to a device that is there. It is kept until the line has stood for `certainty`; when the line has
    /// ended, what is kept is to be taken.
    public mutating func noteSaid(_ word: ToDevice, to device: Int, at now: Instant, certainty: Span) {
        guard let guest = guests.find(device) else { return }
        while let oldest = said.first(in: guest.pointee.said, where: { _ in true }),
            now - oldest.time > certainty
        {
            _ = said.removeFirst(from: &guest.pointee.said, where: { _ in true })
        }
        said.append(SaidReceipt(word, at: now), to: &guest.pointee.said)
    }

    /// What was said to a device no longer ago than `span`, in its order, and is not kept any more.
    public mutating func takeSaid(to device: Int, noLongerAgoThan span: Span, at now: Instant) -> [ToDevice] {
        guard let guest = guests.find(device) else { return [] }
        var taken: [ToDevice] = []
        while let next = said.removeFirst(from: &guest.pointee.said, where: { _ in true }) {
            if now - next.time <= span { taken.append(next.word) }
        }
        forgetIfAbsent(device)
        return taken
    }

    // MARK: Memory

    /// Asks for the memory of a line.
    public func prefetch(_ line: Line<ToDevice>) { arrivals.prefetch(line.slot) }

    /// Asks for the memory of a device.
    public func prefetch(_ device: Int) { guests.prefetch(device) }

    /// What the tables take.
    package var bytes: Int { guests.bytes + arrivals.bytes }
}
