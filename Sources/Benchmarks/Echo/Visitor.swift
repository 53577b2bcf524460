import Cluster
import Simulation
import Vocabulary

/// A device that says something about once a minute.
final actor Visitor: Device {
    typealias Heard = Echoed

    struct Heard4KB: Fact {
        let word: UInt64
        var mark: UInt64 { Vocabulary.mark(1, word) }
    }

    nonisolated let socket: Socket
    private let hall: Endpoint<Hall>
    @exclusivity(unchecked) private var line: Line<Echoed>?
    @exclusivity(unchecked) private var taps: RandomStream
    @exclusivity(unchecked) private var said: UInt64 = 0
    static let gap = Exponential(mean: 60e9)  // ns

    init(socket: Socket, hall: Endpoint<Hall>, taps: RandomStream) {
        self.socket = socket
        self.hall = hall
        self.taps = taps
    }

    func receive(_ event: DeviceEvent<Echoed>, in shift: Shift) {
        switch event {
        case .opened(let line): self.line = line
        case .said(_, let echoed): shift.tell(Heard4KB(word: echoed.word))
        case .closed: line = nil
        case .due:
            if let line {
                said += 1
                shift.say(.said(line, said), to: hall, on: line, size: Echo.size)
            }
            armNext(in: shift)
        }
    }

    private func armNext(in shift: Shift) {
        _ = shift.arm(Note(1), after: Span(roundingNanoseconds: Self.gap.sample(&taps)))
    }
}
